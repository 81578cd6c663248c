"""What can be done with the second factor? Accept a code once, set up, replace, turn off, and reset for somebody."""

import base64
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.people.actions.accounts import issue_one_time_link
from xiaojia.kernel.people.actions.attempts import release
from xiaojia.kernel.people.actions.sessions import end_sessions
from xiaojia.kernel.people.models import Account, SignIn
from xiaojia.kernel.people.rules import step_of
from xiaojia.kernel.people.secrets import unseal

USED = "used_step"


def totp_of(account: Any) -> Authenticator | None:
    """Return the account's authenticator app, if it has one."""
    return Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).first()


@transaction.atomic
def accept_code(*, account: Any, code: str, now: datetime) -> Authenticator | None:
    """Return the authenticator whose code this is and use the code up; None if it is none or was used before.

    The row is locked: of two requests with one code only the first gets in, whatever the cache remembers.
    """
    code = "".join(code.split())
    held = Authenticator.objects.select_for_update().filter(user_id=account.pk)
    for one in held.filter(type=Authenticator.Type.TOTP):
        step = step_of(_secret(one), code, now, used=one.data.get(USED, -1))
        if step is not None:
            one.data[USED] = step
            one.save(update_fields=["data"])
            return one
    for one in held.filter(type=Authenticator.Type.RECOVERY_CODES):
        if one.wrap().validate_code(code):
            return one
    return None


def _secret(one: Authenticator) -> bytes:
    return base64.b32decode(unseal(one.data["secret"]).encode(), casefold=True)


def used_up(account: Any, code: str, now: datetime) -> None:
    """Remember the code that a new authenticator was set up with: it must not sign in as well."""
    one = totp_of(account)
    if one is not None:
        one.data[USED] = step_of(_secret(one), "".join(code.split()), now) or -1
        one.save(update_fields=["data"])


@transaction.atomic
def factor_set_up(*, actor: Doer | Who, account: Account, sign_in: SignIn, code: str, now: datetime) -> None:
    """Note that the account has a second factor now: this session has proved it, all others end."""
    used_up(account, code, now)
    _proved(account, sign_in)
    record(actor, "people.factor_set_up", kind="account", id=account.pk, label=account.username)


@transaction.atomic
def factor_replaced(*, actor: Doer | Who, account: Account, sign_in: SignIn, code: str, now: datetime) -> None:
    """Note that another authenticator stands in the place of the old one; all other sessions end."""
    used_up(account, code, now)
    _proved(account, sign_in)
    record(actor, "people.factor_replaced", kind="account", id=account.pk, label=account.username)


@transaction.atomic
def factor_turned_off(*, actor: Doer | Who, account: Account, sign_in: SignIn) -> None:
    """Note that the account goes by password alone again; all other sessions end."""
    sign_in.factor = SignIn.Factor.NONE
    sign_in.save(update_fields=["factor"])
    end_sessions(account, keep=sign_in.pk)
    record(actor, "people.factor_turned_off", kind="account", id=account.pk, label=account.username)


def _proved(account: Account, sign_in: SignIn) -> None:
    sign_in.factor = SignIn.Factor.OWN
    sign_in.save(update_fields=["factor"])
    end_sessions(account, keep=sign_in.pk)


@transaction.atomic
def reset_factor(*, actor: Doer | Who, account: Account, now: datetime | None = None) -> str:
    """Take a lost second factor off an account and return the path of a one-time link.

    The password and the bond to the identity provider go too: until the owner, known to the administrator in person,
    has used the link, nobody gets in by the password alone. All sessions end, locks are lifted.
    """
    Authenticator.objects.filter(user_id=account.pk).delete()
    account.set_unusable_password()
    account.provider_subject = ""
    account.save(update_fields=["password", "provider_subject"])
    end_sessions(account)
    release(actor=actor, account=account)
    record(actor, "people.factor_reset", kind="account", id=account.pk, label=account.username)
    return issue_one_time_link(actor=actor, account=account, now=now)
