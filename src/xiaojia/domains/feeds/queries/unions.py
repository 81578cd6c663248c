"""Which unions stand behind the public stations? Those that run one, and those above them."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import PUBLIC
from xiaojia.kernel.orgs.models import Instance, Organisation


@dataclass(frozen=True)
class Union:
    """One union: its key here, its id in the feed, its name, the id of the one above, its ground's name, its kind."""

    pk: int
    id: str
    name: str
    short_name: str
    parent: str
    ground: str
    kind: str


_kept: dict[str, Mapping[int, Union]] = {}


def unions(tag: str) -> Mapping[int, Union]:
    """Return the unions of the feed by key, in the order of their paths; under the same `tag` from memory, else three queries."""
    found = _kept.get(tag)
    if found is None:
        found = _read()
        _kept.clear()  # one tag is alive at a time
        _kept[tag] = found
    return found


def forget() -> None:
    """Drop what is kept: between tests."""
    _kept.clear()


def _read() -> Mapping[int, Union]:
    instance = Instance.objects.select_related("division").first()
    if instance is None:
        return {}
    mark = f"{instance.division_id}:{instance.created_at.isoformat()}"
    owners = Station.objects.filter(status__in=PUBLIC, merged_into=None).order_by().values_list("org_id").distinct()
    rows = {row.pk: row for row in Organisation.objects.select_related("division")}
    wanted = {int(part) for (pk,) in owners for part in rows[pk].path.strip("/").split("/")}
    return {
        row.pk: Union(
            row.pk, ids.organisation(mark, row.pk), row.name, row.short_name,
            ids.organisation(mark, row.parent_id) if row.parent_id in wanted and row.parent_id else "",
            row.division.name if row.division else "", row.kind,
        )
        for row in rows.values() if row.pk in wanted
    }  # fmt: skip
