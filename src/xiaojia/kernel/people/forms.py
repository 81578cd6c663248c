"""What does a person type about her own account? A new password, twice; her name; a code."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.people.actions.attempts import LockedError, settle, try_once
from xiaojia.kernel.people.actions.factors import accept_code
from xiaojia.kernel.people.models import Account
from xiaojia.kernel.people.rules import code_name
from xiaojia.web.errors import message_of


class PasswordForm(forms.Form):
    """A new password for the account of a one-time link."""

    password = forms.CharField(
        label=_("新密码"),
        help_text=_("至少 10 个字符；不要用生日、电话、单位名。"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 10}),
    )
    again = forms.CharField(
        label=_("再输一次"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Check the password by the instance's rules."""
        value: str = self.cleaned_data["password"]
        validate_password(value, self.account)
        return value

    def clean(self) -> dict[str, Any]:
        """Compare both."""
        values = super().clean() or {}
        if values.get("password") and values.get("again") is not None and values["password"] != values["again"]:
            self.add_error("again", _("两次输入的不一样。"))
        return values


class NameForm(forms.Form):
    """How somebody is called on pages and in the log."""

    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("同事看到的名字；操作记录里也用它。"))


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class _Once:
    """A code is accepted once, and guesses are counted in the database."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Any

    def clean_code(self) -> str:
        """Use the code up."""
        now, code = timezone.now(), str(self.cleaned_data["code"])
        try:
            trial = try_once(username=code_name(self.user.pk), address="", kind="code", now=now)
        except LockedError as error:
            raise ValidationError(message_of(error), code="locked") from error
        found = accept_code(account=self.user, code=code, now=now)
        settle(trial, account=self.user if found else None, meant=self.user)
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        found.user = self.user
        self.authenticator = found
        return code


class CodeForm(_Once, AuthenticateForm):
    """The code at sign-in."""

    code = _code_field()


class CodeAgainForm(_Once, ReauthenticateForm):
    """The code before a change of what protects the account."""

    code = _code_field()
