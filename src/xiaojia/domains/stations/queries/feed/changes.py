"""What changed since a cursor, page by page? Ids of public stations, and tombstones of those no longer public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xiaojia.domains.stations.queries.board import PUBLIC
from xiaojia.domains.stations.queries.feed.cursors import Cursor, read_cursor
from xiaojia.domains.stations.queries.feed.following import EPOCH, EVERYTHING, Position
from xiaojia.domains.stations.queries.feed.pruning import PRUNED, SLACK
from xiaojia.domains.stations.rules.errors import CursorError


@dataclass(frozen=True)
class Tombstone:
    """A station that is no longer public, and why: "merged" (then with its successor's code), "removed" or "hidden"."""

    code: str
    why: str
    successor: str
    at: datetime


@dataclass(frozen=True)
class Changes:
    """One page: ids of public stations to read anew, tombstones, and the cursor to send next time.

    `more`: ask again at once. The same station may come on a later page again; what is read is always the present.
    """

    rows: tuple[UUID, ...]
    tombstones: tuple[Tombstone, ...]
    cursor: str
    more: bool


HEAD = f"""
SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned()::text, {EPOCH}, extract(epoch FROM now())::bigint,
  (SELECT json_build_array(xid::text, (extract(epoch FROM at) * 1000000)::bigint) FROM stations_change
    WHERE xid <> '{PRUNED}' ORDER BY xid DESC, station_id DESC LIMIT 1),
  EXISTS (SELECT FROM stations_change WHERE xid = %(proof_xid)s::xid8
    AND (extract(epoch FROM at) * 1000000)::bigint = %(proof_us)s),
  (SELECT extract(epoch FROM at)::float FROM stations_change WHERE xid = '{PRUNED}' AND station_id = '{EVERYTHING}')
"""  # noqa: S608
CHANGED = """
SELECT c.xid::text, c.station_id, c.at, c.gone, s.code, s.status, s.merged_into_id IS NOT NULL, coalesce(k.code, '')
  FROM (SELECT * FROM stations_change
         WHERE (xid >= %(xmax)s::xid8 OR xid = ANY(%(running)s::text[]::xid8[])) AND xid <> '3'
           AND (xid < %(goal_xmax)s::xid8 AND xid <> ALL(%(goal_running)s::text[]::xid8[])
                OR xid = pg_current_xact_id_if_assigned())
           AND (xid, station_id) > (%(after_xid)s::xid8, %(after_id)s::uuid)
         ORDER BY xid, station_id LIMIT %(limit)s) c
  LEFT JOIN stations_station s ON s.id = c.station_id
  LEFT JOIN stations_oldcode o ON o.code = coalesce(s.code, c.gone)
  LEFT JOIN stations_station k ON k.id = o.station_id
 ORDER BY c.xid, c.station_id
"""
ALL = """
SELECT s.code, s.id FROM stations_station s
 WHERE s.merged_into_id IS NULL AND s.status = ANY(%(public)s) AND s.code > %(after)s ORDER BY s.code LIMIT %(limit)s
"""


@dataclass(frozen=True)
class _Head:
    """The present: its position, epoch, time, newest change; whether the reader's proof is there, when was pruned to."""

    position: Position
    epoch: str
    now_s: int
    newest: tuple[int, int] | None
    has_proof: bool
    pruned_s: float | None


def changes_since(cursor: str, limit: int) -> Changes:
    """Return at most `limit` changes after `cursor`; without a cursor ("") every public station, then what changed since.

    Raises: CursorError `bad_cursor`, or `cursor_over` after a restore or when the changes since are no longer kept.
    """
    place = read_cursor(cursor) if cursor else None
    head = _head(place)
    if place is None:
        place = Cursor(head.epoch, head.now_s, None, None, head.position, head.newest, None)
    elif _is_over(place, head):
        raise CursorError("cursor_over")
    if place.base is None:
        return _all(place, limit)
    return _since(place, place.base, head, limit)


def _head(place: Cursor | None) -> _Head:
    proof = (place.proof or place.goal_proof if place else None) or (0, 0)
    with connection.cursor() as cursor:
        cursor.execute(HEAD, {"proof_xid": str(proof[0]), "proof_us": proof[1]})
        snapshot, own, epoch, now_s, newest, has_proof, pruned_s = cursor.fetchone()
    return _Head(
        Position.read(snapshot, own), epoch, now_s, (int(newest[0]), newest[1]) if newest else None, has_proof, pruned_s
    )


def _is_over(place: Cursor, head: _Head) -> bool:
    known = place.base or place.goal
    if place.epoch != head.epoch or known is None or known.xmax > head.position.xmax:
        return True
    if head.pruned_s is not None and place.issued_s < head.pruned_s + SLACK.total_seconds():
        return True
    return bool(place.proof or place.goal_proof) and not head.has_proof


def _all(place: Cursor, limit: int) -> Changes:
    after = place.after[0] if place.after else ""
    found = _rows(ALL, {"public": list(PUBLIC), "after": after, "limit": limit + 1})
    shown, more = found[:limit], len(found) > limit
    if more:
        following = Cursor(place.epoch, place.issued_s, None, None, place.goal, place.goal_proof, (shown[-1][0], ""))
    else:
        following = Cursor(place.epoch, place.issued_s, place.goal, place.goal_proof)
    return Changes(tuple(row[1] for row in shown), (), following.text(), more)


def _since(place: Cursor, base: Position, head: _Head, limit: int) -> Changes:
    goal = place.goal or head.position
    goal_proof = place.goal_proof if place.goal else head.newest
    after = place.after or ("0", str(EVERYTHING))
    values = base.values() | goal.values("goal_") | {"limit": limit + 1}
    found = _rows(CHANGED, values | {"after_xid": _xid(after[0]), "after_id": _uuid(after[1])})
    shown, more = found[:limit], len(found) > limit
    if more:
        last = (shown[-1][0], str(shown[-1][1]))
        following = Cursor(place.epoch, place.issued_s, base, place.proof, goal, goal_proof, last)
    else:
        issued_s = place.issued_s if place.goal else head.now_s
        following = Cursor(place.epoch, issued_s, goal, goal_proof)
    rows = tuple(dict.fromkeys(row[1] for row in shown if _is_public(row)))
    tombs = {row[1]: tomb for row in shown if not _is_public(row) and (tomb := _tombstone(row))}
    return Changes(rows, tuple(tombs.values()), following.text(), more)


def _is_public(row: tuple[Any, ...]) -> bool:
    return row[5] in PUBLIC and not row[6]


def _tombstone(row: tuple[Any, ...]) -> Tombstone | None:
    _xid, _station, at, gone, code, status, merged, successor = row
    if not (code or gone):
        return None  # the change that touches all of them
    why = "merged" if merged or successor else "hidden" if status == "planned" else "removed"
    return Tombstone(code or gone, why, successor, at)


def _xid(text: str) -> str:
    if not text.isdigit() or len(text) > 19:
        raise CursorError("bad_cursor")
    return text


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise CursorError("bad_cursor") from error


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
