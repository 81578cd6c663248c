"""What did somebody do that bears on a station's state? Evidence of the last day, closures, and the rules that weigh them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connection

from xiaojia.domains.stations.models import TruthRule
from xiaojia.domains.stations.queries.board import EVIDENCE_HOURS
from xiaojia.domains.stations.queries.resident.columns import Columns
from xiaojia.domains.stations.rules.state import Shut, Sign, Weights, latest_proof, still_matters

DAY = timedelta(hours=EVIDENCE_HOURS)
NEVER = np.iinfo(np.int64).min
DOUBTS = frozenset({"no_entry", "keeper_close"})
EVIDENCE = "SELECT station_id, kind, at, device, until FROM stations_evidence WHERE at > %s ORDER BY at"
CLOSURES = """
SELECT cs.station_id, c.reason, c.starts_at, c.ends_at
  FROM stations_closure c JOIN stations_closure_stations cs ON cs.closure_id = c.id
 WHERE c.withdrawn_at IS NULL AND (c.ends_at IS NULL OR c.ends_at > %(now)s) AND {where}
 ORDER BY c.starts_at, c.id
"""
FOREVER = datetime.max.replace(tzinfo=UTC)
Evidence = tuple[UUID, str, datetime, bytes, datetime | None]


def micros(at: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    whole = int(at.timestamp() // 1)
    return whole * 1_000_000 + at.microsecond


@dataclass(frozen=True)
class Closing:
    """One closure of one row; `ends_at` None = until further notice."""

    reason: str
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)


class Rules:
    """The dated truth rules."""

    def __init__(self) -> None:
        fields = ("proof_fresh_s", "devices_for_proof", "device_window_s", "report_decay_s", "reports_to_close")
        rows = TruthRule.objects.order_by("-effective_from").values_list("effective_from", *fields)
        self._dated = [(row[0], Weights(*row[1:])) for row in rows]

    def at(self, now: datetime) -> Weights:
        """Return the values in force."""
        return next((weights for since, weights in self._dated if since <= now), Weights())

    def breaks(self) -> list[datetime]:
        """Return when rules begin."""
        return [since for since, _weights in self._dated]

    @property
    def widest(self) -> Weights:
        """The values that let evidence count longest."""
        return Weights(
            device_window_s=max([w.device_window_s for _since, w in self._dated] or [Weights().device_window_s])
        )


class Facts:
    """Evidence and closures by row. Only the follower writes; entries are replaced whole, so readers need no lock.

    `doubted`: rows whose evidence can turn them away from their posted hours. `proof_at`: the latest proof in microseconds.
    """

    def __init__(self, size: int, rules: Rules) -> None:
        self.rules = rules
        self.signs: dict[int, tuple[Sign, ...]] = {}
        self.closings: dict[int, tuple[Closing, ...]] = {}
        self.doubted: set[int] = set()
        self.proof_at = np.full(size, NEVER, np.int64)

    def add(self, columns: Columns, evidence: Iterable[Evidence], now: datetime) -> set[int]:
        """Take evidence in; return the rows that became doubted."""
        new: dict[int, list[Sign]] = defaultdict(list)
        for station_id, kind, at, device, until in evidence:
            row = columns.row_of(station_id)
            if row is not None and at > now - DAY:
                new[row].append(Sign(kind, at, bytes(device), until))
        before = set(self.doubted)
        for row, signs in new.items():
            self._keep(row, [*self.signs.get(row, ()), *signs], now)
        return self.doubted - before

    def forget_old(self, now: datetime) -> None:
        """Let go of evidence that has left its day, and of closures that are over."""
        for row, signs in list(self.signs.items()):
            if signs[0].at <= now - DAY:
                self._keep(row, [sign for sign in signs if sign.at > now - DAY], now)
        for row, closings in list(self.closings.items()):
            self._close(row, [c for c in closings if c.ends_at is None or c.ends_at > now])

    def grow(self, size: int) -> None:
        """Make room for new rows."""
        more = size - len(self.proof_at)
        if more > 0:
            self.proof_at = np.concatenate([self.proof_at, np.full(more, NEVER, np.int64)])

    def read_closings(self, columns: Columns, now: datetime, ids: Sequence[UUID] | None = None) -> None:
        """Read the closures of some stations anew, or of all."""
        where = "TRUE" if ids is None else "cs.station_id = ANY(%(ids)s)"
        with connection.cursor() as cursor:
            cursor.execute(CLOSURES.format(where=where), {"now": now, "ids": list(ids or ())})
            found: dict[int, list[Closing]] = defaultdict(list)
            for station_id, *values in cursor.fetchall():
                row = columns.row_of(station_id)
                if row is not None:
                    found[row].append(Closing(*values))
        touched = set(self.closings) if ids is None else {columns.row_of(pk) for pk in ids} - {None}
        for row in touched | set(found):
            self._close(row, found.get(row, []))  # type: ignore[arg-type, call-overload]

    def read_evidence(self, columns: Columns, now: datetime) -> None:
        """Read the evidence of the last day."""
        with connection.cursor() as cursor:
            cursor.execute(EVIDENCE, [now - DAY])
            self.add(columns, cursor.fetchall(), now)

    def shut(self, row: int, now: datetime) -> Shut | None:
        """Return the closure in force, of several the one that lasts longest, of these the one that began first."""
        held = [c for c in self.closings.get(row, ()) if c.holds(now)]
        if not held:
            return None
        longest = max(held, key=lambda c: c.ends_at or FOREVER)
        return Shut(longest.reason, longest.starts_at, longest.ends_at)

    def _close(self, row: int, closings: Sequence[Closing]) -> None:
        if closings:
            self.closings[row] = tuple(closings)
        else:
            self.closings.pop(row, None)

    def _keep(self, row: int, signs: list[Sign], now: datetime) -> None:
        signs.sort(key=lambda sign: sign.at)
        past = [sign for sign in signs if sign.at <= now]
        coming = signs[len(past) :]
        kept = (*still_matters(past, self.rules.widest), *coming)
        if coming or any(sign.kind in DOUBTS for sign in kept):
            self.doubted.add(row)
        else:
            self.doubted.discard(row)
        if kept:
            self.signs[row] = kept
        else:
            self.signs.pop(row, None)
        proof = latest_proof(kept, self.rules.at(now))
        self.proof_at[row] = micros(proof.at) if proof else NEVER
