"""How does a deed get into the log? One line, inside the transaction of the deed itself."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import Who
from xiaojia.lib.ids import uuid7

_COLUMNS = "id, at, actor_id, actor_label, org_path, verb, subject_kind, subject_id, subject_label, details"


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
            f"INSERT INTO audit_entry ({_COLUMNS}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",  # noqa: S608 - our own columns
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


@dataclass(frozen=True)
class Deed:
    """One of many deeds of the same verb at once: on what, and its details."""

    id: object
    label: str
    details: Mapping[str, Any]


def record_all(doer: Doer | Who, verb: str, kind: str, deeds: Iterable[Deed], at: datetime | None = None) -> None:
    """Append one line for each deed of a verb that does many things at once; one COPY."""
    who = doer if isinstance(doer, Who) else doer.who
    moment = at or timezone.now()
    with connection.cursor() as cursor, cursor.copy(f"COPY audit_entry ({_COLUMNS}) FROM STDIN") as copy:
        for deed in deeds:
            subject = (kind, str(deed.id), deed.label[:200])
            doing = (str(uuid7()), moment, who.id, who.label[:120], who.org_path, verb)
            copy.write_row((*doing, *subject, _json(deed.details)))


def _json(details: Mapping[str, Any]) -> str:
    return json.dumps(details, cls=DjangoJSONEncoder, ensure_ascii=False)
