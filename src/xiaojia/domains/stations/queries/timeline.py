"""What happened to a station, in words: who, when, which field from what to what?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaojia.domains.stations.models import Closure, Station, StationFacility
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.rules.labels import DATUMS, FLAGS, QUIET, field_label
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import words_of
from xiaojia.kernel.places.models import Division
from xiaojia.lib.opening_hours import ScheduleError, from_json
from xiaojia.lib.opening_hours.words import Lang, schedule_parts

LONG = 160


@dataclass(frozen=True)
class Change:
    """One field: its label, the old and the new value in words ("" = nothing)."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Step:
    """One deed: when, by whom, what, with its changes and its reason."""

    at: datetime
    who: str
    what: str
    changes: tuple[Change, ...] = ()
    note: str = ""


def steps(lines: Iterable[Entry]) -> list[Step]:
    """Return audit lines as steps in words, in the order given."""
    return [
        Step(line.at, line.actor_label, _(words_of(line.verb)), tuple(_changes(line)), _note(line)) for line in lines
    ]


def closure_steps(closures: Iterable[Closure]) -> list[Step]:
    """Return closures as steps: they concern many stations, so their line stands under the closure."""
    found = []
    for closure in closures:
        found.append(Step(closure.created_at, closure.created_by, _("临时关闭"), note=closure.reason))
        if closure.withdrawn_at:
            found.append(Step(closure.withdrawn_at, closure.withdrawn_by, _("撤回临时关闭"), note=closure.reason))
    return found


def _note(line: Entry) -> str:
    details = line.details
    parts = [str(details.get("reason") or "")]
    if details.get("dropped"):
        parts.append(_("并入的编号：%(code)s") % {"code": details["dropped"]})
    if details.get("kept"):
        parts.append(_("合并到：%(code)s") % {"code": details["kept"]})
    if str(details.get("via") or "").startswith("import"):
        parts.append(_("导入"))
    return " · ".join(part for part in parts if part)


def _changes(line: Entry) -> Iterable[Change]:
    for field, pair in line.details.get("changes", {}).items():
        if field in QUIET or not isinstance(pair, list) or len(pair) != 2:
            continue
        old, new = value_words(field, pair[0]), value_words(field, pair[1])
        if old != new:
            yield Change(label_of(field), old, new)


def label_of(field: str) -> str:
    """Return the name of a field, of a facility for "facility:<key>", in the page's language."""
    if field.startswith("facility:"):
        kind = kinds().get(field.partition(":")[2])
        return _kind_name(kind) if kind else field
    return str(_(field_label(field)))


def value_words(field: str, value: Any) -> str:
    """Return a stored value as a person reads it."""
    if value in (None, "", [], {}):
        return ""
    if field.startswith("facility:"):
        return fact_words(value)
    if field == "hours":
        return hours_words(value)
    if field == "division":
        return division_name(str(value))
    if field == "received_datum":
        return DATUMS.get(value, str(value))
    if field in ("lng", "lat"):
        return f"{value:.6f}"
    if field == "position_flags":
        return "、".join(_(FLAGS.get(flag, flag)) for flag in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return _(_choice(field, str(value)))[:LONG]


def _choice(field: str, value: str) -> str:
    choices = {column.name: dict(column.choices or ()) for column in Station._meta.concrete_fields}.get(field, {})
    return str(choices.get(value, value))


@lru_cache(maxsize=512)
def division_name(code: str) -> str:
    """Return the name of a division by its code; a name stays a name."""
    found = Division.objects.filter(code=code).values_list("name", flat=True).first() if code.isdigit() else None
    return found or code


def fact_words(value: Any) -> str:
    """Return [presence, working, count, note] in words."""
    presence, working, count, note = (*value, "", "", None, "")[:4]
    parts = [_(StationFacility.Presence(presence).label)] if presence in StationFacility.Presence.values else []
    if working == "broken":
        parts.append(_("坏了"))
    if count:
        parts.append(f"× {count}")
    if note:
        parts.append(str(note))
    return " ".join(parts)


def hours_words(value: Any) -> str:
    """Return a stored schedule on one line."""
    try:
        schedule = from_json(value)
    except ScheduleError:
        return str(value)[:LONG]
    lines = []
    for part in schedule_parts(schedule, language()):
        said = "；".join(f"{line.days} {line.hours}".strip() for line in part.lines)
        lines.append(f"{part.title}：{said}" if part.title else said)
    return "。".join(lines)


def language() -> Lang:
    """Return the page's language as the hours library names it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def _kind_name(kind: Any) -> str:
    return kind.name_en if language() == "en" else kind.name
