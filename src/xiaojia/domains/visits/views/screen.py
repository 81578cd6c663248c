"""What does a station's own screen show? A code that changes every minute, so that a scan proves presence."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.visits.forms import plain
from xiaojia.domains.visits.queries import links
from xiaojia.domains.visits.rules.links import STEP_S
from xiaojia.domains.visits.views.checkin import wrong_code

RELOAD_S = STEP_S // 2


@never_cache
@require_GET
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The page loads itself again twice a minute; it needs no script."""
    found, now = find_public(plain(code, 16)), timezone.now()
    if found is None or found.moved or not links.screen_ok(found.station.code, request.GET.get("k", "")):
        return wrong_code(request, "unknown", status=404)
    url = full_url(request, links.rotating_path(found.station.code, now))
    response = render(request, "visits/screen.html", {"station": found.station, "qr": qr_svg(url), "noindex": True})
    response.headers["Refresh"] = str(RELOAD_S)
    return response


def full_url(request: HttpRequest, path: str) -> str:
    """Return the address that a phone can open: under XIAOJIA_URL, else under the name the page was asked for."""
    return settings.XIAOJIA_URL + path if settings.XIAOJIA_URL else request.build_absolute_uri(path)


def qr_svg(url: str) -> SafeString:
    """Return a QR code as inline SVG without style attributes, dark on white in every mode."""
    code = segno.make(url, error="m")
    return mark_safe(code.svg_inline(border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308
