"""What does a walk with a phone need? The plate's link, the stations by state, and the rows that a tap left."""

import os
import re
from typing import Any

import psycopg

from tests.journeys.product import Product
from xiaojia.config.env import database_settings, load_env

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; V1990A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/86.0.4240.99 Mobile Safari/537.36 MicroMessenger/8.0.16"
)
HERE = {"geolocation": {"longitude": 109.5246, "latitude": 18.2677}}


def plate_link(page: Any, code: str) -> str:
    """The path that the plate's code opens; a demo offers it for want of a plate."""
    answer = page.request.get(f"{origin(page)}/s/{code}/in/")
    found = re.search(r'href="([^"]+/in/\?t=[^"]+)"', answer.text())
    assert found is not None, answer.text()
    return found[1].replace("&amp;", "&")


def origin(page: Any) -> str:
    return str(page.url).split("/", 3)[0] + "//" + str(page.url).split("/", 3)[2]


def stations(page: Any) -> list[dict[str, Any]]:
    """All stations as the diagram gets them: code, name, state, pill, lng, lat."""
    return list(page.request.get(origin(page) + "/stations.json?open=0").json()["stations"])


def round_the_clock(page: Any) -> list[str]:
    """Codes of stations that never close, so that a walk at any hour finds them open; always in the same order."""
    return sorted(row["code"] for row in stations(page) if "24小时" in row["pill"] or row["state"] == "unknown")


def pill(page: Any, code: str) -> str:
    """The state's words in the public list."""
    page.goto(f"{origin(page)}/?q={code}&open=0")
    return str(page.inner_text(f"[data-station={code}] .pill")).strip()


def visits(product: Product, code: str) -> list[tuple[str, Any, int]]:
    """(key, hour, people) of a station's check-ins by plate, oldest first, from the database itself."""
    env = load_env({**os.environ, "XIAOJIA_HOME": str(product.home), "DATABASE_URL": ""})
    place = database_settings(env)["default"]
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], password=place["PASSWORD"], dbname=place["NAME"]
    ) as connection:
        rows = connection.execute(
            "SELECT v.key, v.hour, v.people FROM visits_visit v JOIN stations_station s ON s.id = v.station_id"
            " WHERE s.code = %s AND v.source = 'qr' ORDER BY v.seen_at",
            (code,),
        )
        return [(str(key), hour, people) for key, hour, people in rows]
