"""What can be wrong with a check-in? One sentence for each code, in the words of the people who use it."""

from collections.abc import Mapping
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _


class VisitError(XiaojiaError):
    """A check-in or an entry was refused; nothing was counted."""

    sentences: ClassVar[Mapping[str, str]] = {
        "bad_key": _("这一页不完整。请再扫一次门口的码。"),
        "too_old": _("这一笔放了一天以上，已经不能补记了。"),
        "removed": _("“%(name)s”已经撤销，不再记录。看看附近别的站点。"),
        "bad_number": _("请填 1 到 %(cap)s 之间的人数。"),
        "group_cap": _("一次最多记 %(cap)s 位同来的人。人更多的话，请让站点补记。"),
        "keeper_cap": _("今天最多补记 %(cap)s 人次，还可以补记 %(left)s 人次。"),
        "too_fast": _("点得太快了，请等 %(wait_s)s 秒再试。刚才记下的不会丢。"),
        "too_many_here": _("这会儿来的人太多了，请等 %(wait_s)s 秒再点一次。"),
        "not_now": _("系统正在恢复，请等 %(wait_s)s 秒再点一次。重复点只记一次。"),
        "wrong_code": _("这个码和站点对不上。请直接扫门口牌子上的码。"),
        "no_address": _("还没有设置对外网址（XIAOJIA_URL），牌子上的码扫了打不开。请系统管理员设置好再印。"),
        "no_font": _(
            "这台服务器没有中文字体，做不了 PDF。请用“打印”或下载 SVG；或请系统管理员安装字体（Debian：fonts-noto-cjk）。"
        ),
        "not_found": _("没有找到这个工会，或者你无权办理。"),
        "no_source": _("请写明数字的来源，比如“2023年度总结”。"),
        "ends_before_start": _("结束日期早于开始日期，请改一下。"),
        "negative": _("人次不能是负数。"),
        "no_station": _("没有这个编号的站点，或者这个密钥不管它。"),
        "station_removed": _("这个站点已经撤销，不再记录。"),
        "nothing_chosen": _("没有选中任何站点。"),
    }
    status = 400


class TooFast(VisitError):
    """Not at this moment: a rate limit was reached; `wait_s` says when to come back."""

    status = 429

    def __init__(self, code: str, wait_s: int) -> None:
        super().__init__(code, params={"wait_s": wait_s})
        self.wait_s = wait_s


class NotNow(TooFast):
    """The database does not answer; the same tap may come again."""

    status = 503

    def __init__(self, wait_s: int = 5) -> None:
        super().__init__("not_now", wait_s)


class NoStation(VisitError):
    """A program named a station that is not there, not its own, or gone."""

    def __init__(self, code: str, *, status: int = 404) -> None:
        super().__init__(code)
        self.status = status
