"""Which station pages may a search engine know, and when did each change? Read in files of 50,000."""

from datetime import datetime

from django.db import connection

from xiaojia.domains.stations.queries.board import PUBLIC

PER_FILE = 49_999
"""One less than the protocol allows: the first file also names the list itself."""
PAGES = """
SELECT max(q.updated_at) FROM (
    SELECT updated_at, (row_number() OVER (ORDER BY code) - 1) / %(size)s AS file FROM stations_station
     WHERE status = ANY(%(public)s) AND merged_into_id IS NULL) q
 GROUP BY q.file ORDER BY q.file
"""
PART = """
SELECT code, updated_at FROM stations_station WHERE status = ANY(%(public)s) AND merged_into_id IS NULL
 ORDER BY code LIMIT %(size)s OFFSET %(start)s
"""


def page_dates(now: datetime) -> list[datetime]:
    """Return when the latest station of each file changed; one file where there is no station. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PAGES, {"public": list(PUBLIC), "size": PER_FILE})
        return [row[0] for row in cursor.fetchall()] or [now]


def addresses(now: datetime, number: int) -> list[tuple[str, datetime]]:
    """Return code and last change of the stations of one file (from 1), in the order of codes. One query."""
    values = {"public": list(PUBLIC), "size": PER_FILE, "start": (min(number, 1000) - 1) * PER_FILE}
    with connection.cursor() as cursor:
        cursor.execute(PART, values)
        return list(cursor.fetchall())
