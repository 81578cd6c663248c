"""What happened today at one station, and what was said about one visit?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from xiaojia.domains.visits.models import Answer, Visit
from xiaojia.domains.visits.queries.rules import all_rules
from xiaojia.domains.visits.rules.counting import Count, count, rule_on
from xiaojia.domains.visits.rules.hours import day_bounds, day_of


def today_count(station_id: UUID, now: datetime) -> Count:
    """Return today's official count of a station with its parts. Two queries."""
    start, end = day_bounds(day_of(now))
    rows = Visit.objects.filter(station_id=station_id, hour__gte=start, hour__lt=end).order_by()
    sums = rows.values_list("source").annotate(people=Sum("people"))
    return count([(day_of(now), source, people) for source, people in sums], all_rules())


def last_week(station_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Return the official counts of the last seven full days of many stations. Two queries."""
    first, last = day_of(now) - timedelta(days=7), day_of(now) - timedelta(days=1)
    start, end = day_bounds(first, last)
    rules = all_rules()
    found: dict[UUID, int] = dict.fromkeys(station_ids, 0)
    rows = Visit.objects.filter(station_id__in=list(station_ids), hour__gte=start, hour__lt=end).order_by()
    for station_id, source, people in rows.values_list("station_id", "source").annotate(people=Sum("people")):
        if source in rule_on(last, rules).counts:
            found[station_id] += people
    return found


def week_of_station(station_id: UUID, now: datetime) -> tuple[list[tuple[date, int]], Count]:
    """Return the official counts of the last seven days (today the last) and their sum with its parts. Two queries."""
    last = day_of(now)
    first = last - timedelta(days=6)
    start, end = day_bounds(first, last)
    rules, by_day = all_rules(), {}
    rows = Visit.objects.filter(station_id=station_id, hour__gte=start, hour__lt=end).order_by()
    facts = [
        (day_of(hour), source, people)
        for hour, source, people in rows.values_list("hour", "source").annotate(people=Sum("people"))
    ]
    for step in range(7):
        day = first + timedelta(days=step)
        by_day[day] = count([fact for fact in facts if fact[0] == day], rules).official
    return list(by_day.items()), count(facts, rules)


def said_of(visit_id: UUID, hour: datetime) -> dict[str, str]:
    """Return what was answered after a visit: kind and value. The trade that came with the tap counts as answered."""
    said = dict(Answer.objects.filter(visit_id=visit_id).values_list("kind", "value"))
    with_tap = Visit.objects.filter(pk=visit_id, hour=hour).values_list("occupation", flat=True).first()
    if with_tap and "work" not in said:
        said["work"] = with_tap
    return said
