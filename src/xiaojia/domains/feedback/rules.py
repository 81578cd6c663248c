"""What may be reported, how often, and what is it called? Tables and limits; no clock of its own."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

NO_COOKIE_DEVICE = b"no-cookie-device"
TEXT_LIMIT = 300
DESK_DAYS = 7

KINDS: dict[str, tuple[str, str]] = {
    "no_entry": (_("进不去"), "lock"),
    "broken": (_("坏了"), "tools"),
    "dirty": (_("不卫生"), "trash"),
    "wrong": (_("信息有误"), "edit"),
    "other": (_("其他"), "more"),
}
WHYS: dict[str, tuple[str, str]] = {
    "locked": (_("门锁了"), "door-closed"),
    "refused": (_("不让进"), "stop"),
    "app": (_("要下载App"), "export"),
    "not_found": (_("找不到"), "search"),
}
STATES: dict[str, str] = {"new": _("新"), "seen": _("已知悉"), "done": _("已处理")}
NEEDS_TEXT = frozenset({"wrong", "other"})
VERBS = {"feedback.seen": _("知悉问题"), "feedback.done": _("处理问题")}


class FeedbackError(XiaojiaError):
    """A report, or an answer to one, was refused."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not_found": _("没有找到这条问题，或者你无权办理。"),
        "no_kind": _("请选是什么问题。"),
        "no_why": _("请选为什么进不去。"),
        "no_facility": _("请选坏了的是什么。"),
        "no_text": _("请写一句是什么问题，好去改。"),
        "too_often": _("这部手机刚才报过好几次了，过一会儿再报。急的话打 12351。"),
        "no_answer": _("请写一句怎么处理的。"),
        "already_done": _("这条问题已经处理过了。"),
        "removed": _("这个站点已摘牌。"),
        "no_station": _("没有这个编号的站点，或者这个密钥不管它。"),
        "no_report": _("没有这个密钥提交过的这条问题。"),
    }
    status = 400


@dataclass(frozen=True)
class Rate:
    """At most `count` within `window_s` seconds."""

    count: int
    window_s: int


PER_DEVICE = Rate(6, 3600)
"""One phone: six reports an hour, over all stations (counted in the table)."""
PER_STATION = Rate(40, 3600)
"""One station: forty an hour, whoever sends them (counted in the table)."""
PER_ADDRESS = Rate(60, 600)
"""One address and process: sixty in ten minutes, so that one carrier's shared address is not locked out by a few."""


@dataclass
class Window:
    """Counts events by key over a sliding window; `allow` is safe under threads, keys beyond `keys_limit` fall off."""

    rate: Rate
    keys_limit: int = 10_000
    _seen: "OrderedDict[str, deque[float]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allow(self, key: str, now_s: float) -> bool:
        """Return whether one more event of `key` at `now_s` (seconds, any origin) fits, and count it if so."""
        with self._lock:
            times = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while times and times[0] <= now_s - self.rate.window_s:
                times.popleft()
            if len(self._seen) > self.keys_limit:
                self._seen.popitem(last=False)
            if len(times) >= self.rate.count:
                return False
            times.append(now_s)
            return True


def check(kind: str, why: str, facility: str, text: str) -> None:
    """Raise FeedbackError with the code of what is missing for this kind."""
    if kind not in KINDS:
        raise FeedbackError("no_kind")
    if kind == "no_entry" and why not in WHYS:
        raise FeedbackError("no_why")
    if kind == "broken" and not facility:
        raise FeedbackError("no_facility")
    if kind in NEEDS_TEXT and not text.strip():
        raise FeedbackError("no_text")
