"""What can be done here? Change a term, clear what is due, hand out or delete what is kept about a person."""

import logging
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.retention import access
from xiaojia.kernel.retention.models import Run, Version
from xiaojia.kernel.retention.queries import about, days_in_force, needed_because, versions
from xiaojia.kernel.retention.registry import HOLDERS, TERMS, Section, term_of
from xiaojia.kernel.retention.rules import REASONS, RetentionError, check_change
from xiaojia.lib.terms import Term

log = logging.getLogger(__name__)
BATCH_ROWS = 2000
MOST_BATCHES = 500
"""A million rows of one term in one night; the rest follows the next."""
LOCK = 823_602
"""One run at a time, whoever started it."""


@dataclass(frozen=True)
class Outcome:
    """What one term's run did."""

    key: str
    cutoff: datetime
    cleared: int
    fault: str = ""


@transaction.atomic
def change_term(*, actor: Actor, key: str, days: int, effective_on: date, reason: str, now: datetime) -> Version | None:
    """Give a term another length from a day on, as a new dated row; return it, or None where it is so already.

    Raises: RetentionError `not_found`, `unknown_term`, `too_short`, `too_long`, `in_the_past`, `date_taken`, `no_reason`.
    """
    if not access.at_root(actor):
        raise RetentionError("not_found")
    term, today = term_of(key), timezone.localdate(now)
    same_day = versions(key).filter(effective_on=effective_on).first()
    if same_day and same_day.days == days:
        return None
    check_change(term, days=days, effective_on=effective_on, reason=reason, today=today)
    if same_day:
        raise RetentionError("date_taken", fields={"effective_on": RetentionError.sentences["date_taken"]})
    before = days_in_force(term, effective_on)
    made = Version.objects.create(
        key=key, days=days, effective_on=effective_on, reason=reason.strip()[:200], entered_by=actor.label[:120],
        entered_at=now,
    )  # fmt: skip
    record(actor, "retention.term_changed", kind="term", id=key, label=term.title, changes={"days": [before, days]},
           on=effective_on, reason=made.reason)  # fmt: skip
    return made


def run(now: datetime, *, keys: tuple[str, ...] = ()) -> list[Outcome]:
    """Clear what is due, in small batches, each its own transaction; one line with numbers goes into the log.

    A fault of one term leaves the others alone. While another run is on, nothing is done and [] returned.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return []
    try:
        done = [_clear(term, now) for key, term in sorted(TERMS.items()) if not keys or key in keys]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    counted = {outcome.key: outcome.cleared for outcome in done if outcome.cleared}
    if counted:
        record(SYSTEM, "retention.ran", kind="retention", cleared=counted)
    return done


def _clear(term: Term, now: datetime) -> Outcome:
    began, cleared, fault = time.monotonic(), 0, ""
    cutoff = term.cutoff(now, days_in_force(term, timezone.localdate(now)))
    try:
        for _ in range(MOST_BATCHES):
            n = term.clear(cutoff, BATCH_ROWS)
            cleared += n
            if not n:
                break
    except Exception as error:
        fault = type(error).__name__
        log.exception("retention of %s stopped", term.key)
    took_ms = int((time.monotonic() - began) * 1000)
    values = {"at": now, "cutoff": cutoff, "cleared": cleared, "took_ms": took_ms, "fault": fault[:80]}
    Run.objects.update_or_create(key=term.key, defaults=values)
    return Outcome(term.key, cutoff, cleared, fault)


def read_person(*, actor: Actor, person_id: UUID | str) -> tuple[Person, list[Section]]:
    """Return everything kept about a person; that it was looked at goes into the log. Raises: RetentionError `not_found`."""
    return _look(actor, person_id, "retention.person_read")


def export_person(*, actor: Actor, person_id: UUID | str, form: str) -> tuple[Person, list[Section]]:
    """Return everything kept about a person, to be handed to her (个人信息保护法 article 45); the log keeps the fact."""
    return _look(actor, person_id, "retention.person_exported", form=form)


def _look(actor: Actor, person_id: UUID | str, verb: str, **more: Any) -> tuple[Person, list[Section]]:
    person = access.get(actor, person_id)
    record(actor, verb, kind="person", id=person.pk, **more)
    return person, about(person)


@transaction.atomic
def forget_person(*, actor: Actor, person_id: UUID | str, reason: str, today: date) -> Person:
    """Delete or empty what the rooms keep about a person; a record of deeds keeps its number, never her name anew.

    Doing it again is refused as `not_found`-like nothing: the emptied person stays as a number alone.
    Raises: RetentionError `not_found`, `bad_reason`, `still_needed`.
    """
    person = access.get(actor, person_id, lock=True)
    if reason not in REASONS:
        raise RetentionError("bad_reason", fields={"reason": RetentionError.sentences["bad_reason"]})
    against = needed_because(person, today)
    if against:
        raise RetentionError("still_needed", params={"why": against[0]})
    for holder in reversed(list(HOLDERS.values())):
        holder.forget(person)
    record(actor, "retention.person_forgotten", kind="person", id=person.pk, reason=REASONS[reason])
    return person
