"""How does allauth do it here? Accounts come from officers, guesses are counted by us, sessions are written down."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.people.actions.attempts import LockedError, settle, try_once
from xiaojia.kernel.people.actions.factors import totp_of
from xiaojia.kernel.people.actions.sessions import begin_session
from xiaojia.kernel.people.models import Account, SignIn
from xiaojia.kernel.people.rules import PROVIDER, SIGN_IN_KEY, is_of_the_house
from xiaojia.kernel.people.secrets import seal, unseal
from xiaojia.lib.ids import sign, verify
from xiaojia.web.errors import message_of

QUIET = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")
KNOWN_COOKIE, KNOWN_DAYS = "xj_desk", 90
STAGES = ("xiaojia.kernel.people.adapter.CodeStage",)


class Backend(AuthenticationBackend):
    """allauth's, but an account that is signed in comes together with its sessions, in one query."""

    def get_user(self, user_id: Any) -> Account | None:
        rows = list(SignIn.objects.select_related("account").filter(account=user_id))
        if not rows or not self.user_can_authenticate(rows[0].account):
            return None
        account = rows[0].account
        account.sessions_open = {row.pk: row for row in rows}
        return account


def is_known(request: HttpRequest, username: str) -> bool:
    """Return whether this browser has signed in to the account of that name before."""
    mark = request.COOKIES.get(KNOWN_COOKIE, "")
    return bool(mark) and verify(mark, "known-browser", username.strip().casefold(), key=settings.HASH_KEY)


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up, count guesses in the database, write sessions down; everything else as allauth does it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that `web.proxies` believes, never a header."""
        return str(getattr(request, "client_ip", "") or request.META.get("REMOTE_ADDR", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the account of a name and password, or None; every try is counted first."""
        username = str(credentials.get("username", ""))
        address, known = self.get_client_ip(request), is_known(request, username)
        try:
            trial = try_once(username=username, address=address, known=known, now=timezone.now())
        except LockedError as error:
            raise ValidationError(message_of(error), code="locked") from error
        account = authenticate(request, **credentials)
        settle(trial, account=account)  # type: ignore[arg-type]
        return account

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session under a new key and write it down."""
        super().login(request, user)
        made = begin_session(
            account=user,
            factor=_factor(request, user),
            user_agent=request.headers.get("User-Agent", ""),
            address=self.get_client_ip(request),
            now=timezone.now(),
        )
        request.session[SIGN_IN_KEY] = str(made.pk)
        request.sign_in = made  # type: ignore[attr-defined]

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Leave a line in the log and a mark in the browser by which it is known next time."""
        record(user, "people.signed_in", kind="account", id=user.pk, label=user.username)
        response = super().post_login(request, user, **more)
        mark = sign("known-browser", user.username.casefold(), key=settings.HASH_KEY)
        response.set_cookie(
            KNOWN_COOKIE,
            mark,
            max_age=KNOWN_DAYS * 86400,
            httponly=True,
            samesite="Lax",
            secure=settings.SECURE_COOKIES,
        )
        return response

    def logout(self, request: HttpRequest) -> None:
        """End the session for good, also for somebody who kept its cookie."""
        user, pk = request.user, request.session.get(SIGN_IN_KEY)
        record(user, "people.signed_out", kind="account", id=user.pk, label=user.get_username())
        SignIn.objects.filter(pk=pk, account=user.pk).delete()
        super().logout(request)

    def get_login_stages(self) -> list[str]:
        """Only the second factor stands between password and desk; there is no mail and no phone."""
        return list(STAGES)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has an authenticator confirms with it: the password alone does not open the safe."""
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] == "mfa_reauthenticate"]
        return strong or methods

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kw: Any
    ) -> None:
        """Leave out the messages that only repeat what the page shows."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kw)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the own account."""
        return "/office/me/"


def _factor(request: HttpRequest, user: Any) -> str:
    """Which second factor this very sign-in has proved."""
    records = get_authentication_records(request, user)
    if any(one.get("method") == "mfa" for one in records) and totp_of(user):
        return SignIn.Factor.OWN
    if any(one.get("method") == PROVIDER and one.get("factor") for one in records):
        return SignIn.Factor.PROVIDER
    return SignIn.Factor.NONE


class MfaAdapter(DefaultMFAAdapter):
    """Seal the secrets, say it in our words, and keep the second factor on those who need it."""

    error_messages = DefaultMFAAdapter.error_messages | {  # noqa: RUF012
        "incorrect_code": _("这个验证码不对，或者已经用过。请等验证器换出下一个再输。"),
        "cannot_delete_authenticator": _("你的岗位能看到个人信息，两步验证不能关闭。换了手机，请用“更换验证器”。"),
        "cannot_generate_recovery_codes": _("请先打开两步验证，再生成恢复码。"),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name under which the authenticator app lists the code."""
        return settings.SITE["name"] or "小家"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not where the posts of the person ask for it."""
        return not getattr(context.request, "factor_needed", False)


class HouseWords:
    """A validator of passwords: no password that is the product's, the union's or one's own name with a number."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises: ValidationError `word_of_the_house`."""
        name = settings.SITE["name"]
        more = [name, name.removesuffix("总工会"), "".join(lazy_pinyin(name.removesuffix("总工会")))]
        if is_of_the_house(password, [*more, user.get_username() if user else ""]):
            raise ValidationError(
                _("这个密码几乎就是产品、单位或你自己的名字，别人先试的就是它。请换一个。"), code="word_of_the_house"
            )

    def get_help_text(self) -> str:
        return gettext("不要用产品、单位或自己的名字。")


class CodeStage(AuthenticateStage):
    """Between password and desk, ask for a code of everybody who has an authenticator.

    Left out only if the identity provider itself vouched for a second factor in this very sign-in.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        if records and records[-1].get("method") == PROVIDER and records[-1].get("factor"):
            return False
        return bool(super()._should_handle(request))
