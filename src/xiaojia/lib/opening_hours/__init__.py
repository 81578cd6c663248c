"""When is a station open? (model, OSM text, evaluation against the day table, words, parsing of Chinese texts)"""

from xiaojia.lib.opening_hours.evaluate import (
    SHANGHAI,
    Change,
    Current,
    Hours,
    Snapshot,
    StoredHours,
    snapshots_at,
    states_at,
    to_stored,
)
from xiaojia.lib.opening_hours.json_form import as_json, from_json
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
    clock,
    every_day,
    minutes,
    week_of,
)
from xiaojia.lib.opening_hours.osm import from_osm, times_from_text, times_to_text, to_osm
from xiaojia.lib.opening_hours.parse_zh import Parsed, parse
from xiaojia.lib.opening_hours.shared import shared_text
from xiaojia.lib.opening_hours.spans import State

__all__ = [
    "SHANGHAI",
    "Change",
    "Current",
    "DatedException",
    "HolidayPolicy",
    "Hours",
    "Interval",
    "MonthDay",
    "Parsed",
    "Schedule",
    "ScheduleError",
    "Season",
    "State",
    "Snapshot",
    "StoredHours",
    "Times",
    "Week",
    "as_json",
    "clock",
    "every_day",
    "from_json",
    "from_osm",
    "minutes",
    "parse",
    "shared_text",
    "snapshots_at",
    "states_at",
    "times_from_text",
    "times_to_text",
    "to_osm",
    "to_stored",
    "week_of",
]
