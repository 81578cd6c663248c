"""What is each field of a station called on the desk? Chinese message ids, for forms, conflicts and the history."""

from xiaojia.lib.errors import gettext_noop as _

FIELDS = {
    "name": _("名称"),
    "brand": _("品牌"),
    "aliases": _("别名"),
    "org": _("所属组织"),
    "division": _("行政区"),
    "host": _("共建单位"),
    "host_type": _("依托单位类型"),
    "build_kind": _("建设方式"),
    "mobility": _("固定或流动"),
    "running_mode": _("运营方式"),
    "status": _("状态"),
    "address": _("地址"),
    "street": _("乡镇街道"),
    "district_named": _("原表所写的区"),
    "area_m2": _("面积（平方米）"),
    "capacity": _("可坐人数"),
    "floor": _("楼层"),
    "street_side": _("临街"),
    "access": _("怎么进"),
    "access_note": _("进门说明"),
    "attended": _("有人值守"),
    "public_phone": _("对外电话"),
    "description": _("简介"),
    "services": _("服务项目"),
    "built_on": _("建成日期"),
    "accepted_on": _("验收日期"),
    "lng": _("经度"),
    "lat": _("纬度"),
    "received_x": _("收到的经度"),
    "received_y": _("收到的纬度"),
    "received_datum": _("收到的坐标系"),
    "position_source": _("位置来源"),
    "position_flags": _("位置标记"),
    "hours": _("开放时间"),
    "hours_text": _("开放时间原文"),
    "hours_note": _("原文没读懂的地方"),
    "stops": _("停靠点"),
}

QUIET = frozenset({"hours_osm", "received_x", "received_y"})
"""Fields that another field already tells."""

DATUMS = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
FLAGS = {
    "border": _("在区界线附近"),
    "nowhere": _("不在任何区县内"),
}


DETAILS = {
    "stations": _("站点数"),
    "filters": _("筛选"),
    "reason": _("原因"),
    "starts_at": _("从"),
    "ends_at": _("到"),
    "on": _("日期"),
    "photo": _("照片"),
    "standard": _("标准"),
    "effective_on": _("从哪天起"),
    "dropped": _("并入的编号"),
    "kept": _("合并到"),
    "verified": _("现场核实"),
    "target": _("改成"),
    "role": _("身份"),
    "items": _("条目数"),
    "path": _("组织路径"),
    "roles": _("身份"),
    "source": _("出处"),
    "purpose": _("用途"),
    "years": _("年份"),
    "year": _("年份"),
    "form": _("形式"),
    "codes": _("编号"),
    "lines": _("行数"),
    "kind_of": _("组织类型"),
    "replaced": _("换掉了原来的"),
}
"""Details of audit lines, beside the fields."""

CODES = {
    "main": _("负责"),
    "backup": _("替补"),
    "host": _("共建单位"),
    "print": _("打印页"),
    "territorial": _("地方工会"),
}
"""Codes that stand in audit lines, in words."""


def field_label(field: str) -> str:
    """Return the message id of a field's name; of a facility's fact, its key stays for the caller to name."""
    return FIELDS.get(field, field)
