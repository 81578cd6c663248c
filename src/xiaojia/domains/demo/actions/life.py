"""How does the demo city live? Taps, visits and a doubt are written up to an instant, from where the last run ended."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from xiaojia.domains.demo.rules.city import SPOTS
from xiaojia.domains.demo.rules.life import SHANGHAI, Happening, day_of
from xiaojia.domains.demo.rules.patterns import PATTERNS
from xiaojia.domains.stations.models import Evidence, Station
from xiaojia.domains.visits.actions.loading import Arrival, load_visits
from xiaojia.domains.visits.models import Visit
from xiaojia.kernel.calendar.queries import day_table
from xiaojia.lib.opening_hours import Hours, from_json

MARK = "demo"
EVIDENCE_DAYS = 2


@transaction.atomic
def live_until(now: datetime, *, since: datetime | None = None) -> tuple[int, int]:
    """Write what happened after `since` (default: the last thing written) up to `now`; return (evidence, visits).

    Two runs at once wait for each other; nothing happens twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(460200)")
    since = since or _last_life(now)
    if since >= now:
        return 0, 0
    evidence: list[Evidence] = []
    arrivals: list[Arrival] = []
    for station, happening in _happenings(since, now):
        if happening.kind == "visit":
            arrivals.append(_arrival(station, happening))
        if happening.at > now - timedelta(days=EVIDENCE_DAYS) and (happening.kind != "visit" or happening.near):
            kind = "checkin_near" if happening.kind == "visit" else happening.kind
            evidence.append(
                Evidence(station_id=station.pk, at=happening.at, kind=kind, device=happening.device, note=MARK)
            )
    Evidence.objects.bulk_create(evidence, batch_size=2000)
    return len(evidence), load_visits(arrivals)


def _last_life(now: datetime) -> datetime:
    """The last instant written: a tap or a visit, at the earliest a month ago."""
    month_ago = now - timedelta(days=31)
    tap = Evidence.objects.filter(note=MARK, at__lte=now).aggregate(last=Max("at"))["last"]
    visit = Visit.objects.filter(hour__gt=month_ago, seen_at__lte=now).aggregate(last=Max("seen_at"))["last"]
    marks: list[datetime] = [month_ago, *(at for at in (tap, visit) if at is not None)]
    return max(marks)


def _happenings(since: datetime, until: datetime) -> Iterator[tuple[Station, Happening]]:
    patterns = {spot.name: PATTERNS[spot.pattern] for spot in SPOTS}
    table = day_table()
    stations = Station.objects.filter(name__in=patterns, status="running").select_related("org")
    first, last = since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
    for station in stations:
        if not station.hours:
            continue
        hours = Hours(from_json(station.hours), table)
        for step in range((last - first).days + 1):
            day = first + timedelta(days=step)
            for happening in day_of(station.name, patterns[station.name], day, _intervals(hours, day)):
                if since < happening.at <= until:
                    yield station, happening


def _intervals(hours: Hours, day: date) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, datetime.min.time(), SHANGHAI)
    found = hours.intervals_on(day) or ()
    return [(midnight + timedelta(minutes=i.start_min), midnight + timedelta(minutes=i.end_min)) for i in found]


def _arrival(station: Station, happening: Happening) -> Arrival:
    return Arrival(
        happening.at, station.pk, station.org.path, station.division_id or "", "qr", happening.device,
        occupation=happening.occupation, near=happening.near or None,
    )  # fmt: skip


def minute_passed() -> None:
    """Live up to now; called by the job every minute on a demo."""
    live_until(timezone.now())
