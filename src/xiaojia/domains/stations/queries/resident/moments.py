"""Which stations pass "open now" at one instant? Each distinct schedule is judged once; only doubted rows are asked one by one."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from xiaojia.domains.stations.queries.board import opens_at, stop_now
from xiaojia.domains.stations.queries.hours import Clock, never_closes
from xiaojia.domains.stations.queries.resident.columns import Columns
from xiaojia.domains.stations.queries.resident.facts import DAY, NEVER, Closing, Facts, micros
from xiaojia.domains.stations.queries.resident.trees import Tree, Trees
from xiaojia.domains.stations.rules.state import Posted, Reason, Sign, State, Verdict, Weights, breaks, judge
from xiaojia.domains.stations.rules.words import SHANGHAI
from xiaojia.lib.workdays import DayTable

NO, YES, ASK = 0, 1, 2
LATER = np.iinfo(np.int64).max
OUT_OF_SERVICE = Verdict(State.CLOSED, Reason.NOT_IN_SERVICE)
LONGEST = timedelta(hours=6)
FEW, SMALL, OFTEN = 0.7, 200, 100
"""A tree of passing stations alone is worth it below this share, above this size, after so many questions."""


class Moment:
    """All rows at `now`, true until `until_us` (microseconds) as far as no new fact comes.

    `passes[row]`: NO, YES, or ASK (a closure or a doubt: `verdict`). By schedule, the last entry standing for rows
    without hours: `posted`, `plain` (the verdict without evidence), `opens_us` (LATER = unknown), `always`.
    """

    def __init__(
        self, columns: Columns, facts: Facts, now: datetime, table: DayTable, *, evidence: bool = True
    ) -> None:
        self.now, self.now_us, self.evidence, self.table = now, micros(now), evidence, table
        self.columns, self.facts = columns, facts
        self.weights: Weights = facts.rules.at(now)
        clock = Clock(now, table)
        texts: list[str | None] = [*columns.schedules.texts, None]
        self.posted: list[Posted] = [clock.posted(text) for text in texts]
        self.plain = [judge(now, posted, (), None, self.weights) for posted in self.posted]
        found = [opens_at(verdict, text, clock) for verdict, text in zip(self.plain, texts, strict=True)]
        self.opens_us = np.array([micros(at) if at else LATER for at in found], np.int64)
        self.always = np.array([never_closes(text, now.date()) for text in texts], bool)
        self.open = np.array([verdict.passes for verdict in self.plain], bool)
        self.begins_us = np.array(
            [micros(p.interval_start) if p.interval_start else NEVER for p in self.posted], np.int64
        )
        self.places = {row: stop_now(stops, now) for row, stops in columns.stops.items()}
        self.until = min(at for at in self._ends() if at > now)
        self.until_us = micros(self.until)
        self.passes = self._passes()
        self._said: dict[int, tuple[Any, Any, int, int, Verdict]] = {}
        self._words: dict[int, tuple[Verdict, bytes]] = {}
        self._shares: dict[str, float] = {}
        self._trees: dict[str, tuple[Tree, float]] = {}
        self._asked: Counter[str] = Counter()

    def _ends(self) -> Iterable[datetime]:
        midnight = datetime.combine(self.now.date() + timedelta(days=1), time(0), self.now.tzinfo)
        yield from (self.now + LONGEST, midnight, *self.facts.rules.breaks())
        for posted in self.posted:
            yield from (at for at in (posted.next_at, posted.interval_end) if at)
        if self.columns.stops:
            yield from _stop_changes(self.columns.stops.values(), self.now)

    def _passes(self) -> bytearray:
        columns = self.columns
        passing = self.open[columns.schedule] & columns.alive & columns.serving
        found = bytearray(passing.astype(np.uint8).tobytes())
        asked = set(self.facts.closings)
        if self.evidence:
            asked |= self.facts.doubted
        for row in asked:
            if row < len(found) and columns.alive[row] and columns.serving[row]:
                found[row] = ASK
        return found

    def ask(self, rows: Iterable[int]) -> None:
        """Have rows asked one by one from now on: a doubt came in."""
        for row in rows:
            if row < len(self.passes) and self.columns.alive[row] and self.columns.serving[row]:
                self.passes[row] = ASK

    def does_pass(self, row: int, now: datetime) -> bool:
        """Return whether a row passes."""
        found = self.passes[row]
        return self.verdict(row, now).passes if found == ASK else found == YES

    def verdict(self, row: int, now: datetime) -> Verdict:
        """Return the verdict of a row that is alive: equal to `board.live` at an instant of this moment."""
        if not self.columns.serving[row]:
            return OUT_OF_SERVICE
        signs = self.facts.signs.get(row, ()) if self.evidence else ()
        closings = self.facts.closings.get(row, ())
        schedule = self.columns.schedule[row]
        if not signs and not closings:
            return self.plain[schedule]
        now_us = micros(now)
        said = self._said.get(row)
        if said and said[0] is signs and said[1] is closings and said[2] <= now_us < said[3]:
            return said[4]
        past = [sign for sign in signs if sign.at > now - DAY]
        verdict = judge(now, self.posted[schedule], past, self.facts.shut(row, now), self.weights)
        self._said[row] = (signs, closings, now_us, self._holds_until(signs, closings, now), verdict)
        return verdict

    def said(self, row: int, now: datetime, say: Callable[[Verdict], bytes]) -> bytes:
        """Return a row's verdict as `say` puts it; each distinct verdict is put into words once."""
        verdict = self.verdict(row, now)
        found = self._words.get(id(verdict))
        if found is None or found[0] is not verdict:
            if len(self._words) > 50_000:
                self._words.clear()
            found = self._words[id(verdict)] = verdict, say(verdict)
        return found[1]

    def _holds_until(self, signs: Sequence[Sign], closings: Sequence[Closing], now: datetime) -> int:
        found = breaks(now, signs, self.weights, DAY)
        for closing in closings:
            found += [at for at in (closing.starts_at, closing.ends_at) if at and at > now]
        return min([micros(at) for at in found] + [self.until_us])

    def tree(self, kind: str, trees: Trees) -> tuple[Tree, float]:
        """Return the tree to ask for a facility with the share of it that passes.

        Where few pass and many ask, a tree of those that do is grown for the rest of this moment.
        """
        found = self._trees.get(kind)
        if found is None:
            tree = trees.tree(kind)
            found = tree, self.share(kind, tree.rows)
            if found[1] >= FEW or tree.size < SMALL:
                self._trees[kind] = found
            elif self._asked[kind] >= OFTEN:
                rows = tree.rows[np.frombuffer(self.passes, np.uint8)[tree.rows] != NO]
                found = self._trees[kind] = Tree(self.columns, rows), 0.98
            self._asked[kind] += 1
        return found

    def share(self, kind: str, rows: npt.NDArray[np.intp]) -> float:
        """Return which part of a tree's rows passes, roughly: how many neighbours to ask for."""
        found = self._shares.get(kind)
        if found is None:
            passing = np.frombuffer(self.passes, np.uint8)[rows] == YES
            found = self._shares[kind] = max(float(passing.mean()) if len(rows) else 1.0, 1e-4)
        return found


def _stop_changes(timetables: Iterable[list[list[Any]]], now: datetime) -> Iterable[datetime]:
    """The next minutes at which a mobile station comes or goes."""
    local = now.astimezone(SHANGHAI)
    start = datetime.combine(local.date(), time(0), SHANGHAI)
    for stops in timetables:
        for stop in stops:
            for minute in (stop[2], stop[3]):
                at = start + timedelta(minutes=minute)
                yield at if at > now else at + timedelta(days=1)
