"""How does a door device or a partner's system count a visit? One check-in, once, with its own source."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.visits.actions import Outcome, check_in
from xiaojia.domains.visits.models import Source
from xiaojia.domains.visits.rules.errors import NoStation
from xiaojia.domains.visits.rules.hours import OLDEST_S
from xiaojia.kernel.keys.access import Caller
from xiaojia.kernel.keys.api import Deed, PartnerKey, Request, deed
from xiaojia.lib.ids import normalise_code
from xiaojia.web.device import device_elsewhere
from xiaojia.web.doors import Problem

router = Router(tags=["check-ins"])


class CheckIn(Schema):
    """One visit."""

    model_config = ConfigDict(extra="forbid")

    device: str | None = Field(
        None, min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$", examples=["b7c1f0de-opaque-and-random"],
        description="An opaque, random token of the visitor's phone or card, if there is one: it counts once per station and"
        " clock hour. Kept only as a keyed hash that is new every month. Never send a name, a number of a person or a card.",
    )  # fmt: skip
    occupation: Literal[
        "delivery", "courier", "sanitation", "driver", "building", "police", "gardening", "other"
    ] | None = Field(None, description="What the visitor said.")  # fmt: skip
    age_s: float = Field(
        0,
        ge=0,
        le=OLDEST_S,
        allow_inf_nan=False,
        strict=True,
        description="Seconds since the visit, for one that could not be sent at once.",
    )


class CheckedIn(Schema):
    """What became of a check-in."""

    id: UUID = Field(description="The row that stands for it.")
    station: str = Field(description="The station's code.", examples=["SY-0001"])
    outcome: Literal["accepted", "same_hour"] = Field(
        description="`accepted`: counted. `same_hour`: this device was counted here in this clock hour already."
    )
    hour: datetime = Field(description="The clock hour (Asia/Shanghai) in which it counts.")


@router.post(
    "/stations/{code}/check-ins", response={201: CheckedIn, 200: CheckedIn, 409: Problem, 410: Problem},
    auth=PartnerKey("visits:write"), summary="Check in",
)  # fmt: skip
def create_check_in(
    request: HttpRequest,
    body: CheckIn,
    code: str = Path(max_length=20, description="The station's code.", example="SY-0001"),
) -> HttpResponse:
    """Count one visit at a station of the key's organisation. Its source is kept apart (接口); the union's counting rule
    says whether it is part of the official figure. It proves nothing about the station being open.

    Needs the scope `visits:write` and an `Idempotency-Key`.
    """
    who: Caller = request.auth  # type: ignore[attr-defined]

    def run(asked: Request) -> Deed:
        station, now = _station(who, code), timezone.now()
        result = check_in(
            station=station, device=device_elsewhere(str(who.key_id), body.device, now), now=now, source=Source.API,
            key=uuid5(who.key_id, asked.key), occupation=body.occupation or "", age_s=body.age_s,
        )  # fmt: skip
        again = result.outcome is Outcome.SAME_HOUR
        content = {"id": result.visit_id, "station": station.code, "hour": result.hour,
                   "outcome": "same_hour" if again else "accepted"}  # fmt: skip
        return Deed(200 if again else 201, content)

    return deed(request, who, run)


def _station(who: Caller, code: str) -> Station:
    found = find_public(normalise_code(code.replace("\x00", ""))[:20])
    if found is None or not who.reaches(found.station.org.path):
        raise NoStation("no_station")
    if found.station.status == Station.Status.REMOVED:
        raise NoStation("station_removed", status=410)
    return found.station
