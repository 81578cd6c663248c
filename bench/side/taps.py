"""Where do true taps come from? Stations, phones and signed passes of a running instance, made as its pages make them."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg

from bench.side.load import post
from tests.journeys.product import environment
from xiaojia.config.env import database_settings, load_env
from xiaojia.domains.visits.rules.hours import SHANGHAI
from xiaojia.domains.visits.rules.links import link_key, pass_text
from xiaojia.lib.ids import sign, unguessable

MAKE = """
import sys, django
django.setup()
from django.utils import timezone
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.orgs.models import Instance
root, now = Instance.objects.get().root, timezone.now()
rows = [
    Station(code=f"LD-{n:05d}", name=f"压测站{n:05d}", org=root, division=root.division, created_at=now, updated_at=now,
            lng=113.6 + n % 100 / 1000, lat=34.7 + n // 100 / 1000)
    for n in range(int(sys.argv[1]))
]
Station.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
"""
"""The stations of the load, entered as the application would enter them."""


def make_stations(home: Path, number: int) -> list[str]:
    """Enter `number` stations into the running instance of `home`; return their codes."""
    place = environment(home, DJANGO_SETTINGS_MODULE="xiaojia.config.settings")
    subprocess.run([sys.executable, "-c", MAKE, str(number)], env=place, check=True)
    return [f"LD-{n:05d}" for n in range(number)]


def connect(home: Path, alias: str = "owner") -> psycopg.Connection[Any]:
    """A plain connection to the instance's database, committing at once."""
    place = database_settings(load_env(_environ(home)))[alias]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.connect(**{key: place[name] for key, name in names.items()}, autocommit=True)


def _environ(home: Path) -> dict[str, str]:
    return {**os.environ, "XIAOJIA_HOME": str(home), "DATABASE_URL": ""}


@dataclass(frozen=True)
class Tap:
    """One tap of one phone at one station: its key, and the request as it goes over the wire."""

    key: UUID
    code: str
    wire: bytes


class Phones:
    """Phones that have opened a station's page before: our signed cookies in the pocket, a signed pass in the form."""

    def __init__(self, home: Path) -> None:
        self._hash_key = load_env(_environ(home)).secrets.hash_key
        self._link_key = link_key(self._hash_key)

    def cookie(self) -> str:
        """Return the cookies of one more phone of this month."""
        month, token = datetime.now(SHANGHAI).strftime("%Y-%m"), unguessable(18)
        digest = hmac.new(self._hash_key.encode(), f"device|{month}|{token}".encode(), hashlib.sha256).digest()[:16]
        return f"xj_device={month}.{token}; xj_known={sign('known', digest.hex(), key=self._hash_key)}"

    def tap(self, code: str, cookie: str = "", key: UUID | None = None, headers: str = "") -> Tap:
        """Return a tap at a station, from one more phone unless `cookie` names one."""
        key = key or uuid4()
        form = {"key": key, "pass": pass_text(code, "qr", datetime.now(UTC), key=self._link_key), "near": ""}
        head = f"Accept: application/json\r\nCookie: {cookie or self.cookie()}\r\n{headers}"
        body = urlencode(form | {"age_s": "0.1"}).encode()
        return Tap(key, code, post(f"/s/{code}/in/", body, "application/x-www-form-urlencoded", headers=head))

    def taps(self, codes: list[str], number: int) -> list[Tap]:
        """Return `number` taps, each of a phone of its own, spread over the stations in turn."""
        return [self.tap(codes[n % len(codes)]) for n in range(number)]


def outcome(answer: bytes) -> str:
    """Return the outcome in a JSON answer, or its code."""
    told = json.loads(answer)
    return str(told.get("outcome") or told.get("code"))


def months(first: datetime, number: int) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield (suffix, start, end) of months in Shanghai, beginning with the month of `first`."""
    start = first.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(number):
        end = (start + timedelta(days=32)).replace(day=1)
        yield f"y{start:%Y}m{start:%m}", start, end
        start = end
