"""What can be wrong with a release or a question to a feed? One sentence for each code."""

from collections.abc import Mapping
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _


class FeedError(XiaojiaError):
    """A verb of this room, or a question of a program, was refused."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not_found": _("没有找到这条审核记录，或者你无权办理。"),
        "already_released": _("已有一条有效的审核记录，坐标已经公开。要换文件，请先撤回原来的。"),
        "no_authority": _("请填写审核机关。"),
        "no_document": _("请填写审核文件的文号，照文件上写的填。"),
        "no_scope": _("请写明审核同意公开的内容。"),
        "in_the_future": _("审核日期不能晚于今天。"),
        "no_reason": _("请写明原因。"),
        "bad_parameter": _("参数 %(name)s 看不懂。"),
        "no_such": _("没有这个编号。"),
        "busy": _("现在取全部数据的人太多，请稍后再试，或者分页读取。"),
    }
    status = 400


class NotReleased(XiaojiaError):
    """The feeds with coordinates are closed: no release approval is in force."""

    status = 404
    sentences: ClassVar[Mapping[str, str]] = {
        "not_released": _("本单位尚未公开站点坐标：信息发布审核通过并登记后才会开放。"),
    }

    def __init__(self) -> None:
        super().__init__("not_released")
