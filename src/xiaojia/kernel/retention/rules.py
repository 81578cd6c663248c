"""What may a term be changed to, and what can be refused in this room?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

VERBS = {
    "retention.term_changed": _("修改保存期限"),
    "retention.ran": _("到期数据已清理"),
    "retention.person_exported": _("导出个人信息"),
    "retention.person_read": _("查看个人信息"),
    "retention.person_forgotten": _("删除个人信息"),
}
REASONS: dict[str, str] = {
    "asked": _("本人提出"),
    "done": _("处理目的已经实现"),
    "withdrawn": _("本人撤回同意"),
    "wrong": _("登记有误"),
}
"""Why a person's data are deleted (个人信息保护法 articles 44 and 47)."""
FORGOTTEN = "已删除人员"


class RetentionError(XiaojiaError):
    """A change of a term, or a deletion, was refused."""

    sentences: ClassVar[Mapping[str, str]] = {
        "unknown_term": _("没有这一项保存期限。"),
        "too_short": _("不能少于%(least)s天：%(basis)s"),
        "too_long": _("不能多于%(most)s天：%(basis)s"),
        "in_the_past": _("生效日期不能早于今天：已经执行的期限不能改。"),
        "date_taken": _("这一天已有一条规定，请换一个生效日期。"),
        "no_reason": _("请写一句为什么改。"),
        "still_needed": _("还不能删除：%(why)s"),
        "bad_reason": _("请选删除的原因。"),
        "not_found": _("没有找到此人，或者不归你管理。"),
    }
    status = 400


@dataclass(frozen=True)
class Dated:
    """One dated length of a term."""

    days: int
    effective_on: date


def days_on(term: Term, versions: Iterable[Dated], on: date) -> int:
    """Return the days that count on a day: the latest version in force, else the term's own; never outside its bounds."""
    in_force = [row for row in versions if row.effective_on <= on]
    days = max(in_force, key=lambda row: row.effective_on).days if in_force else term.days
    return min(max(days, term.least), term.most)


def check_change(term: Term, *, days: int, effective_on: date, reason: str, today: date) -> None:
    """Raise RetentionError unless the term may have so many days from that day on."""
    params = {"least": term.least, "most": term.most, "basis": term.basis}
    if days < term.least:
        raise RetentionError("too_short", params=params, fields={"days": _("太短")})
    if days > term.most:
        raise RetentionError("too_long", params=params, fields={"days": _("太长")})
    if effective_on < today:
        raise RetentionError("in_the_past", fields={"effective_on": _("早于今天")})
    if not reason.strip():
        raise RetentionError("no_reason", fields={"reason": _("请写一句为什么改。")})


RUN_AT_MIN = 19 * 60 + 41
"""The nightly run in minutes of the UTC day: 19:41 UTC is 03:41 in Shanghai."""


def next_run(now: datetime) -> datetime:
    """Return when the nightly job comes next (UTC)."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=RUN_AT_MIN)
    return today if today > now else today + timedelta(days=1)
