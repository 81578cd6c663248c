"""What is left after kill -9 of the application and of PostgreSQL in the middle of check-ins? Everything acknowledged, once."""

import http.client
import http.cookiejar
import json
import os
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.journeys.product import Product
from xiaojia.config.env import database_settings, load_env

PHONES = 6
LOAD_S = 4.0


class Phone:
    """A phone with cookies of its own, scanning and tapping without a browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=10) as answer:
            return str(answer.read().decode())

    def tap(self, code: str) -> str:
        """Scan and tap; return the key once the product has acknowledged it."""
        link = re.search(r'href="([^"]+/in/\?t=[^"]+)"', self.get(f"/s/{code}/in/"))
        assert link is not None, "the demo offers the signed link"
        page = self.get(link[1].replace("&amp;", "&"))
        form = re.search(r'<form[^>]*action="([^"]*)"[^>]*data-checkin.*?</form>', page, re.S) or re.search(
            r"<form.*?</form>", page, re.S
        )
        assert form is not None
        fields = dict(re.findall(r'name="([a-z_]+)"[^>]*value="([^"]*)"', form[0]))
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(
            f"{self.base}/s/{code}/in/", body, {"Accept": "application/json", "Referer": self.base + "/"}
        )
        with self.opener.open(request, timeout=10) as answer:
            told = json.load(answer)
        assert told["outcome"] in ("accepted", "repeated"), told
        return fields["key"]


@pytest.fixture
def victim(folder: Path) -> Product:
    return Product(folder / "victim").start()


def rows(product: Product) -> list[str]:
    """The keys of all check-ins that carry one of the phones' keys, from the database itself."""
    place = database_settings(load_env({**os.environ, "XIAOJIA_HOME": str(product.home), "DATABASE_URL": ""}))[
        "default"
    ]
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], password=place["PASSWORD"], dbname=place["NAME"]
    ) as connection:
        return [str(key) for (key,) in connection.execute("SELECT key FROM visits_visit WHERE source = 'qr'")]


def test_every_acknowledged_check_in_survives_kill_9(victim: Product) -> None:
    acknowledged: list[str] = []
    running = threading.Event()
    running.set()
    codes = [f"SY-{number:04d}" for number in range(1, 40)]

    def work(first: int) -> None:
        for code in codes[first::PHONES]:
            if not running.is_set():
                return
            try:
                acknowledged.append(Phone(victim.url).tap(code))
            except (OSError, urllib.error.URLError, http.client.HTTPException):
                return

    threads = [threading.Thread(target=work, args=(n,)) for n in range(PHONES)]
    for thread in threads:
        thread.start()
    threading.Event().wait(LOAD_S)
    victim.kill()
    running.clear()
    for thread in threads:
        thread.join(timeout=20)
    assert len(acknowledged) > 3, "the load ran"

    victim.start(wait_s=60)
    kept = rows(victim)
    lost = [key for key in acknowledged if key not in kept]
    doubled = [key for key in acknowledged if kept.count(key) > 1]
    assert (lost, doubled) == ([], [])
    assert "planted-loss" not in kept, "the comparison would notice a missing key"
    assert victim.stop() == 0
