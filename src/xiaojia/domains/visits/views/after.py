"""What comes after the tap? Rest, what is here, one question that may stay unanswered, thanks, and those who came along."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.visits import actions
from xiaojia.domains.visits.forms import number, plain
from xiaojia.domains.visits.models import Occupation, Source
from xiaojia.domains.visits.queries.rules import current_rule
from xiaojia.domains.visits.queries.today import said_of, today_count
from xiaojia.domains.visits.rules.counting import shown_in_public
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import day_of
from xiaojia.domains.visits.views import words
from xiaojia.domains.visits.views.checkin import refused
from xiaojia.domains.visits.views.phone import WORK, YEAR_S, keep, known_device
from xiaojia.domains.visits.views.seal import Done, open_seal, seal


@never_cache
@require_GET
def done_page(request: HttpRequest, code: str) -> HttpResponse:
    """What the tap became; an hour later the address leads to the station's page."""
    done, station = open_seal(request.GET.get("d", "")), _station(code)
    if done is None:
        return redirect("stations:station", station.code)
    return render(request, "visits/done.html", _page(request, station, done))


def _page(request: HttpRequest, station: Station, done: Done) -> dict[str, Any]:
    now = timezone.now()
    row, said = live(now, ids=[station.pk])[0], said_of(done.visit_id, done.hour)
    work = said.get("work") or request.COOKIES.get(WORK, "")
    return {
        "station": station, "row": row, "state": str(row.verdict.state), "until_text": words.until_text(row, now),
        "haves": words.haves(row), "count": shown_in_public(today_count(station.pk, now).official), "done": done,
        "d": request.GET.get("d", ""), "key": _companions_key(done), "cap": current_rule(day_of(now)).group_cap,
        "trades": words.trades(), "work": dict(Occupation.choices).get(work, ""), "work_value": work,
        "good": "good" in said, "report_url": report_url(station.code), "noindex": True,
    }  # fmt: skip


@csrf_exempt  # the sealed address is the proof; see checkin
@require_POST
def work(request: HttpRequest, code: str) -> HttpResponse:
    """你做哪一行？ kept on the phone for the next taps, and once for this one."""
    done, station = _sealed(request, code)
    value = request.POST.get("occupation", "")
    if value not in Occupation.values:
        raise Http404
    actions.answer(visit_id=done.visit_id, hour=done.hour, kind="work", value=value, now=timezone.now())
    response = _back(station, done)
    keep(request, response, WORK, value, YEAR_S)
    return response


@csrf_exempt  # the sealed address is the proof; see checkin
@require_POST
def good(request: HttpRequest, code: str) -> HttpResponse:
    """挺好, in one tap."""
    done, station = _sealed(request, code)
    actions.answer(visit_id=done.visit_id, hour=done.hour, kind="good", value="1", now=timezone.now())
    return _back(station, done)


@csrf_exempt  # the sealed address is the proof; see checkin
@require_POST
def companions(request: HttpRequest, code: str) -> HttpResponse:
    """我们不止一人: those who came along, as a source of their own."""
    done, station = _sealed(request, code)
    device, known = known_device(request)
    try:
        actions.allow_tap(
            device=device,
            station=station.code,
            address=request.client_ip,
            known=known,  # type: ignore[attr-defined]
        )
        result = actions.check_in(
            station=station, device=device, key=_companions_key(done), now=timezone.now(), source=Source.GROUP,
            people=number(request.POST.get("people", "")), occupation=request.COOKIES.get(WORK, ""),
        )  # fmt: skip
    except VisitError as error:
        return refused(request, error, station)
    return _back(station, Done(done.outcome, done.visit_id, done.hour, result.people))


def _companions_key(done: Done) -> UUID:
    """The companions of one visit are one row: their key follows from the visit's."""
    return UUID(int=done.visit_id.int ^ 1)


def _sealed(request: HttpRequest, code: str) -> tuple[Done, Station]:
    done = open_seal(request.POST.get("d", ""))
    if done is None:
        raise VisitError("bad_key")
    return done, _station(code)


def _station(code: str) -> Station:
    found = find_public(plain(code, 16))
    if found is None:
        raise Http404
    return found.station


def _back(station: Station, done: Done) -> HttpResponse:
    return redirect(f"{reverse('visits:done', args=[station.code])}?d={seal(done)}")


def report_url(code: str) -> str:
    """Return where a problem is reported; "" on an installation without that room."""
    try:
        return reverse("feedback:report", args=[code])
    except NoReverseMatch:
        return ""
