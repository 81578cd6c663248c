"""What is said about a row of a station sheet? One sentence for each code."""

from typing import Any

from xiaojia.kernel.imports.rules import Issue
from xiaojia.lib.errors import gettext_noop as _

SENTENCES = {
    "half_position": _("经度和纬度只有一个，请补全或都留空。"),
    "swapped": _("经度和纬度写反了：经度%(lng)s应是纬度，纬度%(lat)s应是经度。请把两列对调。"),
    "not_in_china": _("坐标（%(lng)s, %(lat)s）不在中国范围内，请核对是否少写或多写了数字。"),
    "unplaced": _("没有坐标：先进入待定位清单，之后可在地图上点选、粘贴坐标，或由站点现场确定。"),
    "zero_position": _("坐标是0，当作没有填；先进入待定位清单。"),
    "unknown_district": _("没有“%(word)s”这个区县。%(near)s写法不同的、是开发区的，都可以在“说明”里回答一次。"),
    "ambiguous_district": _("“%(word)s”可能是%(names)s，请写全称（带上所在的市）。"),
    "no_district": _("没有写区县，也没有坐标，暂时不能归到区县。"),
    "ask_zone": _("“%(word)s”不是有代码的区县，请先说明它落在哪些区县。"),
    "skipped_word": _("“%(word)s”的行按你的选择先不导入。"),
    "wrong_district": _("写的是“%(named)s”，坐标却落在%(found)s，离%(named)s约%(km)s公里。请核对地址和坐标。"),
    "wrong_zone": _("写的是“%(named)s”（在%(ground)s），坐标却落在%(found)s，相距约%(km)s公里。请核对地址和坐标。"),
    "border": _("坐标落在%(found)s，离“%(named)s”边界约%(m)s米：按“%(named)s”导入，并标记待核对。"),
    "border_geocoded": _(
        "坐标落在%(found)s，离“%(named)s”边界约%(m)s米。它是按地址解析的，只准到街道，%(limit)s米以内先按“%(named)s”导入，并标记待核对。"
    ),
    "out_of_place": _("坐标不在%(place)s范围内，请核对。"),
    "key_twice": _("原编号“%(key)s”和第%(number)s行重复，请改成不同的编号。"),
    "code_twice": _("系统编号“%(key)s”和第%(number)s行重复。"),
    "unknown_code": _("没有编号为“%(code)s”的站点；新站点请把系统编号留空。"),
    "like_row": _("和第%(number)s行“%(name)s”很像（把握%(percent)s%%），请选择：同一个，还是另一个。"),
    "like_station": _("和已有的%(code)s“%(name)s”很像（把握%(percent)s%%），请选择：同一个，还是另一个。"),
    "same_as_row": _("与第%(number)s行是同一个站点，不再导入。"),
    "mobile_dropped": _("电话里有%(count)s个手机号，没有放进对外电话。站点负责人的手机号不公开。"),
    "hours_not_understood": _("开放时间“%(text)s”没有看懂：原文保留，时间待人工补填。"),
    "unknown_facility": _("设施“%(words)s”不认识，没有导入。"),
    "unknown_owner": _("没有“%(word)s”这个工会。%(near)s请改名称或留空。"),
    "both_changed": _("“%(label)s”在系统里已改成“%(current)s”，这次会按表格改成“%(wanted)s”。"),
    "datum_doubt": _(
        "这份表的坐标更像是%(better)s：按它算有%(better_rows)s行落在所写的区县里，按所选的%(stated)s只有%(stated_rows)s行（共%(rows)s行）。"
        "没有自动改动，请核对后重选。"
    ),
    "datum_title": _("列名“%(title)s”写着%(named)s，选择的却是%(stated)s，请核对。"),
    "touched": _("导入后有人改过（现在是第%(version)s版），没有撤销。"),
    "in_use": _("导入后已有登记、反映或照片等记录，没有删除。"),
    "gone": _("已经不在了。"),
}
DATUM_NAMES = {"gcj02": "GCJ-02（高德、腾讯）", "bd09": "BD-09（百度）", "wgs84": "WGS-84（GPS、天地图）"}


def issue(code: str, field: str = "", /, **params: Any) -> Issue:
    """Return what is said about a row, by its code."""
    return Issue(code, SENTENCES[code], params, field)


def near_text(names: list[str]) -> str:
    """Return "相近的有…。" or nothing."""
    return f"相近的有{'、'.join(names)}。" if names else ""
