"""What would the barest check-in be? A Django project of one view with one INSERT, no middleware, no rule, no signature.

Served as `bench.side.bare:application` with BARE_DATABASE (JSON of Django's settings) and its table made by `prepare`.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from xiaojia.lib.ids import uuid7

TABLE = """
DROP TABLE IF EXISTS bare_visit;
CREATE TABLE bare_visit (
    id uuid NOT NULL, hour timestamptz NOT NULL, seen_at timestamptz NOT NULL, station_id uuid NOT NULL,
    org_path varchar(255) COLLATE "C" NOT NULL, division_code varchar(6) COLLATE "C" NOT NULL,
    source varchar(8) COLLATE "C" NOT NULL, device bytea, people smallint NOT NULL DEFAULT 1,
    occupation varchar(12) COLLATE "C" NOT NULL DEFAULT '', near boolean, key uuid NOT NULL,
    PRIMARY KEY (id, hour), UNIQUE (station_id, device, hour, source), UNIQUE (key, hour)
) PARTITION BY RANGE (hour);
"""
INSERT = """
INSERT INTO bare_visit (id, hour, seen_at, station_id, org_path, division_code, source, device, key)
VALUES (%s, date_trunc('hour', now()), now(), %s, '/1/', '410100', 'qr', %s, %s) ON CONFLICT DO NOTHING
"""
PGBENCH = """INSERT INTO bare_visit (id, hour, seen_at, station_id, org_path, division_code, source, device, key)
VALUES (gen_random_uuid(), date_trunc('hour', now()), now(), gen_random_uuid(), '/1/', '410100', 'qr',
uuid_send(gen_random_uuid()), gen_random_uuid()) ON CONFLICT DO NOTHING;
"""


def prepare(connection: Any, months: Iterable[tuple[str, datetime, datetime]], role: str) -> None:
    """Make the table with its months and the same unique keys as ours, and let the application's role insert."""
    connection.execute(TABLE)
    for suffix, start, end in months:
        span = f"FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
        connection.execute(f"CREATE TABLE bare_visit_{suffix} PARTITION OF bare_visit FOR VALUES {span}")
    connection.execute(f'GRANT SELECT, INSERT ON bare_visit TO "{role}"')


def _application() -> Any:
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bare", ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench.side.bare", MIDDLEWARE=[], USE_TZ=True,
        DATABASES={"default": json.loads(os.environ["BARE_DATABASE"])},
    )  # fmt: skip
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def insert(request: Any) -> Any:
    """The view: three fields of a form, one INSERT."""
    from django.db import connection
    from django.http import HttpResponse

    form = request.POST
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [uuid7(), UUID(form["station"]), bytes.fromhex(form["device"]), UUID(form["key"])])
    return HttpResponse(b"ok")


if "BARE_DATABASE" in os.environ:
    from django.urls import path

    application = _application()
    urlpatterns = [path("insert/", insert)]
