"""Which words stand for states, reasons and ways in? Chinese message ids; pages translate them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from xiaojia.domains.stations.rules.state import Reason, State, Verdict
from xiaojia.lib.errors import gettext_noop as _

SHANGHAI = ZoneInfo("Asia/Shanghai")

STATE_LABELS = {
    State.CONFIRMED: _("开放中"),
    State.POSTED: _("按公示时间开放"),
    State.UNKNOWN: _("待确认"),
    State.CLOSED: _("未开放"),
}

REASONS = {
    Reason.KEEPER_PROOF: _("%(age)s站点扫码核实"),
    Reason.VISIT_PROOF: _("%(age)s有人进去过"),
    Reason.IN_HOURS: _("今天还没有人核实"),
    Reason.NO_HOURS: _("还不知道开放时间"),
    Reason.DAY_UNKNOWN: _("这一天放不放假还没有通知"),
    Reason.ONE_REPORT: _("%(age)s有人反映进不去，核实中"),
    Reason.OUT_OF_HOURS: _("不在开放时间内"),
    Reason.CLOSURE: _("临时关闭：%(words)s"),
    Reason.KEEPER_CLOSED: _("%(age)s站点已关门"),
    Reason.REPORTS: _("%(age)s起多人反映进不去"),
    Reason.NOT_IN_SERVICE: _("暂停服务"),
}

ACCESS_WORDS = {
    "free": _("不用登记，直接进"),
    "ask": _("跟工作人员说一声"),
    "scan": _("扫码进"),
    "members": _("会员进"),
    "customers": _("本单位顾客"),
    "": _("怎么进还不清楚"),
}


def reason_id(verdict: Verdict) -> str:
    """Return the message id of the verdict's reason, with %(age)s and %(words)s still open."""
    return REASONS[verdict.reason]


def change_id(verdict: Verdict) -> str:
    """Return the message id of what changes next, with %(when)s open; "" when nothing is known to change.

    "18:30 结束" while it is open, "14:00 开" while it is closed, "到时待确认" when the next state is unknown.
    """
    if verdict.next_at is None:
        return ""
    if verdict.becomes == "unknown":
        return _("%(when)s 起待确认")
    if verdict.state in (State.CONFIRMED, State.POSTED):
        return _("%(when)s 结束")
    return _("%(when)s 开") if verdict.becomes == "open" else ""


def local(at: datetime) -> datetime:
    """Return an instant as Asia/Shanghai shows it."""
    return at.astimezone(SHANGHAI)
