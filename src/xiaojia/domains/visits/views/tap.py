"""What does a tap answer to the page's script? Counted in one round trip, or refused with the reason; nothing else is looked up."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation

from xiaojia.domains.visits import actions
from xiaojia.domains.visits.forms import PASS_LIFE_S, Tap, read_tap
from xiaojia.domains.visits.queries import links
from xiaojia.domains.visits.rules.errors import NotNow, TooFast, VisitError
from xiaojia.domains.visits.rules.hours import OLDEST_S
from xiaojia.domains.visits.views.phone import WORK, introduce, known_device
from xiaojia.domains.visits.views.seal import Done, seal
from xiaojia.web.door import Ask
from xiaojia.web.errors import message_of
from xiaojia.web.language import choose
from xiaojia.web.requests import count

PATH = r"/s/([0-9A-Z-]{1,16})/in/"


@dataclass(frozen=True)
class Opened:
    """A tap whose pass holds: what was posted, by which source its page was opened, its age, and whose phone it is."""

    tap: Tap
    source: str
    age_s: float
    device: bytes
    known: bool


def opened(request: HttpRequest | Ask, code: str, now: datetime, phone: tuple[bytes, bool] | None = None) -> Opened:
    """Return the tap that a request carries, once its pass and the limits have let it through. Raises: VisitError."""
    tap = read_tap(request.POST)
    found = links.read_pass(tap.pass_text, code)
    if found is None:
        raise VisitError("wrong_code")
    source, opened_s = found
    since_s = now.timestamp() - opened_s
    if source == "code" and since_s - tap.age_s > PASS_LIFE_S:
        raise VisitError("wrong_code")
    # A tap cannot be older than its page.
    age_s = min(tap.age_s, max(0.0, since_s)) if tap.age_s <= OLDEST_S else tap.age_s
    device, known = phone or known_device(request)
    address = "" if known else request.client_ip  # type: ignore[union-attr]
    actions.allow_tap(device=device, station=code, address=address, known=known)
    return Opened(tap, source, age_s, device, known)


def quick(request: HttpRequest, code: str) -> HttpResponse | None:
    """Answer a tap of one phone; None where companions came along or no station in use has this code."""
    if request.POST.get("people", "").strip(" 0"):
        return None
    now = timezone.now()
    try:
        asked = opened(request, code, now)
        result = _counted(request, asked, code, now)
    except VisitError as error:
        return _refused(request, error)
    except (OperationalError, InterfaceError):
        return _refused(request, NotNow())
    if result is None:
        return None
    response = told(Done(str(result.outcome), result.visit_id, result.hour), request.path)
    if not asked.known:
        introduce(request, response)
    return response


def at_once(ask: Ask, code: str) -> bytes | None:
    """Answer the plain tap at the door: one phone that was here before. All else, every refusal too, is left to `quick`."""
    phone, now = known_device(ask), timezone.now()
    if ask.POST.get("people", "").strip(" 0") or not phone[1]:
        return None
    try:
        result = _counted(ask, opened(ask, code, now, phone), code, now)
    except (VisitError, OperationalError, InterfaceError):
        return None
    return None if result is None else _body(Done(str(result.outcome), result.visit_id, result.hour), ask.path)


def _counted(request: HttpRequest | Ask, asked: Opened, code: str, now: datetime) -> actions.Result | None:
    return actions.check_in_at(
        code=code, device=asked.device, key=asked.tap.key, now=now, source=asked.source, near=asked.tap.near,
        occupation=request.COOKIES.get(WORK, ""), age_s=asked.age_s,
    )  # fmt: skip


def told(done: Done, path: str) -> HttpResponse:
    """Return the outcome with the address of the page that shows it; `path` is where the tap came to."""
    return HttpResponse(_body(done, path), content_type="application/json")


def _body(done: Done, path: str) -> bytes:
    return json.dumps({"outcome": done.outcome, "url": f"{path}done/?d={seal(done)}"}).encode()


def refused_json(error: VisitError) -> JsonResponse:
    """Return why nothing was counted, in the words of the page; with Retry-After where waiting helps."""
    count("checkin", error.code)
    body = {"code": error.code, "message": message_of(error), "fields": error.fields}
    response = JsonResponse(body, status=error.status)
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.wait_s)
    return response


def _refused(request: HttpRequest, error: VisitError) -> JsonResponse:
    cookie = request.COOKIES.get("xj_lang", "")
    with translation.override(choose(cookie, request.META.get("HTTP_ACCEPT_LANGUAGE", ""))):
        return refused_json(error)
