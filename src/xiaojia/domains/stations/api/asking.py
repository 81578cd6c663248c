"""What may a program ask about stations? The parameters with their limits; all stand in the description."""

import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from xiaojia.domains.stations.api.shapes import Access, Status
from xiaojia.web.doors import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = r"(((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))|((0[13-9]|1[0-2])-(29|30))|((0[13578]|1[02])-31))"
INSTANT = rf"^20[23][0-9]-{DAY}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?$"
"""An instant of the years 2020 to 2039; 29 February is asked for by an hour beside it."""
CODE = r"^[A-Z0-9][A-Z0-9-]{0,15}$"


def _with_plus(value: Any) -> Any:
    """A plus sign that an address has turned into a space is put back."""
    return re.sub(r" (?=\d\d:\d\d$)", "+", value) if isinstance(value, str) else value


def _true_or_false(value: Any) -> Any:
    """Only the two words that the description names."""
    if value in ("true", "false", True, False):
        return value
    raise PydanticCustomError("bool_parsing", "true or false")


Instant = Annotated[Annotated[str, Field(pattern=INSTANT)], BeforeValidator(_with_plus)]
YesNo = Annotated[bool, BeforeValidator(_true_or_false)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,24}$")]
HAVE = "Keys of facilities that must be there and work; repeat the parameter for several. An unknown key finds nothing."
DIVISION = "A civil division (GB/T 2260): the station must lie in it. 460000, 460200 and 460203 all work."


class Filters(Schema):
    """What narrows a list of stations."""

    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = Field(
        None, description=DIVISION, examples=["460203"]
    )
    have: list[Key] = Field([], max_length=20, description=HAVE, examples=[["microwave"]])
    access: list[Access] = Field([], max_length=5, description="Ways in, any of them.", examples=[["free", "ask"]])


class Listing(Filters):
    """A page of the list."""

    status: list[Status] = Field([], max_length=4, description="Any of them; all public ones by default.")
    q: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="Words of the name or address, or pinyin; all must be found.", examples=["月川"]
    )
    after: Annotated[str, Field(pattern=CODE)] | None = Field(
        None, description="`next` of the page before.", examples=["SY-0001"]
    )
    limit: int = Field(100, ge=1, le=1000, description="Stations on a page.")


class Opening(Filters):
    """A page of the stations that one can enter now."""

    after: Annotated[str, Field(pattern=CODE)] | None = Field(
        None, description="`next` of the page before.", examples=["SY-0001"]
    )
    limit: int = Field(500, ge=1, le=1000, description="Stations that are looked at for a page.")


class Nearing(Schema):
    """A question for what is near."""

    lng: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude, WGS-84.", examples=[109.5246])
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude, WGS-84.", examples=[18.2677])
    have: list[Key] = Field([], max_length=20, description=HAVE, examples=[["microwave"]])
    access: list[Access] = Field([], max_length=5, description="Ways in, any of them.", examples=[["free", "ask"]])
    open_now: YesNo = Field(False, description="Only stations that one can enter at the instant judged.")
    limit: int = Field(10, ge=1, le=50, description="How many.")
    at: Instant | None = Field(
        None,
        description="Judge another instant than now, by posted hours and closures alone. ISO 8601; without an offset it is"
        " Asia/Shanghai's.",
        examples=["2026-12-01T12:00+08:00"],
    )


def instant(text: str | None) -> datetime | None:
    """Return the instant asked for."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
