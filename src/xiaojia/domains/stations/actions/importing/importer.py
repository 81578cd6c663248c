"""How is a sheet of stations read in? The stations' side of the one pipeline (kernel/imports)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse

from xiaojia.domains.stations.actions.importing import undoing, writing, zones
from xiaojia.domains.stations.actions.importing.changes import in_words
from xiaojia.domains.stations.actions.importing.judging import Judge
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.sheet import DATUM, FIELDS
from xiaojia.kernel.imports.rules import Job, Judged, Taken, Written
from xiaojia.lib.errors import gettext_noop as _


class StationImporter:
    """Reads sheets of stations; plugged into kernel/imports by config/wiring.py."""

    kind = "stations"
    label = _("站点")
    fields = FIELDS
    options = (DATUM,)
    question_template = "stations/office/import_question.html"

    def judging(self, job: Job, cells: Callable[[str], Sequence[str]]) -> Judge:
        """Begin to say of each row whether it creates, changes, repeats, doubles or errs; writes nothing."""
        return Judge(job, cells)

    def meaning(self, job: Job, field: str, word: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked meaning of a district word: a zone with its civil counties, one county, or skip."""
        return zones.check_meaning(job, word, answer)

    def apply(self, job: Job, rows: Sequence[Judged]) -> list[Written]:
        """Write rows: found the zones' organisations that they need and that are not there yet, then the stations."""
        zones.found_missing(job, {row.values["_zone"] for row in rows if row.values.get("_zone")})
        return writing.write(job, rows)

    def revert(self, job: Job, rows: Sequence[tuple[str, dict[str, Any] | None, int]]) -> list[Taken]:
        """Take rows back unless their stations were touched since."""
        return undoing.take_back(job, rows)

    def describe(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return {id: ("ZZ-0001 name", address of the office page)}."""
        rows = Station.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "code", "name")
        return {str(pk): (f"{code} {name}", _address(code)) for pk, code, name in rows}

    def changes(self, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Return what a row changes, as (label, now, wanted) in words."""
        return in_words(values.get("_changes", {}))

    def read_answer(self, data: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
        """Return the answer of templates/stations/office/import_question.html, or None for none given."""
        kind = (data.get("as") or [""])[0]
        if kind == "skip":
            return {"skip": True}
        if kind == "division":
            return {"division": (data.get("division") or [""])[0]} if (data.get("division") or [""])[0] else None
        if kind == "zone":
            return {"zone": (data.get("zone") or [""])[0].strip(), "lies_in": list(data.get("lies_in") or [])}
        return None


def _address(code: str) -> str:
    try:
        return reverse("stations:office_station", args=[code])
    except NoReverseMatch:
        return f"/office/stations/{code}/"


STATIONS = StationImporter()
