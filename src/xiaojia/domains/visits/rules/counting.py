"""What is the one official 人次? Sources are kept apart; a dated rule (统计口径) says which of them count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiaojia.lib.errors import gettext_noop as _

SOURCES = ("qr", "code", "group", "keeper", "api")
PUBLIC_FLOOR = 5
"""Below this many visits a day the public page shows no number."""


@dataclass(frozen=True)
class Rule:
    """One version of the counting rule; `counts` are the sources that make up the official figure."""

    name: str
    effective_on: date
    counts: frozenset[str]
    group_cap: int
    keeper_cap_day: int
    note: str = ""


NOTE = _("扫码、动态码、同来人数、站点补记都计入；同一设备在同一站点一个钟点只计一次；系统启用前的数字另列。")
FIRST = Rule("2026-1", date(2000, 1, 1), frozenset(("qr", "code", "group", "keeper")), 20, 50, NOTE)
"""The rule shipped with the product; it also stands in where a union has deleted every rule."""


def rule_on(day: date, rules: Sequence[Rule]) -> Rule:
    """Return the rule in force on a day: the latest that began by then, else the earliest there is."""
    begun = [rule for rule in rules if rule.effective_on <= day]
    if begun:
        return max(begun, key=lambda rule: rule.effective_on)
    return min(rules, key=lambda rule: rule.effective_on, default=FIRST)


@dataclass(frozen=True)
class Count:
    """The official figure with all its parts: people by source, the rules' names, what the rules leave out."""

    official: int
    parts: Mapping[str, int]
    rules: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The names of the rules that were in force, in order."""
        return "、".join(self.rules)


def count(days: Iterable[tuple[date, str, int]], rules: Sequence[Rule]) -> Count:
    """Return the official figure of (day, source, people) rows, each day by the rule of that day."""
    parts = dict.fromkeys(SOURCES, 0)
    left_out: dict[str, int] = {}
    used: dict[str, date] = {}
    official = 0
    for day, source, people in days:
        rule = rule_on(day, rules)
        used[rule.name] = rule.effective_on
        parts[source] = parts.get(source, 0) + people
        if source in rule.counts:
            official += people
        else:
            left_out[source] = left_out.get(source, 0) + people
    return Count(official, parts, tuple(sorted(used, key=lambda name: used[name])), left_out)


def shown_in_public(visits: int) -> int | None:
    """Return the number for a public page, or None where it is too small to be shown."""
    return visits if visits >= PUBLIC_FLOOR else None


def spans(first: date, last: date, rules: Sequence[Rule]) -> list[tuple[date, date, Rule]]:
    """Return the stretches of a period that stand under one rule each, in order, both days included."""
    starts = sorted({rule.effective_on for rule in rules if first < rule.effective_on <= last} | {first})
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last]
    return [(start, end, rule_on(start, rules)) for start, end in zip(starts, ends, strict=True)]
