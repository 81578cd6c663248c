"""How long is something kept, why, and by which law may that be longer or shorter? One term as every room declares it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LOG_LEAST_DAYS = 184
"""Network logs are kept for six months at least: 网络安全法 article 23 item 3 as in force since 2026-01-01 (article 21 before),
"按照规定留存相关的网络日志不少于六个月". The longest six months, from March 1 and from July 1, have 184 days."""
ASSESSMENT_LEAST_DAYS = 3 * 366
"""Impact assessments and records of processing are kept for three years at least (个人信息保护法 article 56)."""

Due = Callable[[datetime], int]
"""How many rows are older than the moment?"""
Clear = Callable[[datetime, int], int]
"""Delete, or make impersonal, at most so many rows older than the moment, in one transaction; return how many."""


@dataclass(frozen=True)
class Term:
    """One kind of data with its term. `title`, `why` and `basis` are message ids; `least` and `most` bound a change.

    `from_` says from when the days run. A term of 0 days means: as soon as it has ended.
    """

    key: str
    title: str
    why: str
    from_: str
    basis: str
    days: int
    least: int
    most: int
    due: Due
    clear: Clear

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.days <= self.most:
            raise ValueError(f"{self.key}: {self.days} days lie outside {self.least}–{self.most}")

    def cutoff(self, now: datetime, days: int | None = None) -> datetime:
        """Return the moment before which rows are due."""
        return now - timedelta(days=self.days if days is None else days)
