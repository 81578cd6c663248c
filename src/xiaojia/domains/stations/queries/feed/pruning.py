"""How long are changes kept, and what happens to those of another life after a restore?"""

from datetime import datetime, timedelta

from django.db import connection

KEEP_DAYS = 90
SLACK = timedelta(days=1)
"""No transaction takes longer: a change is committed at most so long after its time."""
PRUNED = 3
"""The transaction of the row that stands for all changes no longer kept: their number, and the time of the last."""

FOLD = """
WITH old AS (DELETE FROM stations_change WHERE at < %s AND xid <> '3' RETURNING writes, at)
INSERT INTO stations_change AS c (xid, station_id, writes, at)
SELECT '3', '00000000-0000-0000-0000-000000000000', sum(writes), max(at) FROM old HAVING count(*) > 0
ON CONFLICT (xid, station_id) DO UPDATE SET writes = c.writes + excluded.writes, at = greatest(c.at, excluded.at)
"""
OTHER_LIFE = "xid >= pg_snapshot_xmax(pg_current_snapshot())"
CLEAN = f"""
WITH old AS (DELETE FROM stations_change WHERE {OTHER_LIFE} RETURNING writes)
INSERT INTO stations_change AS c (xid, station_id, writes, at)
SELECT '3', '00000000-0000-0000-0000-000000000000', sum(writes), 'epoch' FROM old HAVING count(*) > 0
ON CONFLICT (xid, station_id) DO UPDATE SET writes = c.writes + excluded.writes
"""  # noqa: S608


def prune(now: datetime) -> int:
    """Forget changes older than `KEEP_DAYS`, their count kept so that stamps stay as they are; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stations_change WHERE at < %s", [now - timedelta(days=KEEP_DAYS)])
        count = int(cursor.fetchone()[0])
        cursor.execute(FOLD, [now - timedelta(days=KEEP_DAYS)])
    return count


def clean() -> None:
    """Fold away rows of a transaction that has not begun here: they came with a dump from another cluster.

    Until then they only make stations appear changed that are not; the epoch has already refused older cursors.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLEAN)
        cursor.execute(f"UPDATE stations_evidence SET xid = '3' WHERE {OTHER_LIFE}")  # noqa: S608
