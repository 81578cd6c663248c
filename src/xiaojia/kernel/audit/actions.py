"""How does a deed get into the log? One line, inside the transaction of the deed itself."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import Who


class Doer(Protocol):
    """Whatever can say who it is: an `Actor` of room orgs, a device, the system."""

    @property
    def who(self) -> Who: ...


def record(
    doer: Doer | Who,
    verb: str,
    *,
    kind: str = "",
    id: object = "",
    label: str = "",
    at: datetime | None = None,
    **details: Any,
) -> None:
    """Append one line `room.past_participle`. `details` hold values only; `changes={field: [old, new]}` by custom.

    Written with plain SQL: one INSERT, no read back.
    """
    who = doer if isinstance(doer, Who) else doer.who
    entry = Entry(
        at=at or timezone.now(),
        actor_id=who.id,
        actor_label=who.label[:120],
        org_path=who.org_path,
        verb=verb,
        subject_kind=kind,
        subject_id=str(id),
        subject_label=label[:200],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (id, at, actor_id, actor_label, org_path, verb, subject_kind, subject_id,"
            " subject_label, details) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [
                entry.id,
                entry.at,
                entry.actor_id,
                entry.actor_label,
                entry.org_path,
                entry.verb,
                entry.subject_kind,
                entry.subject_id,
                entry.subject_label,
                _json(details),
            ],
        )


def _json(details: Mapping[str, Any]) -> str:
    return json.dumps(details, cls=DjangoJSONEncoder, ensure_ascii=False)
