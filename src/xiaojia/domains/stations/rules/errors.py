"""What can be wrong with a station? One sentence for each code, in the words of the people who use it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _


class StationError(XiaojiaError):
    """A verb on a station was refused."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not_found": _("没有找到这个站点，或者你无权办理。"),
        "no_name": _("请填写站点名称。"),
        "no_reason": _("请写明原因。"),
        "ends_before_start": _("结束时间早于开始时间，请改一下。"),
        "already_over": _("结束时间已经过去了，请改一下。"),
        "nothing_chosen": _("没有选中任何站点。"),
        "same_station": _("要合并的两个站点是同一个。"),
        "removed": _("“%(name)s”已摘牌，不能再改。"),
        "unknown_field": _("没有“%(field)s”这一项。"),
        "unknown_kind": _("没有“%(kind)s”这种设施。"),
        "mobile_phone": _("“%(phone)s”像是手机号。对外电话请填固定电话，站点负责人的手机号不公开。"),
        "bad_choice": _("“%(value)s”不是可选的值。"),
        "out_of_range": _("“%(value)s”超出范围，请核对。"),
        "bad_standard": _("这个标准已在使用，不能修改；请新增一个版本。"),
        "link_over": _("这个二维码已用过或已过期，请在办公端重新生成。"),
        "no_station": _("没有这个编号的站点。"),
        "station_removed": _("这个站点已摘牌。"),
        "not_your_station": _("这台设备不属于这个站点。"),
    }
    status = 400


class StationConflict(StationError):
    """Somebody else changed the same fields meanwhile; nothing was written.

    `theirs` is the station as it is now; `changes` is {field: [mine, theirs]}.
    """

    status = 409
    sentences: ClassVar[Mapping[str, str]] = {
        "conflict": _("你编辑的时候，别人已经改了同样的几项。两边的内容都在下面，请选一个。"),
    }

    def __init__(self, theirs: Any, changes: dict[str, list[Any]]) -> None:
        super().__init__("conflict")
        self.theirs, self.changes = theirs, changes


class CursorError(StationError):
    """The place in the feed of changes that a reader named is of no use."""

    sentences: ClassVar[Mapping[str, str]] = {
        "bad_cursor": _("cursor 不对。请原样传回上次得到的 cursor；要从头同步，就不要传 cursor。"),
        "cursor_over": _("这个 cursor 已失效：数据恢复过，或者隔得太久。请不传 cursor，从头同步一次。"),
    }

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.status = 410 if code == "cursor_over" else 400
