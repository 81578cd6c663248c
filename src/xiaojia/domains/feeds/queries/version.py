"""Did anything that a feed says change? A short text for ETag, and since when it holds."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from xiaojia.domains.stations.queries.feed import stamp
from xiaojia.domains.stations.queries.hours import shared_stamp

FORCE = """
SELECT coalesce(md5(string_agg(id::text, ',' ORDER BY id) FILTER (WHERE ends_at IS NULL OR ends_at > %(now)s)), ''),
       max(CASE WHEN ends_at <= %(now)s THEN ends_at ELSE starts_at END)
  FROM stations_closure WHERE withdrawn_at IS NULL AND starts_at <= %(now)s
"""
UNIONS = "SELECT md5(string_agg(id || name || short_name || path, ',' ORDER BY id)) FROM orgs_organisation"


@dataclass(frozen=True)
class Version:
    """`text` changes with the data, with the closures in force, with the days that feeds look ahead and with holidays."""

    text: str
    changed_at: datetime | None


def version(now: datetime) -> Version:
    """Return the present version. Two queries, one where this process follows the feed of changes; a third once a minute.

    The time is the later of the last record written, the last closure that began or ended, the turn of the month, and the last
    change of the calendar.
    """
    found = stamp()
    with connection.cursor() as cursor:
        cursor.execute(FORCE, {"now": now})
        closures, moved_at = cursor.fetchone()
    hours, hours_at = shared_stamp(now)
    text = f"{found.text} {closures} {hours}"
    times = [at for at in (found.at, moved_at, hours_at) if at]
    return Version(hashlib.blake2b(text.encode(), digest_size=12).hexdigest(), max(times))


def unions_version() -> str:
    """Return a text that changes with any union's name or place in the tree. One query."""
    with connection.cursor() as cursor:
        cursor.execute(UNIONS)
        return str(cursor.fetchone()[0])
