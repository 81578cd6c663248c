"""Which organisation, county and host do the rows of a piece mean? Looked up once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xiaojia.kernel.imports.rules import Job, Judged
from xiaojia.kernel.orgs.actions import register_units
from xiaojia.kernel.orgs.models import Organisation, Unit
from xiaojia.kernel.places.models import Division


@dataclass(frozen=True)
class Links:
    """What the words of rows stand for."""

    job: Job
    orgs: dict[int, Organisation]
    divisions: dict[str, Division]
    units: dict[str, Unit]

    def org(self, values: dict[str, Any]) -> Organisation:
        """Return whose the station is: never anybody's outside the importing organisation."""
        found = self.orgs.get(_org_id(self.job, values) or 0)
        home: Organisation = self.job.org
        return found if found and found.path.startswith(home.path) else home

    def of(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the county and the host that a row names, as fields of a station."""
        links: dict[str, Any] = {}
        if values.get("_division"):
            links["division"] = self.divisions[values["_division"]]
        if values.get("host_name"):
            links["host"] = self.units[values["host_name"]]
        return links


def links_of(job: Job, rows: Sequence[Judged]) -> Links:
    """Return the links of some rows; hosts that are new are registered. Five queries at most."""
    values = [row.values for row in rows]
    codes = {each["_division"] for each in values if each.get("_division")}
    ids = {org_id for each in values if (org_id := _org_id(job, each))}
    hosts = [each["host_name"] for each in values if each.get("host_name")]
    units = register_units(actor=job.actor, names=hosts, org=job.org, roles=["host"]) if hosts else {}
    return Links(job, Organisation.objects.in_bulk(ids), Division.objects.in_bulk(codes), units)


def _org_id(job: Job, values: dict[str, Any]) -> int | None:
    org_id = values.get("_org")
    if not org_id and values.get("_zone"):
        org_id = job.meanings["district"][values["_zone"]].get("org_id")
    return org_id
