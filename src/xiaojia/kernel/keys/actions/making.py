"""How does a partner get a key, and how does it end? The secret is returned once and kept only as a keyed hash."""

import secrets
import string
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.keys import access
from xiaojia.kernel.keys.models import Key
from xiaojia.kernel.keys.rules import SCOPES, KeyRefused, check_key
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.ids import unguessable

PREFIX = string.ascii_lowercase + string.digits
SECRET_BYTES = 32


def make_key(
    *,
    actor: Actor,
    org: Organisation,
    label: str,
    scopes: list[str],
    expires_on: date,
    now: datetime,
    today: date,
    per_minute: int | None = None,
) -> tuple[Key, str]:
    """Return a new key for the organisation and the token `xj_prefix_secret`, which nobody can read again.

    Raises: KeyRefused `not_found`, `no_label`, `no_scope`, `bad_expiry`, `bad_limit`, `label_taken`.
    """
    if not actor.may(Cap.ADMIN, org_path=org.path):
        raise KeyRefused("not_found")
    label = label.strip()[:60]
    check_key(label, scopes, expires_on, per_minute, today)
    prefix, secret = "".join(secrets.choice(PREFIX) for _ in range(8)), unguessable(SECRET_BYTES)
    row = Key(
        prefix=prefix, secret_hash=access.hash_secret(secret), label=label, org=org, expires_on=expires_on,
        scopes=[scope for scope in SCOPES if scope in scopes], per_minute=per_minute,
        created_at=now, created_by=actor.label[:120],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(actor, "keys.made", kind="key", id=row.pk, label=str(row), at=now, scopes=row.scopes,
                   org=org.path, expires_on=expires_on, per_minute=per_minute)  # fmt: skip
    except IntegrityError as error:
        raise KeyRefused("label_taken", label=label) from error
    return row, f"xj_{prefix}_{secret}"


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: UUID, now: datetime) -> Key:
    """End a key at once; doing it again changes nothing. Raises: KeyRefused `not_found`."""
    row = access.get(actor, key_id)
    if row.revoked_at is not None:
        return row
    row.revoked_at, row.revoked_by = now, actor.label[:120]
    row.save(update_fields=["revoked_at", "revoked_by"])
    record(actor, "keys.revoked", kind="key", id=row.pk, label=str(row), at=now)
    return row


def mark_used(row: Key, today: date) -> None:
    """Keep the last day on which a key was used; at most one write a day."""
    if row.last_used_on != today:
        Key.objects.filter(pk=row.pk).exclude(last_used_on=today).update(last_used_on=today)
