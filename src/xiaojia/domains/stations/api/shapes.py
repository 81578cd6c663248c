"""Which shapes do stations have for programs? The fields with their meaning, for the description and for its proof."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Status = Literal["trial", "running", "suspended", "rectifying"]
Access = Literal["free", "ask", "scan", "members", "customers"]
State = Literal["confirmed", "posted", "unknown", "closed"]
Reason = Literal[
    "keeper_proof", "visit_proof", "in_hours", "no_hours", "day_unknown", "one_report", "out_of_hours", "closure",
    "keeper_closed", "reports", "not_in_service",
]  # fmt: skip
WHEN = "ISO 8601 with offset."


class Place(Schema):
    """A position in WGS-84, longitude and latitude in degrees."""

    lng: float = Field(ge=-180, le=180, examples=[109.5246])
    lat: float = Field(ge=-90, le=90, examples=[18.2677])


class Ground(Schema):
    """A civil division (GB/T 2260)."""

    code: str = Field(examples=["460203"])
    name: str = Field(examples=["吉阳区"])


class Station(Schema):
    """A 户外劳动者服务站点. Its code never changes."""

    id: UUID = Field(description="The same id as in HSDS.")
    code: str = Field(examples=["SY-0001"])
    name: str = Field(examples=["月川路驿站"])
    address: str
    street: str = Field(description="乡镇街道, may be empty.")
    division: Ground | None
    organisation: str = Field(description="The union that keeps it.")
    host_type: str | None = Field(description="What kind of house it is in, such as bank, sanitation, party_centre.")
    mobility: Literal["fixed", "mobile"]
    status: Literal["planned", "trial", "running", "suspended", "rectifying", "removed"]
    access: Access | None = Field(description="How one gets in; null = not known.")
    access_note: str
    attended: bool | None = Field(description="Is somebody there? null = not known.")
    phone: str = Field(description="A number for the public, may be empty.")
    floor: str
    area_m2: float | None
    have: list[str] = Field(description="Keys of what is there and works; see /facilities.", examples=[["water"]])
    broken: list[str] = Field(description="Keys of what is there and does not work.")
    hours_osm: str = Field(
        description="Opening hours in OSM syntax, for any evaluator: no interval passes midnight, and holidays, make-up "
        "working days and exceptions stand as dated rules from the first of this month on for a year, so fetch it anew "
        "at least every eleven months. Empty = not known.",
        examples=["Mo-Fr 08:00-18:00; 2026 Oct 01-2026 Oct 07 Mo-Su off"],
    )
    hours_text: str = Field(description="Opening hours as the union wrote them.")
    location: Place | None = Field(
        description="null until the union has released positions, and for unplaced stations."
    )
    verified_at: datetime | None = Field(description=f"When somebody last went and looked. {WHEN}")
    updated_at: datetime = Field(description=WHEN)
    url: str = Field(description="Its page for people.")


class Now(Schema):
    """Is it truly open? `confirmed` and `posted` count as open; the difference is whether somebody has shown it."""

    state: State
    open: bool = Field(description="Whether it passes the filter 现在开放.")
    reason: Reason
    words: str = Field(description="The words of a closure, else empty.")
    since: datetime | None
    proof_at: datetime | None = Field(description="When somebody last proved it open.")
    next_at: datetime | None = Field(description="When that changes, if known.")
    becomes: Literal["open", "closed", "unknown"] | None


class Stop(Schema):
    """Where a mobile station stands, and when (Asia/Shanghai)."""

    place: str
    weekdays: list[int] = Field(description="0 = Monday.")
    start: str = Field(examples=["11:00"])
    end: str = Field(examples=["13:30"])
    location: Place | None


class StationDetail(Station):
    """A station with its state at `at`."""

    at: datetime = Field(description="The instant that `now` speaks of.")
    now: Now | None = Field(description="null for a station that is no longer kept.")
    stops: list[Stop]


class StationPage(Schema):
    """A page of stations in code order."""

    items: list[Station]
    next: str | None = Field(description="Send it as `after` for the next page; null at the end.", examples=["SY-0074"])


class Tombstone(Schema):
    """A station that is no longer public."""

    code: str
    why: Literal["merged", "removed", "hidden"]
    successor: str | None = Field(description="The code into which it was merged.")
    at: datetime


class ChangePage(Schema):
    """What changed. Apply it, keep `next`, and ask again with it: at once while `more` is true, else when you like."""

    items: list[Station] = Field(description="Stations as they are now. The same one may come again later.")
    gone: list[Tombstone]
    next: str = Field(description="Send it as `since` next time.")
    more: bool


class Near(Schema):
    """A station near by."""

    code: str
    name: str
    address: str
    access: Access | None
    have: list[str]
    broken: list[str]
    distance_m: int = Field(description="As the crow flies, in metres.")
    location: Place | None
    now: Now
    url: str


class NearPage(Schema):
    """Stations near a position, the nearest first."""

    at: datetime = Field(description="The instant that was judged.")
    items: list[Near]


class OpenStation(Schema):
    """A station that one can enter now."""

    code: str
    now: Now


class OpenPage(Schema):
    """A page of stations that one can enter. It may hold fewer than `limit`, even none: go on while `next` is not null."""

    at: datetime = Field(description="The instant that was judged.")
    items: list[OpenStation]
    next: str | None


class Facility(Schema):
    """A thing that a station can have."""

    key: str = Field(examples=["microwave"])
    name: str = Field(examples=["微波炉"])
    name_en: str = Field(examples=["Microwave"])
    group: Literal["basic", "extra", "service", "management"]


class FacilityList(Schema):
    """All kinds of facilities, in their order."""

    items: list[Facility]
