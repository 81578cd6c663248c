"""On whose ground does a row lie: which county or zone does it name, where does its point fall, and whose is it then?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xiaojia.domains.stations.rules import districts
from xiaojia.domains.stations.rules.districts import County
from xiaojia.domains.stations.rules.sheet_words import issue, near_text
from xiaojia.kernel.imports.rules import Issue, Job, Question
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.places.models import Division
from xiaojia.kernel.places.queries import Area, area_of, counties

MAX_WORDS = 40
"""So many unknown words are asked about, those of most rows first; zones hold the batch and are all asked."""


@dataclass
class Ground:
    """What a row's district means: a civil county (`code`), or a zone that lies in `codes`; `issue` when it means nothing."""

    word: str = ""
    code: str | None = None
    codes: tuple[str, ...] = ()
    zone: str = ""
    org_id: int | None = None
    issue: Issue | None = None
    asks: bool = False
    skips: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """The counties in which the point may lie; empty = anywhere in the instance."""
        return (self.code,) if self.code else self.codes


@dataclass
class Grounds:
    """The counties of the instance with their borders, its zones, and who owns what below the importing organisation."""

    place: str
    counties: list[County]
    above: list[str]
    area: Area
    zones: dict[str, Organisation]
    zone_codes: dict[int, tuple[str, ...]]
    owners: dict[str, int]
    org_names: dict[str, int]
    meanings: Mapping[str, Mapping[str, Any]]
    asked: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _names: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, list[str]] = field(default_factory=dict)
    _near: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        if not self._names:
            self._names.update((county.code, county.name) for county in self.counties)
        return self._names

    def read(self, word: str, found: str | None, address: str) -> Ground:
        """Return what a district word means; `found` is the county that holds the point, if there is one."""
        meaning = self.meanings.get(word)
        if meaning:
            return self._meant(word, meaning)
        codes = self._codes.get(word)
        if codes is None:
            codes = self._codes[word] = districts.find(word, self.counties, self.above)
        if len(codes) > 1:
            codes = [code for code in codes if code == found] or codes
        if len(codes) == 1:
            return Ground(word, code=codes[0])
        if codes:
            names = "、".join(self.names[code] for code in codes)
            return Ground(word, issue=issue("ambiguous_district", "district", word=word, names=names))
        if word in self.zones:
            zone = self.zones[word]
            return Ground(word, codes=self.zone_codes.get(zone.pk, ()), zone=zone.name, org_id=zone.pk)
        self.asked[word][found or ""] += 1
        if districts.looks_like_zone(word):
            return Ground(word, asks=True, issue=issue("ask_zone", "district", word=word))
        if word not in self._near:
            self._near[word] = near_text(districts.nearest_names(word, self.counties))
        return Ground(word, issue=issue("unknown_district", "district", word=word, near=self._near[word]))

    def _meant(self, word: str, meaning: Mapping[str, Any]) -> Ground:
        if meaning.get("skip"):
            return Ground(word, skips=True, issue=issue("skipped_word", "district", word=word))
        if meaning.get("division"):
            return Ground(word, code=meaning["division"])
        return Ground(word, codes=tuple(meaning["lies_in"]), zone=meaning["zone"], org_id=meaning.get("org_id"))

    def unnamed(self, found: str | None, address: str) -> Ground:
        """Return the ground of a row that names no district: by its point, else by its address."""
        code = found or districts.in_text(address, self.counties)
        return Ground(code=code, issue=None if code else issue("no_district", "district"))

    def check(self, ground: Ground, point: tuple[float, float], found: str | None, source: str) -> Issue | None:
        """Return what is wrong with a point on this ground: an error, a "border" warning, or nothing."""
        if not ground.allowed:
            return None if found or ground.asks else issue("out_of_place", "lng", place=self.place)
        if found in ground.allowed:
            return None
        distance_m = min(self.area.distance_m(code, *point) or 0.0 for code in ground.allowed)
        where = self.names.get(found or "", f"{self.place}以外")
        if distance_m <= districts.tolerance_m(source):
            words = {"named": ground.word, "found": where, "m": max(1, round(distance_m))}
            if distance_m > districts.BORDER_M:
                said = issue("border_geocoded", "lng", **words, limit=round(districts.tolerance_m(source)))
                return replace(said, code="border")
            return issue("border", "lng", **words)
        km = f"{distance_m / 1000:.1f}"
        if ground.code:
            return issue("wrong_district", "lng", named=ground.word or self.names[ground.code], found=where, km=km)
        named = "、".join(self.names[code] for code in ground.codes)
        return issue("wrong_zone", "lng", named=ground.word, ground=named, found=where, km=km)

    def owner_of(self, ground: Ground, home: int) -> int:
        """Return the organisation that owns a station on this ground when the sheet names none."""
        if ground.org_id:
            return ground.org_id if ground.org_id in self.org_names.values() else home
        return self.owners.get(ground.code or "", home)

    def questions(self) -> list[Question]:
        """Return the words that were no county: zones hold the batch, what looks misspelt may be answered."""
        words = sorted(self.asked, key=lambda word: (not districts.looks_like_zone(word), -self.asked[word].total()))
        zones = sum(districts.looks_like_zone(word) for word in words)
        return [
            Question("district", word, found.total(), self._details(word, found), districts.looks_like_zone(word))
            for word in words[: max(zones, MAX_WORDS)]
            for found in [self.asked[word]]
        ]

    def _details(self, word: str, found: Counter[str]) -> dict[str, Any]:
        near = districts.nearest_names(word, self.counties, limit=1)
        return {"zone": word, "candidates": self._candidates(found), "near": near[0] if near else ""}

    def _candidates(self, found: Counter[str]) -> list[dict[str, Any]]:
        located = sum(count for code, count in found.items() if code)
        return [
            {"code": c.code, "name": c.name, "rows": found[c.code],
             "suggested": bool(located) and found[c.code] / located >= districts.SUGGEST_SHARE}
            for c in sorted(self.counties, key=lambda c: -found[c.code])
        ]  # fmt: skip


def load(job: Job) -> Grounds:
    """Return the grounds of the instance as the job's organisation sees them. Five queries, borders cached."""
    instance = Instance.objects.select_related("division__parent", "root").get()
    division: Division = instance.division
    found = [County(d.code, d.name, d.short_name) for d in counties(division.prefix)]
    zones = list(
        Organisation.objects.filter(path__startswith=instance.root.path, kind="zone", closed_on=None).prefetch_related(
            "lies_in"
        )
    )
    below = Organisation.objects.filter(path__startswith=job.org.path, closed_on=None).order_by("-path")
    owners: dict[str, int] = {}
    names: dict[str, int] = {}
    for org in below:
        names |= {name: org.pk for name in (org.short_name, org.name) if name}
        if org.kind == "territorial" and org.division_id:
            owners[org.division_id] = org.pk
    above = [division.parent.name] if division.parent else []
    return Grounds(
        place=division.name,
        counties=found,
        above=[*above, division.name],
        area=area_of(division.prefix),
        zones={name: zone for zone in zones for name in _zone_names(zone)},
        zone_codes={zone.pk: tuple(d.code for d in zone.lies_in.all()) for zone in zones},
        owners=owners,
        org_names=names,
        meanings=job.meanings.get("district", {}),
    )


def _zone_names(zone: Organisation) -> Iterable[str]:
    return {name for name in (zone.name, zone.short_name, zone.name.removesuffix("总工会")) if name}
