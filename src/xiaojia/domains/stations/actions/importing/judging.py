"""What does each row of a station sheet amount to? Its ground, its position, its double, and what it would change."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from xiaojia.domains.stations.actions.importing import grounds
from xiaojia.domains.stations.actions.importing.grounds import Ground
from xiaojia.domains.stations.actions.importing.positions import DatumCheck, Place, read_places
from xiaojia.domains.stations.actions.importing.values import differences, facts_of
from xiaojia.domains.stations.models import SourceKey, Station
from xiaojia.domains.stations.queries import doubles
from xiaojia.domains.stations.queries.doubles import Known
from xiaojia.domains.stations.rules.districts import County, nearest_names
from xiaojia.domains.stations.rules.likeness import Entry
from xiaojia.domains.stations.rules.sheet import FIELDS
from xiaojia.domains.stations.rules.sheet_words import issue, near_text
from xiaojia.kernel.imports.queries import last_words
from xiaojia.kernel.imports.rules import Decision, Issue, Job, Judged, Line, Question, Verdict
from xiaojia.lib.errors import gettext_noop
from xiaojia.lib.opening_hours.parse_zh import parse

LABELS = {field.key: field.label for field in FIELDS} | {"_division": "区县", "_org": "所属工会"}


class Judge:
    """One judging of one sheet: what is known of the whole is loaded once, then the rows are taken piece by piece, in order."""

    def __init__(self, job: Job, cells: Callable[[str], Sequence[str]]) -> None:
        self.job = job
        self.grounds = grounds.load(job)
        self.doubles = doubles.load(job.actor, self._places(), leave_out=_linked(job, cells("source_key")))
        self.datums = DatumCheck(job, self.grounds)
        self.by_key: dict[str, Station] = {}
        self.by_code: dict[str, Station] = {}
        self.last: dict[str, dict[str, Any]] = {}
        self.seen: dict[tuple[str, str], int] = {}

    def _places(self) -> list[str]:
        return [*self.grounds.above, *(name for c in self.grounds.counties for name in (c.name, c.short_name))]

    def take(self, lines: Sequence[Line]) -> list[Judged]:
        """Return what is said about the next rows."""
        self.by_key, self.by_code = _targets(self.job, lines)
        ids = [str(s.pk) for s in {*self.by_key.values(), *self.by_code.values()}]
        self.last = last_words("stations", self.job.org.pk, ids) if ids else {}
        places = read_places(lines, self.job, self.grounds)
        meant = [self._ground(line, place) for line, place in zip(lines, places, strict=True)]
        self.datums.add(places, meant)
        return [self._row(*each) for each in zip(lines, places, meant, strict=True)]

    def finish(self) -> tuple[list[Question], list[Issue]]:
        """Return the words that were no county, and what is to be said about the datum."""
        return self.grounds.questions(), self.datums.notes()

    def _ground(self, line: Line, place: Place) -> Ground:
        word, address = line.values.get("district", ""), line.values.get("address", "")
        if word:
            return self.grounds.read(word, place.county, address)
        return self.grounds.unnamed(place.county, address)

    def _row(self, line: Line, place: Place, ground: Ground) -> Judged:
        row = Judged(line.number, Verdict.CREATE, dict(line.values), list(line.errors), _cell_warnings(line))
        self._say_ground(row, place, ground)
        self._own(row, ground)
        self._once(row, "source_key", "key_twice")
        self._once(row, "code", "code_twice")
        if not line.values.get("name") and not any(e.field == "name" for e in row.errors):
            row.errors.append(Issue("no_name", gettext_noop("没有填名称。"), {}, "name"))
        if row.errors:
            row.verdict = Verdict.ERROR
        elif ground.skips or line.decision == Decision.SKIP:
            row.verdict = Verdict.SKIP
        elif ground.asks:
            row.verdict = Verdict.ASK
        else:
            self._find_target(row, line.decision, place)
        return row

    def _say_ground(self, row: Judged, place: Place, ground: Ground) -> None:
        values, source = row.values, row.values.get("position_source", "")
        if ground.issue and not (ground.issue.code == "no_district" and place.point):
            quiet = ground.asks or ground.skips or ground.issue.code == "no_district"
            (row.warnings if quiet else row.errors).append(ground.issue)
        if place.error:
            row.errors.append(place.error)
        if place.warning:
            row.warnings.append(place.warning)
        said = (
            self.grounds.check(ground, place.point, place.county, source)
            if place.point and (not ground.issue or ground.issue.code == "no_district")
            else None
        )
        if said:
            (row.warnings if said.code == "border" else row.errors).append(said)
        values["_division"] = ground.code or (ground.allowed[0] if said and ground.allowed else place.county)
        if ground.zone:
            values["_zone"] = ground.word
        if place.point and place.received:
            values["_point"] = list(place.point)
            values["_received"] = [*place.received, place.datum]
            values["_flags"] = ["border"] if said and said.code == "border" else []

    def _own(self, row: Judged, ground: Ground) -> None:
        word = row.values.get("owner")
        if word:
            org_id = self.grounds.org_names.get(word)
            if org_id is None:
                names = [County("", name, name) for name in self.grounds.org_names]
                row.errors.append(
                    issue("unknown_owner", "owner", word=word, near=near_text(nearest_names(word, names)))
                )
            row.values["_org"] = org_id
        elif ground.org_id or not ground.zone:
            row.values["_org"] = self.grounds.owner_of(ground, self.job.org.pk)

    def _once(self, row: Judged, field: str, code: str) -> None:
        key = row.values.get(field)
        if not key:
            return
        first = self.seen.setdefault((field, key), row.number)
        if first != row.number:
            row.errors.append(issue(code, field, key=key, number=first))

    def _find_target(self, row: Judged, decision: str, place: Place) -> None:
        code, key = row.values.get("code", ""), row.values.get("source_key", "")
        if code and code not in self.by_code:
            row.errors.append(issue("unknown_code", "code", code=code))
            row.verdict = Verdict.ERROR
            return
        station = self.by_code.get(code) or self.by_key.get(key)
        mine = self.doubles.read(row.values["name"], row.values.get("address", ""))
        if station is None and decision != Decision.OTHER:
            station = self._double(row, mine, decision, place)
        if station is not None:
            self._compare(row, station)
        if row.verdict in (Verdict.CREATE, Verdict.CHANGE, Verdict.SAME):
            self.doubles.add(Known(mine, place.point, row.values["name"], row=row.number))

    def _double(self, row: Judged, mine: Entry, decision: str, place: Place) -> Station | None:
        found = self.doubles.best(mine, place.point)
        if found is None:
            return None
        known, row.confidence = found
        percent = round(row.confidence * 100)
        if known.row and decision == Decision.SAME:
            row.verdict = Verdict.SKIP
            row.warnings.append(issue("same_as_row", number=known.row))
            return None
        if decision == Decision.SAME:
            return Station.objects.select_related("host").get(pk=known.pk)
        row.verdict, row.target = Verdict.DUPLICATE, known.pk
        row.warnings.append(
            issue("like_row", number=known.row, name=known.name, percent=percent) if known.row
            else issue("like_station", code=known.code, name=known.name, percent=percent)
        )  # fmt: skip
        return None

    def _compare(self, row: Judged, station: Station) -> None:
        held = {fact.kind_id: {"presence": fact.presence, "working": fact.working, "count": fact.count}
                for fact in station.facilities.all()}  # fmt: skip
        last = self.last.get(str(station.pk))
        changes = differences(station, row.values, last, held)
        row.target = str(station.pk)
        key = row.values.get("source_key", "")
        is_linked = not key or key in self.by_key
        row.verdict = Verdict.CHANGE if changes or not is_linked else Verdict.SAME
        row.values["_changes"] = changes
        row.warnings += [_both(field, pair) for field, pair in changes.items() if _touched(field, pair, last)]


def _touched(field: str, pair: list[Any], last: dict[str, Any] | None) -> bool:
    """Whether somebody changed the field in the office since the last sheet: it is neither blank nor what that sheet said."""
    return last is not None and field in last and isinstance(pair[0], str) and pair[0] not in ("", last[field])


def _both(field: str, pair: list[Any]) -> Issue:
    return issue("both_changed", field, label=LABELS.get(field, field), current=pair[0], wanted=pair[1])


def _cell_warnings(line: Line) -> list[Issue]:
    said: list[Issue] = []
    mobiles = line.values.get("phone", {}).get("mobiles", 0)
    if mobiles:
        said.append(issue("mobile_dropped", "phone", count=mobiles))
    hours = line.values.get("hours")
    if hours and not parse(hours).understood:
        said.append(issue("hours_not_understood", "hours", text=hours))
    strange = line.values.get("facilities", {}).get("unknown", [])
    if strange:
        said.append(issue("unknown_facility", "facilities", words="、".join(strange)))
    return said


def _linked(job: Job, keys: Sequence[str]) -> set[str]:
    """Return the ids of the stations that rows of this sheet name by the list's own number: no row is their double. One query."""
    found = SourceKey.objects.filter(org=job.org, key__in=keys, station__merged_into=None)
    return {str(pk) for pk in found.values_list("station_id", flat=True)} if keys else set()


def _targets(job: Job, lines: Sequence[Line]) -> tuple[dict[str, Station], dict[str, Station]]:
    """Return the stations that some rows name by the list's own number and by our code. Five queries at most."""
    keys = [line.values["source_key"] for line in lines if line.values.get("source_key")]
    codes = [line.values["code"] for line in lines if line.values.get("code")]
    held = dict(SourceKey.objects.filter(org=job.org, key__in=keys).values_list("key", "station_id")) if keys else {}
    by_pk = {station.pk: station for station in _stations(pk__in=held.values())} if held else {}
    named = {station.code: station for station in _stations(code__in=codes)} if codes else {}
    return {key: by_pk[pk] for key, pk in held.items() if pk in by_pk}, named


def _stations(**which: Any) -> QuerySet[Station]:
    found = Station.objects.filter(merged_into=None, **which)
    return found.select_related("host").prefetch_related("facilities")


__all__ = ["Judge", "facts_of"]
