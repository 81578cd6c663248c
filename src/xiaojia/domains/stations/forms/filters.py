"""Which filters and columns does the desk's list know? The address carries the filters, a cookie the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xiaojia.domains.stations.models import Standard, Station
from xiaojia.domains.stations.rules.words import STATE_LABELS

COLUMNS_COOKIE = "xj_columns"
KEYS = ("q", "org", "division", "status", "state", "gap", "unverified", "hours", "position", "build", "host_type",
        "mobility", "access")  # fmt: skip
FIRST = ("division", "status", "state", "gap")


@dataclass(frozen=True)
class Filter:
    """One select: its key, the words when it does not filter, its options and the value chosen."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str

    @property
    def chosen(self) -> str:
        return next((text for key, text in self.options if key == self.value), "")


def read(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the filters of an address that are set, with the sort."""
    found = {key: str(data.get(key) or "").strip()[:80] for key in (*KEYS, "sort")}
    return {key: value for key, value in found.items() if value}


def filters(
    values: Mapping[str, str], *, orgs: Sequence[Any], divisions: Sequence[Any], standard: Standard | None
) -> list[Filter]:
    """Return the selects with their options in the page's language."""
    items = [(item.label, item.label) for item in standard.items.all()] if standard else []
    days = [("7", _("7 天没核实")), ("30", _("30 天没核实")), ("90", _("90 天没核实")), ("never", _("从未核实"))]
    states = [*((str(key), _(text)) for key, text in STATE_LABELS.items()), ("out", _("不在运行"))]
    table: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("division", _("全部区"), [(row.code, row.name) for row in divisions]),
        ("status", _("状态"), _choices(Station.Status)),
        ("state", _("现在"), states),
        (
            "gap",
            _("标准缺项"),
            [("any", _("有缺项")), *((key, _("缺 %(item)s") % {"item": text}) for key, text in items)],
        ),
        ("org", _("所属组织"), [(str(row.pk), row.name) for row in orgs]),
        ("unverified", _("核实"), days),
        ("hours", _("开放时间"), [("none", _("没有开放时间")), ("unparsed", _("只有原文，没读懂"))]),
        (
            "position",
            _("位置"),
            [("none", _("待定位")), ("border", _("在区界线附近")), ("nowhere", _("不在任何区县内"))],
        ),
        ("build", _("建设方式"), _choices(Station.BuildKind)),
        ("host_type", _("依托单位类型"), _choices(Station.HostType)),
        ("mobility", _("固定或流动"), _choices(Station.Mobility)),
        ("access", _("怎么进"), _choices(Station.Access)),
    ]
    return [Filter(key, label, tuple(options), values.get(key, "")) for key, label, options in table]


def _choices(kind: Any) -> list[tuple[str, str]]:
    return [(value, _(str(text))) for value, text in kind.choices]


COLUMNS = ("district", "mode", "standard", "verified", "visits", "org", "hours", "address", "area", "updated")
SHOWN = ("district", "mode", "standard", "verified", "visits")


def column_labels() -> dict[str, str]:
    """Return the words of the optional columns, in their order."""
    return {
        "district": _("区"),
        "mode": _("建设方式"),
        "standard": _("建设标准"),
        "verified": _("最近核实"),
        "visits": _("上周人次"),
        "org": _("所属组织"),
        "hours": _("开放时间"),
        "address": _("地址"),
        "area": _("面积"),
        "updated": _("最近修改"),
    }


def columns(cookie: str) -> list[str]:
    """Return the optional columns to show, by the cookie or as shipped."""
    kept = [key for key in cookie.split("-") if key in COLUMNS]
    return kept if kept or cookie == "none" else list(SHOWN)


def columns_cookie(wanted: Sequence[str]) -> str:
    """Return the cookie's value for a choice of columns."""
    return "-".join(key for key in COLUMNS if key in wanted) or "none"
