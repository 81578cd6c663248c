"""How does a partner's system say that something is wrong at a station, and learn what became of it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from xiaojia.domains.feedback import access
from xiaojia.domains.feedback.actions import report_problem
from xiaojia.domains.feedback.rules import PER_STATION, TEXT_LIMIT, FeedbackError
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.kernel.keys.access import Caller
from xiaojia.kernel.keys.api import Deed, PartnerKey, Request, deed
from xiaojia.lib.ids import normalise_code
from xiaojia.web.conditional import tagged
from xiaojia.web.device import device_elsewhere
from xiaojia.web.doors import Problem, Text, json_answer

router = Router(tags=["reports"])
WORDS = "In a few words, without names or numbers of persons."
Device = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class _Common(Schema):
    model_config = ConfigDict(extra="forbid")

    device: Device | None = Field(
        None, examples=["b7c1f0de-opaque-and-random"],
        description="An opaque, random token of the reporter's phone, kept as a keyed hash that is new every month: two"
        " phones that cannot get in weigh more than one phone twice.",
    )  # fmt: skip


class Remark(_Common):
    """Anything else that can be told with a remark."""

    text: Text = Field("", max_length=TEXT_LIMIT, description=WORDS)


class NoEntry(Remark):
    """One could not get in (进不去). It counts at once against the station's being open."""

    kind: Literal["no_entry"]
    why: Literal["locked", "refused", "app", "not_found"]


class Broken(Remark):
    """Something does not work (坏了)."""

    kind: Literal["broken"]
    facility: str = Field(pattern=r"^[a-z0-9_]{1,24}$", description="Its key; see /facilities.", examples=["microwave"])


class Dirty(Remark):
    """It is not clean (不卫生)."""

    kind: Literal["dirty"]


class Other(_Common):
    """What is written about the station is wrong (信息有误), or something else (其他)."""

    kind: Literal["wrong", "other"]
    text: Text = Field(max_length=TEXT_LIMIT, pattern=r"[^\s\x00]", description=WORDS, examples=["周末也开门"])


Report = Annotated[NoEntry | Broken | Dirty | Other, Field(discriminator="kind")]


class ReportState(Schema):
    """A report of one's own, and what became of it."""

    id: UUID
    station: str = Field(description="The station's code.", examples=["SY-0001"])
    kind: Literal["no_entry", "broken", "dirty", "wrong", "other"]
    state: Literal["new", "seen", "done"]
    answer: str = Field(description="What was done, once it is done.")
    at: datetime
    handled_at: datetime | None


@router.post(
    "/stations/{code}/reports", response={201: ReportState, 409: Problem, 410: Problem},
    auth=PartnerKey("reports:write"), summary="Report a problem",
)  # fmt: skip
def create_report(
    request: HttpRequest,
    body: Report,
    code: str = Path(max_length=20, description="The station's code.", example="SY-0001"),
) -> HttpResponse:
    """Say what is wrong at a station of the key's organisation. Photos are taken on the station's page only.

    Needs the scope `reports:write` and an `Idempotency-Key`.
    """
    who: Caller = request.auth  # type: ignore[attr-defined]

    def run(asked: Request) -> Deed:
        now = timezone.now()
        with slowed():
            made = report_problem(
                station=_station(who, code), kind=body.kind, why=getattr(body, "why", ""),
                facility=getattr(body, "facility", ""), text=body.text, key=uuid5(who.key_id, f"report {asked.key}"),
                device=device_elsewhere(str(who.key_id), body.device, now), now=now, partner_id=who.key_id,
            )  # fmt: skip
        return Deed(201, _state(made))

    return deed(request, who, run)


@router.get("/reports/{id}", response=ReportState, auth=PartnerKey("reports:read"), summary="What became of a report")
def read_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """A report that this key sent, and what was done about it. Needs the scope `reports:read`."""
    who: Caller = request.auth  # type: ignore[attr-defined]
    found = access.sent_with(who.key_id, id)
    if found is None:
        raise NotThere("no_report")
    answer = tagged(request, json_answer(_state(found)))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@contextmanager
def slowed() -> Iterator[None]:
    """Say of what is reported too often when it may be tried again."""
    try:
        yield
    except FeedbackError as error:
        if error.code == "too_often":
            error.status, error.wait_s = 429, PER_STATION.window_s  # type: ignore[misc,attr-defined]
        raise


class NotThere(FeedbackError):
    """A program named a station or a report that is not there, not its own, or gone."""

    def __init__(self, code: str, *, status: int = 404) -> None:
        super().__init__(code)
        self.status = status


def _station(who: Caller, code: str) -> Station:
    found = find_public(normalise_code(code.replace("\x00", ""))[:20])
    if found is None or not who.reaches(found.station.org.path):
        raise NotThere("no_station")
    if found.station.status == Station.Status.REMOVED:
        raise NotThere("removed", status=410)
    return found.station


def _state(report: Any) -> dict[str, Any]:
    return {
        "id": report.pk, "station": report.station.code, "kind": report.kind, "state": report.state,
        "answer": report.answer, "at": report.at, "handled_at": report.handled_at,
    }  # fmt: skip
