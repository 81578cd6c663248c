"""What does one web process know of all public stations? Columns, trees, facts, and the states of the moment."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from xiaojia.domains.stations.queries.resident.columns import Columns, Floats, build, read_all, read_some, replaced
from xiaojia.domains.stations.queries.resident.facts import Evidence, Facts, Rules, micros
from xiaojia.domains.stations.queries.resident.moments import Moment
from xiaojia.domains.stations.queries.resident.trees import Trees
from xiaojia.kernel.calendar.queries import read_table
from xiaojia.lib.workdays import DayTable

REGROW = 300
"""So many changed rows are compared one by one; with more the trees are grown anew."""
GRACE = timedelta(seconds=1)
"""A request that began a little before the moment was made takes it as it is."""
AHEAD = timedelta(seconds=3)


class Index:
    """Columns, trees and facts. A change of records makes a new index (`changed`); evidence is added in place.

    `loose`: rows that the trees do not know as they are now, compared one by one.
    """

    def __init__(self, columns: Columns, facts: Facts, table: DayTable, trees: Trees, loose: frozenset[int]) -> None:
        self.columns, self.facts, self.table, self.trees, self.loose = columns, facts, table, trees, loose
        self.just_changed: frozenset[int] = frozenset()
        self._moment: Moment | None = None
        self._coming: Moment | None = None
        self._others: dict[int, Moment] = {}
        self._lock = threading.Lock()
        self.accesses = {text: number for number, text in enumerate(columns.accesses.texts)}

    @classmethod
    def load(cls, now: datetime) -> "Index":
        """Read everything: one pass over stations, evidence of a day, closures, rules and the day table."""
        columns = build(read_all())
        facts = Facts(len(columns), Rules())
        facts.read_closings(columns, now)
        facts.read_evidence(columns, now)
        made = cls(columns, facts, read_table(), Trees(columns), frozenset())
        made.trees.grow_all()
        return made

    def changed(self, ids: Sequence[UUID], now: datetime) -> "Index":
        """Return an index in which some stations are as they are stored now."""
        columns, rows = replaced(self.columns, ids, read_some(ids))
        self.facts.grow(len(columns))
        self.facts.read_closings(columns, now, ids)
        made = Index(columns, self.facts, self.table, self.trees, self.loose | set(rows))
        made.just_changed = frozenset(rows)
        return made

    def grown_trees(self) -> Trees:
        """Return trees that know every row as it is now."""
        trees = Trees(self.columns)
        trees.grow_all()
        return trees

    def with_trees(self, trees: Trees, loose: frozenset[int]) -> "Index":
        """Return the same index with other trees, which know all rows but the loose ones."""
        return Index(self.columns, self.facts, self.table, trees, loose)

    def with_table(self, table: DayTable) -> "Index":
        """Return the same index with another day table, all states to be judged anew."""
        return Index(self.columns, self.facts, table, self.trees, self.loose)

    def add(self, evidence: Iterable[Evidence], now: datetime) -> None:
        """Take evidence in."""
        doubted = self.facts.add(self.columns, evidence, now)
        for moment in (self._moment, self._coming):
            if doubted and moment:
                moment.ask(doubted)

    def moment(self, now: datetime) -> Moment:
        """Return the states at an instant with evidence; instants are expected to go forward."""
        found = self._moment
        if found and found.now - GRACE <= now < found.until:
            return found
        with self._lock:
            found = self._moment
            if found and found.now - GRACE <= now < found.until:
                return found
            coming, self._coming = self._coming, None
            if coming and coming.now <= now < coming.until:
                self._moment = coming
                return coming
            made = Moment(self.columns, self.facts, now, self.table)
            if found is None or found.until <= now:
                self._moment = made
            return made

    def prepare(self, now: datetime) -> None:
        """Judge the coming moment a little before it begins, so that no request waits for it."""
        found = self.moment(now)
        if found.until - now < AHEAD and self._coming is None:
            made = Moment(self.columns, self.facts, found.until, self.table)
            with self._lock:
                self._coming = made

    def moment_at(self, at: datetime) -> Moment:
        """Return the posted hours and closures at another instant, without evidence."""
        found = self._others.get(micros(at))
        if found is None:
            if len(self._others) > 2:
                self._others.clear()
            found = self._others[micros(at)] = Moment(self.columns, self.facts, at, self.table, evidence=False)
        return found

    @cached_property
    def code_ranks(self) -> Floats:
        """Numbers that order all rows by code."""
        return self.columns.code_ranks()

    def place(self, moment: Moment, row: int) -> tuple[float | None, float | None]:
        """Return where a station stands at a moment, in WGS-84; (None, None) = not known."""
        stop = moment.places.get(row)
        if stop:
            return stop[4], stop[5]
        lng = float(self.columns.lng[row])
        return (None, None) if lng != lng else (lng, float(self.columns.lat[row]))  # noqa: PLR0124
