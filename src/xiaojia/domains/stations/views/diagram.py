"""What does the diagram need, beside the list or on its own page? Rings, words, and a base map where one was reviewed."""

from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from xiaojia.domains.stations.forms.public import Ask
from xiaojia.domains.stations.rules.travel import RING_MINUTES, radius_m


def base_map() -> dict[str, str]:
    """Return the reviewed base map's tile address, source and review number; {} (a diagram) unless all are set."""
    url, source = getattr(settings, "MAP_TILES", ""), getattr(settings, "MAP_SOURCE", "")
    review = settings.SITE.get("map_review_no", "")
    return {"url": url, "source": source, "review": review} if url and review else {}


def diagram(ask: Ask) -> dict[str, Any]:
    """Return the context of `stations/parts/diagram.html`; the stations themselves come as JSON from `data_url`."""
    return {
        "base": base_map(),
        "data_url": reverse("stations:json") + ask.query().removeprefix("/"),
        "rings": ring_words(ask),
        "scale_words": (_("%(n)s 米") % {"n": "{n}"}, _("%(n)s 公里") % {"n": "{n}"}),
    }


def ring_words(ask: Ask) -> list[tuple[str, str]]:
    """Return (radius in metres, words) of the rings."""
    return [(f"{radius_m(n, ask.go):.0f}", _("%(n)s 分钟") % {"n": n}) for n in RING_MINUTES]


def allow_tiles(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page load the reviewed base map's tiles, if there is one, and pictures from nowhere else."""
    base = base_map()
    if not base:
        return response
    place = urlsplit(base["url"].replace("{s}", "*"))
    csp_update({"img-src": [f"{place.scheme}://{place.netloc}"]})(lambda _request: response)(request)
    return response
