"""What do the office's figures say? Sums over what the actor may see, each day under its own counting rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractHour, TruncDate

from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits import access
from xiaojia.domains.visits.models import Answer, EarlierCount, Occupation, Visit
from xiaojia.domains.visits.queries import devices
from xiaojia.domains.visits.queries.rules import all_rules
from xiaojia.domains.visits.rules.counting import Count, Rule, count, rule_on, spans
from xiaojia.domains.visits.rules.hours import SHANGHAI, day_bounds
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.places.models import Division


@dataclass(frozen=True)
class Scope:
    """Which visits are asked for: the period, and what narrows them."""

    first: date
    last: date
    org: int | None = None
    division: str = ""
    station: str = ""


@dataclass(frozen=True)
class Overview:
    """The figures of a period: official with parts, devices by month, by day, by hour of day, thanks, earlier figures."""

    count: Count
    devices: int
    months: int
    days: list[tuple[date, int]]
    hours: list[int]
    thanks: int
    earlier: list[EarlierCount]

    @property
    def earlier_sum(self) -> int:
        return sum(row.visits for row in self.earlier)


def rows(actor: Actor, scope: Scope) -> QuerySet[Visit]:
    """Return the visible visits of a scope; an unknown organisation or station gives none."""
    start, end = day_bounds(scope.first, scope.last)
    found = access.visible(actor).filter(hour__gte=start, hour__lt=end)
    if scope.org is not None:
        org = Organisation.objects.filter(pk=scope.org).first()
        found = found.filter(org_path__startswith=org.path) if org else found.none()
    if scope.division:
        prefix = Division.objects.filter(code=scope.division).values_list("prefix", flat=True).first()
        found = found.filter(division_code__startswith=prefix) if prefix else found.none()
    if scope.station:
        found = found.filter(station_id__in=Subquery(Station.objects.filter(code=scope.station).values("pk")))
    return found


def overview(actor: Actor, scope: Scope) -> Overview:
    """Return the figures of a scope. Six queries whatever the period."""
    found, rules = rows(actor, scope), all_rules()
    facts = list(
        found.annotate(day=TruncDate("hour", tzinfo=SHANGHAI), clock=ExtractHour("hour", tzinfo=SHANGHAI))
        .values_list("day", "clock", "source").annotate(people=Sum("people"))
    )  # fmt: skip
    total = count([(day, source, people) for day, _clock, source, people in facts], rules)
    by_day = {scope.first + timedelta(days=step): 0 for step in range((scope.last - scope.first).days + 1)}
    by_hour = [0] * 24
    for day, clock, source, people in facts:
        if source in rule_on(day, rules).counts:
            by_day[day] += people
            by_hour[clock] += people
    phones = _devices(actor, scope, found)
    return Overview(
        total, sum(phones), len(phones), list(by_day.items()), by_hour, _thanks(found), earlier(actor, scope)
    )


def _devices(actor: Actor, scope: Scope, found: QuerySet[Visit]) -> list[int]:
    """Distinct devices of each month; of months whose marks are gone the figure that was taken then."""
    live = devices.by_month(found)
    gone = [month for month in devices.whole_months(scope.first, scope.last) if month not in live]
    if not gone:
        return list(live.values())
    asked = devices.narrowed(actor, org=scope.org, division=scope.division, station=scope.station, seen=found)
    return list((devices.kept(actor, scope.first, scope.last, asked) | live).values())


def _thanks(found: QuerySet[Visit]) -> int:
    return Answer.objects.filter(kind=Answer.Kind.GOOD, visit_id__in=found.values("id")).count()


def earlier(actor: Actor, scope: Scope) -> list[EarlierCount]:
    """Return the figures from before the system that lie wholly in the period; they are never cut into pieces."""
    found = access.earlier(actor).filter(first_day__gte=scope.first, last_day__lte=scope.last)
    if scope.org is not None:
        found = found.filter(org__path__contains=f"/{scope.org}/")
    if scope.division:
        found = found.filter(org__division__code=scope.division)
    if scope.station:
        found = found.filter(station_id__in=Station.objects.filter(code=scope.station).values("pk"))
    return list(found)


def _counted(scope: Scope, rules: Sequence[Rule]) -> Q:
    """The condition that a visit counts officially, each stretch of the period under its rule."""
    wanted = Q(pk__in=[])
    for first, last, rule in spans(scope.first, scope.last, rules):
        start, end = day_bounds(first, last)
        wanted |= Q(hour__gte=start, hour__lt=end, source__in=sorted(rule.counts))
    return wanted


def by_field(actor: Actor, scope: Scope, field: str) -> dict[Any, int]:
    """Return the official count for each value of station_id, org_path or division_code."""
    found = rows(actor, scope).filter(_counted(scope, all_rules()))
    return dict(found.values_list(field).annotate(people=Sum("people")))


def by_occupation(actor: Actor, scope: Scope) -> list[tuple[str, int]]:
    """Return (trade, official count) for the eight trades and "" for not said; the answer given afterwards wins."""
    found = rows(actor, scope).filter(_counted(scope, all_rules()))
    sums = dict.fromkeys([*Occupation.values, ""], 0)
    sums |= dict(found.values_list("occupation").annotate(people=Sum("people")))
    answered = Answer.objects.filter(kind=Answer.Kind.WORK, visit_id__in=found.values("id"))
    said = dict(answered.values_list("visit_id", "value"))
    for pk, before, people in found.filter(pk__in=list(said)).values_list("pk", "occupation", "people"):
        sums[before] -= people
        sums[said[pk]] += people
    return list(sums.items())


def named_stations(sums: dict[Any, int]) -> list[tuple[Station, int]]:
    """Return the stations of a sum by station, the busiest first. One query."""
    found = Station.objects.select_related("org", "division").in_bulk(list(sums))
    return sorted(((found[pk], n) for pk, n in sums.items() if pk in found), key=lambda pair: (-pair[1], pair[0].code))


def named_orgs(sums: dict[Any, int]) -> list[tuple[Organisation, int]]:
    """Return the organisations of a sum by path, in path order. One query."""
    return [(org, sums[org.path]) for org in Organisation.objects.filter(path__in=list(sums))]


def named_divisions(sums: dict[Any, int]) -> list[tuple[Division, int]]:
    """Return the divisions of a sum by code, in code order. One query."""
    return [(row, sums[row.code]) for row in Division.objects.filter(code__in=list(sums))]


def station_days(actor: Actor, scope: Scope) -> Iterable[tuple[date, Any, dict[str, int], int, str]]:
    """Return (day, station id, people by source, official, rule) for every station and day with a visit, in day order."""
    rules = all_rules()
    facts = (
        rows(actor, scope).annotate(day=TruncDate("hour", tzinfo=SHANGHAI))
        .values_list("day", "station_id", "source").annotate(people=Sum("people")).order_by("day", "station_id")
    )  # fmt: skip
    lines: dict[tuple[date, Any], dict[str, int]] = {}
    for day, station_id, source, people in facts:
        lines.setdefault((day, station_id), {})[source] = people
    for (day, station_id), parts in lines.items():
        rule = rule_on(day, rules)
        yield day, station_id, parts, sum(n for source, n in parts.items() if source in rule.counts), rule.name


def visited(station_ids: list[UUID]) -> list[UUID]:
    """Return those of the stations that somebody has visited; an undo must not take them out."""
    return list(Visit.objects.filter(station_id__in=station_ids).values_list("station_id", flat=True).distinct())
