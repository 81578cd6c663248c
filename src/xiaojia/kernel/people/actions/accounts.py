"""What can be done with people and accounts? Register, open, hand out and use a one-time link."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.people.models import Account, OneTimeLink, Person
from xiaojia.kernel.people.secrets import decrypt, encrypt, keyed_hash
from xiaojia.lib.errors import XiaojiaError, gettext_noop

LINK_HOURS = 72


class PeopleError(XiaojiaError):
    """A person or account cannot be so."""


@transaction.atomic
def register_person(*, actor: Doer | Who, name: str, purpose: str, phone: str = "") -> Person:
    """Create a person with the least data; the phone number is stored encrypted with a keyed hash."""
    person = Person(name=name, purpose=purpose, created_at=timezone.now())
    if phone:
        person.phone_encrypted, person.phone_hash = encrypt(phone), keyed_hash("phone", phone)
    person.save()
    record(actor, "people.registered", kind="person", id=person.pk, purpose=purpose)
    return person


@transaction.atomic
def open_account(*, actor: Doer | Who, person: Person, username: str) -> Account:
    """Give a person an account without a usable password; the one-time link sets it.

    Raises: PeopleError `username_taken`, `has_account`.
    """
    if Account.objects.filter(username__iexact=username).exists():
        raise PeopleError(
            "username_taken",
            gettext_noop("用户名“%(name)s”已有人使用，请换一个。"),
            {"name": username},
            fields={"username": gettext_noop("已有人使用")},
        )
    if person.account_id:
        raise PeopleError("has_account", gettext_noop("此人已有账号。"))
    account = Account(username=username)
    account.set_unusable_password()
    account.save()
    person.account = account
    person.save(update_fields=["account"])
    record(actor, "people.account_opened", kind="account", id=account.pk, label=username)
    return account


@transaction.atomic
def issue_one_time_link(*, actor: Doer | Who, account: Account, now: datetime | None = None) -> str:
    """Return the path of a link, valid 72 hours and once, with which the account's owner sets a password.

    Earlier unused links of the account end. The secret itself is not stored.
    """
    now = now or timezone.now()
    secret = secrets.token_urlsafe(24)
    account.links.filter(used_at=None).update(expires_at=now)
    OneTimeLink.objects.create(
        account=account, secret_hash=_digest(secret), expires_at=now + timedelta(hours=LINK_HOURS), created_at=now
    )
    record(actor, "people.link_issued", kind="account", id=account.pk, label=account.username)
    return f"/office/link/{secret}/"


@transaction.atomic
def use_one_time_link(*, secret: str, password: str, now: datetime | None = None) -> Account:
    """Set the password of the link's account and end the link.

    Raises: PeopleError `link_over` for an unknown, used or expired link; of two at once one wins.
    """
    link = find_link(secret, now=now)
    taken = link and OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now or timezone.now())
    if link is None or not taken:
        raise PeopleError("link_over", gettext_noop("这个链接已失效。请让管理员重新生成一个。"))
    link.account.set_password(password)
    link.account.is_active = True
    link.account.save()
    link.account.sign_ins.all().delete()
    record(
        Who(str(link.account_id), link.account.username),
        "people.password_set",
        kind="account",
        id=link.account_id,
        label=link.account.username,
    )
    return link.account


@transaction.atomic
def rename_person(*, actor: Doer | Who, person: Person, name: str) -> Person:
    """Change how a person is called; the same name changes nothing. The log keeps the fact, not the names."""
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
        record(actor, "people.renamed", kind="person", id=person.pk)
    return person


@transaction.atomic
def vouched_for(*, account: Account, issuer: str, subject: str) -> bool:
    """Return whether the provider means the same person as the first time; the first time binds the account to her.

    User names are given again when people leave, a provider's `sub` is not (OpenID Connect Core §5.7).
    """
    mark = keyed_hash("provider", f"{issuer}\n{subject}")
    held = Account.objects.select_for_update().get(pk=account.pk)
    if not held.provider_subject:
        held.provider_subject = mark
        held.save(update_fields=["provider_subject"])
        record(held, "people.provider_bound", kind="account", id=held.pk, label=held.username)
    return held.provider_subject == mark


def phone_of(person: Person) -> str:
    """Return the plain number of a person, "" if none is kept; who asks records the reading."""
    return decrypt(person.phone_encrypted) if person.phone_encrypted else ""


def find_link(secret: str, now: datetime | None = None) -> OneTimeLink | None:
    """Return the unused, unexpired link of a secret, or None."""
    return (
        OneTimeLink.objects.select_related("account")
        .filter(secret_hash=_digest(secret), used_at=None, expires_at__gt=now or timezone.now())
        .first()
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
