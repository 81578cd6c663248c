"""How does a schedule look as plain JSON, for a jsonb column?"""

from datetime import date
from typing import Any

from xiaojia.lib.opening_hours.model import (
    DatedException,
    HolidayPolicy,
    Interval,
    MonthDay,
    Schedule,
    ScheduleError,
    Season,
    Times,
    Week,
    check_week,
    clock,
    minutes,
)


def as_json(schedule: Schedule) -> dict[str, Any]:
    """Return `{week, seasons, exceptions, holidays, holiday_intervals}`; an interval is ["08:30", "12:00"] or
    ["18:00", "30:00", "unattended"] (30:00 is six o'clock of the next day); a week has seven lists, Monday first.
    """
    return {
        "week": None if schedule.week is None else _week_out(schedule.week),
        "seasons": [
            {"name": row.name, "from": _md_out(row.start_md), "to": _md_out(row.end_md), "week": _week_out(row.week)}
            for row in schedule.seasons
        ],
        "exceptions": [
            {
                "from": row.start.isoformat(),
                "to": row.end.isoformat(),
                "intervals": _times_out(row.intervals),
                "reason": row.reason,
            }
            for row in schedule.exceptions
        ],
        "holidays": schedule.holiday_policy.value,
        "holiday_intervals": _times_out(schedule.holiday_intervals),
    }


def from_json(data: Any) -> Schedule:
    """Return the schedule of `as_json`; raise ScheduleError for anything else."""
    try:
        return Schedule(
            week=None if data["week"] is None else _week_in(data["week"]),
            seasons=tuple(
                Season(row["name"], _md_in(row["from"]), _md_in(row["to"]), _week_in(row["week"]))
                for row in data.get("seasons", [])
            ),
            exceptions=tuple(
                DatedException(
                    date.fromisoformat(row["from"]),
                    date.fromisoformat(row["to"]),
                    _times_in(row["intervals"]),
                    row.get("reason", ""),
                )
                for row in data.get("exceptions", [])
            ),
            holiday_policy=HolidayPolicy(data.get("holidays", "unknown")),
            holiday_intervals=_times_in(data.get("holiday_intervals", [])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ScheduleError("bad_shape", params={"text": str(error)[:80]}) from error


def _times_out(intervals: Times) -> list[list[str]]:
    return [[clock(row.start_min), clock(row.end_min)] + ([] if row.staffed else ["unattended"]) for row in intervals]


def _times_in(rows: Any) -> Times:
    found = []
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) not in {2, 3} or (len(row) == 3 and row[2] != "unattended"):
            raise ScheduleError("bad_shape", params={"text": str(row)[:80]})
        found.append(Interval(minutes(row[0]), minutes(row[1]), staffed=len(row) == 2))
    return tuple(found)


def _week_out(week: Week) -> list[list[list[str]]]:
    return [_times_out(day) for day in week]


def _week_in(days: Any) -> Week:
    return check_week([_times_in(day) for day in days])


def _md_out(value: MonthDay) -> str:
    return f"{value.month:02d}-{value.day:02d}"


def _md_in(text: str) -> MonthDay:
    month, day = text.split("-")
    return MonthDay(int(month), int(day))
