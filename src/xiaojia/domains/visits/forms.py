"""What does a check-in form carry, and what do the office's filters mean? Shape and parsing only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy

from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.domains.visits.rules.hours import month_start
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop

PASS_LIFE_S = 10 * 60
"""A page opened by a rotating code may be tapped this long."""
LONGEST_DAYS = 400


@dataclass(frozen=True)
class Tap:
    """A posted check-in: its key, its pass, how long ago it was tapped, near or not, and how many came along."""

    key: UUID
    pass_text: str
    age_s: float = 0.0
    near: bool | None = None
    companions: int = 0


def read_tap(data: Mapping[str, str]) -> Tap:
    """Return the posted tap. Raises VisitError `bad_key`, `bad_number`."""
    try:
        key = UUID(data.get("key", ""))
    except ValueError as error:
        raise VisitError("bad_key") from error
    near = {"1": True, "0": False}.get(data.get("near", ""))
    return Tap(key, data.get("pass", ""), seconds(data.get("age_s", "")), near, number(data.get("people", "")))


def seconds(text: str) -> float:
    """Return a non-negative number of seconds; what is no number counts as now."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e9 else 0.0


def number(text: str) -> int:
    """Return how many came along; nothing typed is 0. Raises VisitError `bad_number`."""
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise VisitError("bad_number", params={"cap": 20}, fields={"people": gettext_noop("请填数字")})
    return int(text)


@dataclass(frozen=True)
class Asked:
    """The office's filters: from which day to which, whose stations, on which ground, one station."""

    first: date
    last: date
    org: int | None = None
    division: str = ""
    station: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def read_asked(data: Mapping[str, str], today: date) -> Asked:
    """Return the filters of an address; without dates the last 30 days. Wrong values are left out, never guessed."""
    month = data.get("month", "")
    first, last = parse_day(data.get("from", "")), parse_day(data.get("to", ""))
    start = parse_day(f"{month}-01")
    if start:
        first, last = start, month_start(start, 1) - timedelta(days=1)
    last = min(last or today, today)
    first = first or last - timedelta(days=29)
    if first > last:
        first, last = last, first
    first = max(first, last - timedelta(days=LONGEST_DAYS - 1))
    org = data.get("org", "")
    return Asked(
        first, last, int(org) if org.isascii() and org.isdecimal() and len(org) < 10 else None,
        plain(data.get("division", ""), 6), plain(data.get("station", ""), 16),
    )  # fmt: skip


def plain(text: str, most: int) -> str:
    """Return the letters, digits and hyphens of a code; nothing else belongs into one."""
    return re.sub(r"[^0-9A-Za-z-]", "", text)[:most]


def parse_day(text: str) -> date | None:
    """Return a day written as 2026-11-24, or None."""
    try:
        return parse_date(text)
    except ValueError:
        return None


class EarlierForm(forms.Form):
    """A figure from before the system: whose, from when to when, how many, and where it stands written."""

    org = forms.ModelChoiceField(label=gettext_lazy("工会"), queryset=Organisation.objects.none(), empty_label=None)
    first_day = forms.DateField(
        label=gettext_lazy("从哪天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("到哪天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    visits = forms.IntegerField(label=gettext_lazy("人次数"), min_value=0, max_value=2_000_000_000)
    source = forms.CharField(
        label=gettext_lazy("数字的来源"),
        max_length=200,
        help_text=gettext_lazy("比如“2023年度总结”“工人日报2023-11-20”。"),
    )

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]
