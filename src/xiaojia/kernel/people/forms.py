"""What does a person type about her own account? A new password, twice; her name."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.people.models import Account


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
