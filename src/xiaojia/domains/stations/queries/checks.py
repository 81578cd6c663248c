"""Which stations need a second look? Without a position, with hours that were not understood, outside their district, or twice."""

from dataclasses import dataclass

from xiaojia.domains.stations import access
from xiaojia.domains.stations.queries import doubles
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Instance
from xiaojia.kernel.places.queries import area_of

KINDS = ("no_position", "hours_not_understood", "outside_division", "suspected_double")


@dataclass(frozen=True)
class Finding:
    """One thing to look at: its kind, the station, and what it is about in English and Chinese."""

    kind: str
    code: str
    name: str
    english: str
    chinese: str


def findings(actor: Actor) -> list[Finding]:
    """Return what is to be looked at among the stations that the actor may read, by kind, then code. Three queries."""
    found: list[Finding] = []
    area = area_of(Instance.objects.select_related("division").get().division.prefix)
    rows = list(access.visible(actor).filter(merged_into=None).exclude(status="removed").order_by("code"))
    for station in rows:
        if station.lng is None or station.lat is None:
            found.append(Finding("no_position", station.code, station.name, "has no position", "没有坐标"))
        elif station.division_id and area.locate(station.lng, station.lat) != station.division_id:
            away_m = area.distance_m(station.division_id, station.lng, station.lat)
            where = station.division.name if station.division else ""
            if away_m:
                found.append(
                    Finding(
                        "outside_division",
                        station.code,
                        station.name,
                        f"lies {away_m:,.0f} m outside {where}",
                        f"在{where}以外{away_m:.0f}米",
                    )
                )
        if station.hours is None and station.hours_text:
            said = station.hours_text
            found.append(
                Finding(
                    "hours_not_understood",
                    station.code,
                    station.name,
                    f"hours not understood: {said}",
                    f"开放时间没有看懂：{said}",
                )
            )
    found += _doubles(actor)
    return sorted(found, key=lambda f: (KINDS.index(f.kind), f.code))


def _doubles(actor: Actor) -> list[Finding]:
    instance = Instance.objects.select_related("division").get()
    pairs = doubles.suspected(doubles.load(actor, [instance.division.name, instance.division.short_name]))
    return [
        Finding("suspected_double", one.code, one.name, f"looks like {other.code} ({score:.0%})",
                f"和{other.code}“{other.name}”很像（{score:.0%}）")
        for one, other, score in pairs
    ]  # fmt: skip
