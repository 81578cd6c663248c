"""Which whole files does a program fetch? GeoJSON, the sitemap, robots.txt, a mobile station's timetable."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiaojia.domains.feeds.forms.asked import read_division
from xiaojia.domains.feeds.queries.collection import features
from xiaojia.domains.feeds.queries.rows import row_by_code
from xiaojia.domains.feeds.queries.sitemap import addresses, page_dates
from xiaojia.domains.feeds.queries.timetable import calendar_of
from xiaojia.domains.feeds.queries.version import version
from xiaojia.domains.feeds.rules.sitemap import index, robots, urlset
from xiaojia.domains.feeds.views.doors import base_of, door, whole
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.web.conditional import Validators, conditional

GEOJSON = "application/geo+json"
MAX_AGE_S = 60
XML = "application/xml; charset=utf-8"


def validators(request: HttpRequest, *args: Any, **kwargs: Any) -> Validators:
    """Say whether a file may differ from the one that the reader holds."""
    found = version(timezone.now())
    text = f"{found.text} {coordinates_released()} {base_of(request)} {request.get_full_path()}"
    return Validators(text, found.changed_at)


@door
@conditional(validators, max_age_s=MAX_AGE_S)
def geojson(request: HttpRequest) -> HttpResponse:
    """All placed stations, or those of one division, as a stream."""
    prefix = read_division(request.GET)
    response = whole(features(timezone.now(), base_of(request), prefix), GEOJSON)
    response.headers["Content-Disposition"] = 'inline; filename="stations.geojson"'
    return response


@require_safe
@conditional(validators, max_age_s=3600)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """What a search engine may read: nothing on a demo."""
    sitemap = base_of(request) + reverse("feeds:sitemap")
    return HttpResponse(robots(sitemap, demo=settings.IS_DEMO), content_type="text/plain; charset=utf-8")


@require_safe
@conditional(validators, max_age_s=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The index of the sitemap's files; a demo has none."""
    if settings.IS_DEMO:
        raise Http404
    base = base_of(request)
    files = [
        (base + reverse("feeds:sitemap_part", args=[number]), at)
        for number, at in enumerate(page_dates(timezone.now()), 1)
    ]
    return HttpResponse(index(files), content_type=XML)


@require_safe
@conditional(validators, max_age_s=3600)
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """At most 50,000 station pages with the day of their last change."""
    found = [] if settings.IS_DEMO or number < 1 else addresses(timezone.now(), number)
    if not found and (number != 1 or settings.IS_DEMO):
        raise Http404
    base = base_of(request)
    pages = [(f"{base}/s/{code}/", at) for code, at in found]
    return HttpResponse(urlset([(f"{base}/", None), *pages] if number == 1 else pages), content_type=XML)


@require_safe
@conditional(validators, max_age_s=MAX_AGE_S)
def timetable(request: HttpRequest, code: str) -> HttpResponse:
    """Where a mobile station stands when, as a calendar to subscribe to."""
    now = timezone.now()
    row = row_by_code(code, now)
    if row is None or not row.stops:
        raise Http404
    text = calendar_of(row, now, base_of(request), with_place=coordinates_released())
    headers = {"Content-Disposition": f'inline; filename="{row.code}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
