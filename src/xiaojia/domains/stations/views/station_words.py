"""How do a station's place, week and facilities read on its page, in the page's language?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaojia.domains.stations.models import Station, StationFacility
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.public import WeekDay
from xiaojia.domains.stations.rules import words
from xiaojia.domains.stations.rules.state import Reason, State, Verdict
from xiaojia.domains.stations.views.cards import Thing, full_label
from xiaojia.lib.opening_hours import Interval
from xiaojia.web.templatetags.words import fmt_time, weekday, when

ALL_DAY = (0, 1440)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class DayRow:
    """One line of the week's table."""

    name: str
    date: str
    hours: tuple[str, ...]
    notes: tuple[str, ...]
    is_today: bool


def day_rows(week: Sequence[WeekDay]) -> list[DayRow]:
    """Return the lines of the week; the first is today."""
    return [
        DayRow(
            weekday(day.on),
            f"{day.on.month}/{day.on.day}",
            hours_texts(day),
            tuple(_notes(day, is_first=place == 0)),
            place == 0,
        )
        for place, day in enumerate(week)
    ]


def hours_texts(day: WeekDay) -> tuple[str, ...]:
    """Return "7:00–12:00" and "14:00–18:30", or one of "24小时", "不开放", and that it is not known."""
    if day.intervals is None:
        return (_("还不清楚"),)
    if not day.intervals or not _left(day):
        return (_("不开放"),)
    return tuple(_span(interval) for interval in day.intervals)


def _span(interval: Interval) -> str:
    if (interval.start_min, interval.end_min) == ALL_DAY:
        text = _("24小时")
    else:
        end = interval.end_min
        text = f"{fmt_time(interval.start_min)}–{_('次日') if end > 1440 else ''}{fmt_time(end - 1440 if end > 1440 else end)}"
    return text if interval.staffed else _("%(time)s（无人值守）") % {"time": text}


def _notes(day: WeekDay, *, is_first: bool) -> list[str]:
    notes = []
    if day.kind == "holiday":
        notes.append(_("%(name)s放假") % {"name": day.name})
    elif day.kind == "makeup":
        notes.append(_("调休上班"))
    elif day.kind == "unknown":
        notes.append(_("%(name)s放假安排未公布") % {"name": day.name})
    for closure in day.closures:
        until = _("，%(when)s恢复") % {"when": when(closure.ends_at)} if closure.ends_at and is_first else ""
        notes.append(_("临时关闭：%(reason)s") % {"reason": closure.reason} + until)
    return notes


def today_spans(day: WeekDay, verdict: Verdict) -> list[tuple[int, int, str]]:
    """Return today's intervals for the bar of 24 hours, closures cut out; drawn unsure where the state is doubted."""
    doubted = verdict.state is State.UNKNOWN or verdict.reason in (Reason.REPORTS, Reason.KEEPER_CLOSED)
    return [(start, end, "unsure" if doubted else "open") for start, end in _left(day)]


def _left(day: WeekDay) -> list[tuple[int, int]]:
    """The day's minutes without those that closures take."""
    spans = [(interval.start_min, interval.end_min) for interval in day.intervals or ()]
    midnight = datetime.combine(day.on, time(), words.SHANGHAI)
    for closure in day.closures:
        start_min = (closure.starts_at - midnight) // MINUTE
        end_min = (closure.ends_at - midnight) // MINUTE if closure.ends_at else 2 * ALL_DAY[1]
        spans = [
            piece for start, end in spans for piece in ((start, min(end, start_min)), (max(start, end_min), end))
            if piece[0] < piece[1]
        ]  # fmt: skip
    return spans


def where_text(station: Station) -> str:
    """Return address, floor and area in one line."""
    parts = [station.address, _floor(station)]
    if station.area_m2:
        parts.append(_("%(n)s 平方米") % {"n": f"{station.area_m2:.0f}"})
    if station.capacity:
        parts.append(ngettext("可坐 %(n)s 人", "可坐 %(n)s 人", station.capacity) % {"n": station.capacity})
    return " · ".join(part for part in parts if part)


def _floor(station: Station) -> str:
    if not station.street_side:
        return station.floor
    return _("%(floor)s临街") % {"floor": station.floor} if station.floor else _("临街")


def things_of(facts: Sequence[StationFacility]) -> list[Thing]:
    """Return what is here: present ones, then broken ones, then basic kinds of which nothing is known; absent ones last."""
    known = kinds()
    seen = {fact.kind_id: fact for fact in facts}
    things = []
    for key, kind in known.items():
        fact = seen.get(key)
        if kind.group == "management" or (fact is None and kind.group != "basic"):
            continue
        state = "unsure" if fact is None else _state(fact)
        things.append(Thing(key, full_label(kind), kind.icon, state, fact.note if fact else ""))
    order = {"": 0, "bad": 1, "unsure": 2, "off": 3}
    return sorted(things, key=lambda thing: order[thing.state])


def _state(fact: StationFacility) -> str:
    if fact.presence == "absent":
        return "off"
    if fact.presence == "unknown":
        return "unsure"
    return "bad" if fact.working == "broken" else ""
