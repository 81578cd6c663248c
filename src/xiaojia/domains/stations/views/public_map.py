"""Where do the stations stand around me? A diagram without borders, or a map that the operator had reviewed."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from xiaojia.domains.stations.queries.board import Live
from xiaojia.domains.stations.views.cards import card
from xiaojia.domains.stations.views.diagram import allow_tiles, diagram
from xiaojia.domains.stations.views.public import Scene, frame, look, remember_way

MAP_LIMIT = 2000
PLACE_NAMES = 24


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The diagram, or the map; the stations come as JSON."""
    scene = look(request)
    context = frame(scene) | diagram(scene.ask)
    context["list_url"] = reverse("stations:list") + scene.ask.query().removeprefix("/")
    response = remember_way(request, render(request, "stations/map.html", context), scene.ask)
    return allow_tiles(request, response)


@require_safe
def stations_json(request: HttpRequest) -> JsonResponse:
    """What the diagram draws: only what the list shows. Positions are WGS-84."""
    scene = look(request, MAP_LIMIT)
    rows = [s for s in scene.choice.rows if s.lng is not None and s.lat is not None]
    answer = {
        "made_at": scene.now.isoformat(),
        "from": {"lng": scene.ask.lng, "lat": scene.ask.lat, "at": scene.ask.at} if scene.ask.has_position else None,
        "centre": _centre(scene),
        "stations": [_mark(s, scene, request) for s in rows],
        "places": place_names(rows),
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-cache"})


def _mark(station: Live, scene: Scene, request: HttpRequest) -> dict[str, Any]:
    found = card(station, scene.ask, request, scene.judged_at)
    return {
        "code": found.code, "name": found.name, "state": found.state, "pill": found.pill, "proof": found.proof,
        "far": found.far, "mins": found.mins, "lng": round(station.lng or 0, 6), "lat": round(station.lat or 0, 6),
        "url": found.url, "go": found.go_url,
    }  # fmt: skip


def place_names(rows: list[Live]) -> list[dict[str, Any]]:
    """Return names of streets and districts with a point to write them at: the middle of their stations, names only."""
    groups: dict[tuple[str, str], list[Live]] = defaultdict(list)
    for station in rows:
        for kind, name in (("district", station.division_name), ("street", station.street)):
            if name:
                groups[kind, name].append(station)
    shared = (item for item in groups.items() if item[0][0] == "district" or len(item[1]) > 1)
    largest = sorted(shared, key=lambda item: (item[0][0], -len(item[1])))
    return [
        {
            "name": name,
            "kind": kind,
            "lng": round(_mean(s.lng for s in group), 5),
            "lat": round(_mean(s.lat for s in group), 5),
        }
        for (kind, name), group in largest[:PLACE_NAMES]
    ]


def _mean(values: Any) -> float:
    numbers = [value for value in values if value is not None]
    return sum(numbers) / len(numbers)


def _centre(scene: Scene) -> dict[str, float] | None:
    """The middle of the chosen ground, where no station has a position."""
    ground = scene.division or (scene.home.division if scene.home else None)
    if ground is None or ground.lng is None or ground.lat is None:
        return None
    return {"lng": ground.lng, "lat": ground.lat}
