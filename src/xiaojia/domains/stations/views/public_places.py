"""What does a worker choose? A district, filters; and what this is, and what is left without a line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from xiaojia.domains.stations.forms.public import ACCESS, AREA_COOKIE, PLACE_COOKIE, read_ask
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.queries.public import division_within, grounds
from xiaojia.domains.stations.views.cards import access_text, full_label
from xiaojia.domains.stations.views.public import keep
from xiaojia.kernel.orgs.models import Instance
from xiaojia.kernel.orgs.queries import instance


@require_safe
def filter_page(request: HttpRequest) -> HttpResponse:
    """Search and all filters on one page; a plain form that leads back to the list."""
    ask = read_ask(request.GET, request.COOKIES)
    options = [
        {"key": kind.key, "label": full_label(kind), "icon": kind.icon, "on": kind.key in ask.have}
        for kind in kinds().values() if kind.filterable
    ]  # fmt: skip
    ways = [{"key": a, "label": access_text(a), "on": a in ask.access} for a in ACCESS]
    context = {"ask": ask, "options": options, "ways": ways, "back_url": ask.query(),
               "lng": str(ask.lng), "lat": str(ask.lat)}  # fmt: skip
    return render(request, "stations/filter.html", context)


@require_http_methods(["GET", "POST"])
def places_page(request: HttpRequest) -> HttpResponse:
    """Choose a district; the choice is kept on the phone."""
    home = instance()
    if home is None:
        return redirect("stations:list")
    if request.method == "POST":
        code = request.POST.get("d", "")
        chosen = home.division if code == home.division.code else division_within(code, home.division.prefix)
        if chosen is None:
            return render(request, "stations/districts.html", _places(home, request) | {"wrong": True}, status=400)
        response = redirect(f"{reverse('stations:list')}?d={chosen.code}")
        keep(request, response, AREA_COOKIE, chosen.code)
        response.delete_cookie(PLACE_COOKIE)
        return response
    return render(request, "stations/districts.html", _places(home, request))


def _places(home: Instance, request: HttpRequest) -> dict[str, Any]:
    rows = grounds(home.division.prefix)
    cities: dict[str, list[Any]] = {}
    for row in rows:
        cities.setdefault(row.city, []).append(row)
    here = read_ask(request.GET, request.COOKIES).d
    return {"home": home, "cities": list(cities.items()), "total": sum(row.stations for row in rows), "here": here}


@require_safe
def about_page(request: HttpRequest) -> HttpResponse:
    """What this is, what it keeps of a visitor, and how a state comes to be."""
    return render(request, "stations/about.html", {"home": instance()})


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker when there is no line and the page was never visited."""
    return render(request, "stations/offline.html")
