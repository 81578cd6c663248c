"""Whose key is this, and which keys may an administrator see? Absent and forbidden look alike."""

from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.keys.models import Key
from xiaojia.kernel.keys.rules import KeyRefused, split_token
from xiaojia.kernel.orgs.access import Actor, within
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.ids import keyed_hash


@dataclass(frozen=True)
class Caller:
    """A program that showed a working key: what it may do, for which organisation's path, how often a minute."""

    key_id: UUID
    label: str
    org_path: str
    scopes: frozenset[str]
    per_minute: int | None

    @property
    def who(self) -> Who:
        return Who(f"key:{self.key_id}", self.label, self.org_path)

    def reaches(self, org_path: str) -> bool:
        """Return whether it may read and write for something of that organisation."""
        return org_path.startswith(self.org_path)

    def require(self, scope: str) -> None:
        """Raise KeyRefused `scope_missing` without that scope."""
        if scope not in self.scopes:
            raise KeyRefused("scope_missing", scope=scope)


def caller(token: str, today: date) -> tuple[Caller, Key]:
    """Return who shows a token. One query. Raises: KeyRefused `key_unknown`, `key_revoked`, `key_expired`."""
    parts = split_token(token)
    row = Key.objects.select_related("org").filter(prefix=parts[0]).first() if parts else None
    if row is None or parts is None or not compare_digest(row.secret_hash, hash_secret(parts[1])):
        raise KeyRefused("key_unknown")
    if row.revoked_at is not None:
        raise KeyRefused("key_revoked")
    if row.expires_on < today:
        raise KeyRefused("key_expired")
    return Caller(row.pk, row.label, row.org.path, frozenset(row.scopes), row.per_minute), row


def hash_secret(secret: str) -> str:
    """Return the keyed hash under which a secret is kept."""
    return keyed_hash(secret, settings.HASH_KEY)


def visible(actor: Actor) -> QuerySet[Key]:
    """Return the keys of the organisations that the actor administers."""
    orgs = Organisation.objects.filter(within(actor, Cap.ADMIN))
    return Key.objects.filter(org__in=orgs).select_related("org")


def get(actor: Actor, pk: UUID) -> Key:
    """Return one key for a change, locked. Raises: KeyRefused `not_found`."""
    row = visible(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise KeyRefused("not_found")
    return row
