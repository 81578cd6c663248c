"""How do many visits get in at once, such as a demo city's half year? One COPY; the table's own constraints hold."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from xiaojia.lib.ids import uuid7

COLUMNS = "id, hour, seen_at, station_id, org_path, division_code, source, device, people, occupation, near, key"


class Arrival(NamedTuple):
    """One visit to load; `hour` is derived from `seen_at`, ids and keys are made here."""

    seen_at: datetime
    station_id: UUID
    org_path: str
    division_code: str
    source: str
    device: bytes | None
    people: int = 1
    occupation: str = ""
    near: bool | None = None


@transaction.atomic
def load_visits(arrivals: Iterable[Arrival]) -> int:
    """Add visits by one COPY and return how many were new; those whose station, device and hour are known stay out."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE visits_arriving (LIKE visits_visit INCLUDING DEFAULTS) ON COMMIT DROP")
        with cursor.copy(f"COPY visits_arriving ({COLUMNS}) FROM STDIN") as copy:
            for arrival in arrivals:
                hour = arrival.seen_at.replace(minute=0, second=0, microsecond=0)
                copy.write_row((uuid7(), hour, *arrival, uuid7()))
        cursor.execute(
            f"INSERT INTO visits_visit ({COLUMNS}) SELECT {COLUMNS} FROM visits_arriving ON CONFLICT DO NOTHING"  # noqa: S608
        )
        count = cursor.rowcount
        cursor.execute("DROP TABLE visits_arriving")
    return int(count)
