"""What is due, since when does which length count, and what is kept about one person?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import words_of
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.people.secrets import keyed_hash
from xiaojia.kernel.retention import access
from xiaojia.kernel.retention.models import Figure, Run, Version
from xiaojia.kernel.retention.registry import HOLDERS, TERMS, Section
from xiaojia.kernel.retention.rules import Dated, days_on
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

MOST_LINES = 2000


@dataclass(frozen=True)
class Line:
    """One term as the page shows it: days in force, the next change if one is entered, the last run."""

    term: Term
    days: int
    coming: Version | None
    last: Run | None


def versions(key: str) -> QuerySet[Version]:
    """Return the dated lengths of a term, the latest first."""
    return Version.objects.filter(key=key)


def days_in_force(term: Term, on: date) -> int:
    """Return how many days a term has on a day."""
    rows = [Dated(row.days, row.effective_on) for row in versions(term.key)]
    return days_on(term, rows, on)


def lines(today: date) -> list[Line]:
    """Return all terms in the order of their keys. Two queries."""
    rows: dict[str, list[Version]] = {}
    for row in Version.objects.all():
        rows.setdefault(row.key, []).append(row)
    runs = {run.key: run for run in Run.objects.all()}
    found = []
    for key, term in sorted(TERMS.items()):
        mine = rows.get(key, [])
        days = days_on(term, [Dated(row.days, row.effective_on) for row in mine], today)
        coming = min((row for row in mine if row.effective_on > today), key=lambda r: r.effective_on, default=None)
        found.append(Line(term, days, coming, runs.get(key)))
    return found


def due(now: datetime) -> dict[str, tuple[int, datetime, int]]:
    """Return {key: (days in force, cutoff, rows due)} for every term; changes nothing."""
    today, found = timezone.localdate(now), {}
    for key, term in sorted(TERMS.items()):
        days = days_in_force(term, today)
        cutoff = term.cutoff(now, days)
        found[key] = (days, cutoff, term.due(cutoff))
    return found


def find(actor: Actor, q: str) -> QuerySet[Person]:
    """Return the persons within reach by part of the name or user name, or by the whole telephone number."""
    q = q.strip().replace("\0", "")
    rows = access.persons(actor)
    if q:
        wanted = Q(name__icontains=q) | Q(account__username__icontains=q) | Q(phone_hash=keyed_hash("phone", q))
        rows = rows.filter(wanted)
    return rows.order_by("name", "pk").distinct()


def about(person: Person) -> list[Section]:
    """Return everything that the rooms keep about a person (个人信息保护法 article 45)."""
    return [section for holder in HOLDERS.values() for section in holder.about(person)]


def deeds(person: Person) -> list[Section]:
    """Return the lines of the log by a person's account and about her; the latest `MOST_LINES`."""
    mine = Q(subject_kind="person", subject_id=str(person.pk))
    if person.account_id:
        mine |= Q(actor_id=str(person.account_id)) | Q(subject_kind="account", subject_id=str(person.account_id))
    rows = Entry.objects.filter(mine).order_by("-at", "-id")[:MOST_LINES]
    head = (_("时间"), _("谁"), _("做了什么"), _("对什么"))
    return [Section(_("操作记录"), head, [(e.at, e.actor_label, words_of(e.verb), e.subject_label) for e in rows])]


def needed_because(person: Person, on: date) -> list[str]:
    """Return why a person cannot be forgotten yet, as message ids."""
    return [why for holder in HOLDERS.values() if (why := holder.needs(person, on))]


def figures(key: str, scope: str, periods: Sequence[str]) -> dict[str, int]:
    """Return {period: value} of the figures that outlived their rows."""
    rows = Figure.objects.filter(key=key, scope=scope, period__in=list(periods))
    return dict(rows.values_list("period", "value"))
