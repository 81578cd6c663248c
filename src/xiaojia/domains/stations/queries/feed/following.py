"""What was committed since a snapshot? Every change names its transaction; a position says which had ended when one looked.

A sequence cannot do this: its numbers are drawn before the commit, so a reader that has seen 8 may never see 7.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

EVERYTHING = UUID(int=0)
"""The station of a change that touches all of them: a truth rule, a kind of facility, the day table."""

EPOCH = """
left(md5((SELECT system_identifier FROM pg_control_system()) || '.' || (SELECT timeline_id FROM pg_control_checkpoint())
    || '.' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '.' || 'stations_change'::regclass::oid), 10)
"""
"""Another text after every restore: of a dump (other cluster, database or table), and of a base backup (other timeline)."""


@dataclass(frozen=True)
class Position:
    """A snapshot: transactions from `xmax` on had not begun, those of `running` had not ended."""

    xmax: int
    running: tuple[int, ...] = ()

    @classmethod
    def read(cls, text: str, own: str | None = None) -> "Position":
        """Read PostgreSQL's text of a snapshot; the reader's `own` transaction counts as running."""
        _xmin, xmax, running = text.split(":")
        found = {int(xid) for xid in running.split(",") if xid}
        if own and int(own) < int(xmax):
            found.add(int(own))
        return cls(int(xmax), tuple(sorted(found)))

    def values(self, prefix: str = "") -> dict[str, Any]:
        """Return the parameters `xmax` and `running` of a query."""
        return {f"{prefix}xmax": str(self.xmax), f"{prefix}running": [str(xid) for xid in self.running]}


@dataclass(frozen=True)
class Delta:
    """What became visible between two positions of one epoch.

    `evidence` holds (station, kind, at, device, until); `writes` is how far the feed's count moved, `at` its latest time.
    """

    position: Position
    epoch: str
    stations: frozenset[UUID] = frozenset()
    everything: bool = False
    evidence: tuple[tuple[UUID, str, datetime, bytes, datetime | None], ...] = ()
    writes: int = 0
    at: datetime | None = None


SINCE = "((xid >= %(xmax)s::xid8 AND xid < pg_snapshot_xmax(pg_current_snapshot())) OR xid = ANY(%(running)s::text[]::xid8[]))"
DELTA = f"""
SELECT pg_current_snapshot()::text, {EPOCH},
  (SELECT json_agg(json_build_array(station_id, writes, extract(epoch FROM at))) FROM stations_change WHERE {SINCE}),
  (SELECT json_agg(json_build_array(station_id, kind, extract(epoch FROM at), encode(device, 'hex'),
          extract(epoch FROM until))) FROM stations_evidence WHERE {SINCE})
"""  # noqa: S608


def here() -> tuple[Position, str]:
    """Return the present position and the epoch."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned()::text, {EPOCH}")
        snapshot, own, epoch = cursor.fetchone()
    return Position.read(snapshot, own), epoch


def delta(since: Position) -> Delta:
    """Return what was committed after `since`, evidence included: one statement, thus one snapshot. Not within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(DELTA, since.values())
        snapshot, epoch, changes, evidence = cursor.fetchone()
    changes, evidence = changes or [], evidence or []
    ids = {UUID(row[0]) for row in changes}
    return Delta(
        Position.read(snapshot), epoch, frozenset(ids - {EVERYTHING}), EVERYTHING in ids,
        tuple((UUID(row[0]), row[1], _time(row[2]), bytes.fromhex(row[3] or ""), _time(row[4]) if row[4] else None)
              for row in evidence),
        sum(row[1] for row in changes), max((_time(row[2]) for row in changes), default=None),
    )  # fmt: skip


def _time(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
