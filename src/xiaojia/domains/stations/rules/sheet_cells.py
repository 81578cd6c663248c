"""What does one cell of a station sheet say, and in which words may it say so?"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from xiaojia.domains.stations.rules.seeds import KINDS
from xiaojia.lib.coordinates import parse_pair
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.sheets import parse_date, parse_number

Fact = dict[str, Any]

YES = frozenset(
    ["是", "有", "√", "✓", "✔", "y", "yes", "true", "1", "对", "具备", "已配", "已配备", "配有", "完好", "正常", "●"]
)
NO = frozenset(
    ["否", "无", "没有", "×", "x", "✗", "n", "no", "false", "0", "未配", "未配备", "缺", "不具备", "/", "-", "—", "〇"]
)
BROKEN = re.compile(r"坏|损|故障|待修|维修|不能用")
UNKNOWN = frozenset(["未知", "不详", "待核实", "?"])
MOBILE = re.compile(r"(?<![\d*])(\+?86[\s-]*)?1[3-9*][\d*xX]([\s-]?[\d*xX]){8}(?![\d*])")
_UNITS = re.compile(r"(?<=[\d\s])(平方米|平米|平方|㎡|m2|m²|人|个|座|位|平)$", re.IGNORECASE)
_SPLIT = re.compile(r"[、，,;；/|\n]+|\s{1,}")
_COUNT = re.compile(r"^(.*?)[x×*]?(\d{1,4})?(台|个|张|把|套|组|件|间|处)?$")

STATUS = {
    "planned": ("筹建", "筹建中", "在建", "规划", "规划中", "待建", "建设中"),
    "trial": ("试运行", "试营业", "试用"),
    "running": ("正常运行", "运行", "运行中", "正常", "开放", "启用", "在用", "营业", "已建成", "已挂牌"),
    "suspended": ("暂停服务", "暂停", "停用", "暂停开放", "装修"),
    "rectifying": ("整改", "整改中"),
    "removed": ("已摘牌", "摘牌", "撤销", "撤站", "关闭", "取消"),
}
BUILD_KIND = {"self": ("自建", "自有"), "co": ("共建", "合建", "联建", "共建共享")}
MOBILITY = {"fixed": ("固定", "固定式"), "mobile": ("流动", "移动", "流动式", "移动式")}
RUNNING_MODE = {
    "own": ("自行管理", "自管", "自营", "工会自管"),
    "host": ("共建单位管理", "共建单位", "依托单位管理", "委托管理"),
    "bought": ("工会购买服务", "购买服务", "第三方", "第三方运营"),
    "users": ("服务对象自主管理", "自主管理", "自助"),
}
ACCESS = {
    "free": ("不用登记，直接进", "直接进", "免登记", "自由进出", "开放", "无门禁"),
    "ask": ("跟工作人员说一声", "登记", "需登记", "告知工作人员"),
    "scan": ("扫码进", "扫码", "扫码开门", "门禁扫码"),
    "members": ("会员进", "会员", "工会会员"),
    "customers": ("本单位顾客", "顾客", "仅顾客"),
}
HOST_TYPE = {
    "union": ("工会自有", "工会", "职工之家", "职工服务中心", "工人文化宫"),
    "party_centre": ("党群服务中心", "党群", "党建"),
    "community": ("社区/便民服务中心", "社区", "便民服务中心", "社区服务中心", "村委会", "居委会", "街道"),
    "sanitation": ("环卫驿站", "环卫", "环卫所", "环卫中转站"),
    "bank": ("金融网点", "银行", "金融", "银行网点"),
    "insurance": ("保险网点", "保险"),
    "logistics": ("物流快递网点", "快递", "物流", "快递网点"),
    "shop": ("商场超市便利店", "商场", "超市", "便利店", "商超", "商店"),
    "pharmacy": ("药店", "药房", "大药房"),
    "hospital": ("医院", "卫生院", "诊所"),
    "fuel": ("加油加气充电站", "加油站", "加气站", "充电站"),
    "telecom": ("电信营业厅", "移动营业厅", "联通营业厅", "通信", "营业厅"),
    "post": ("邮政", "邮局", "邮政网点"),
    "power": ("供电营业厅", "供电", "电力", "供热", "供水"),
    "government": ("政务大厅", "政务服务中心", "行政服务中心", "机关"),
    "park": ("公园景区", "公园", "景区", "广场"),
    "transit": ("车站公交枢纽", "公交", "车站", "地铁", "公交枢纽"),
    "volunteer": ("志愿者服务站", "志愿", "志愿服务站"),
    "restaurant": ("餐饮住宿", "餐饮", "餐厅", "酒店", "饭店"),
    "bookshop": ("书店阅读空间", "书店", "阅读空间", "图书馆", "书舍"),
    "enterprise": ("企业", "公司", "企事业单位"),
    "other": ("其他", "其它"),
}
POSITION_SOURCE = {
    "map_poi": ("地图兴趣点", "map_poi", "poi", "地图poi", "地图标注"),
    "geocoded": ("按地址解析", "geocoded", "geocoded_address", "地址解析", "地理编码", "geocode"),
    "picked": ("地图上点选", "picked", "地图点选", "坐标拾取"),
    "keeper": ("站点现场确定", "keeper", "gps", "现场采集", "实地采集", "手机定位"),
    "import": ("导入", "import"),
}


class CellError(XiaojiaError):
    """A cell of a station sheet that cannot be taken."""

    sentences: ClassVar[Mapping[str, str]] = {
        "too_long": _("“%(text)s…”有%(length)s个字，最多%(limit)s个字。"),
        "not_in_list": _("“%(text)s”不是可选的值，可以写：%(choices)s。"),
        "not_yes_no": _("“%(text)s”看不懂，请写“是”或“否”。"),
        "not_have": _("“%(text)s”看不懂，请写“有”“无”“坏”或数量。"),
        "negative": _("“%(text)s”不能是负数。"),
        "not_whole": _("“%(text)s”应是整数。"),
        "too_big": _("“%(text)s”太大了，请核对。"),
    }


def text(limit: int) -> Callable[[str], str]:
    """Return a parser for a text of at most `limit` characters."""

    def parse(cell: str) -> str:
        value = " ".join(cell.split())
        if len(value) > limit:
            raise CellError("too_long", params={"text": value[:12], "length": len(value), "limit": limit})
        return value

    return parse


def one_of(words: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    """Return a parser for one of some values, each with the words that mean it."""
    meanings = {fold(word): key for key, said in words.items() for word in (key, *said)}

    def parse(cell: str) -> str:
        key = meanings.get(fold(cell))
        if key is None:
            choices = "、".join(said[0] for said in words.values())
            raise CellError("not_in_list", params={"text": cell[:20], "choices": choices})
        return key

    return parse


def fold(word: str) -> str:
    """Return a word as it is compared: half-width, lower case, without spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).lower()


def number(cell: str) -> float:
    """Return the number; raises SheetError not_a_number."""
    return float(parse_number(cell) or 0.0)


def area(cell: str) -> float:
    """Return square metres with one decimal; a unit behind the number is understood."""
    value = number(_UNITS.sub("", cell.strip()))
    return round(_within(value, cell, 999_999), 1)


def whole(cell: str) -> int:
    """Return a whole number that is not negative; a unit behind it is understood."""
    value = _within(number(_UNITS.sub("", cell.strip())), cell, 99_999)
    if not value.is_integer():
        raise CellError("not_whole", params={"text": cell})
    return int(value)


def _within(value: float, cell: str, top: float) -> float:
    if value < 0:
        raise CellError("negative", params={"text": cell})
    if value > top:
        raise CellError("too_big", params={"text": cell})
    return value


def day(cell: str) -> str:
    """Return a date as 2023-11-16."""
    found = parse_date(float(cell) if re.fullmatch(r"\d{5}", cell) else cell)
    return found.isoformat() if found else ""


def yes_no(cell: str) -> bool:
    """Return whether the cell says yes."""
    word = fold(cell)
    if word in YES or word in NO:
        return word in YES
    raise CellError("not_yes_no", params={"text": cell[:20]})


def words_of(cell: str) -> list[str]:
    """Return the words of a list cell."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[、，,;；|\n]+", cell) if part.strip()))


def pair(cell: str) -> dict[str, Any]:
    """Return the position in one cell: "113.56,34.81" or a map app's link; `datum` is None when the text leaves it open."""
    pasted = parse_pair(cell)
    return {"lng": pasted.lng, "lat": pasted.lat, "datum": str(pasted.datum) if pasted.datum else None}


def phone(cell: str) -> dict[str, Any]:
    """Return {"public": numbers that may be shown, "mobiles": how many were left out}; the mobiles themselves are dropped."""
    left, mobiles = MOBILE.subn(" ", unicodedata.normalize("NFKC", cell))
    shown = [part for part in re.split(r"[;；,，、/\s]+", left) if re.search(r"\d", part)]
    return {"public": ";".join(shown)[:60], "mobiles": mobiles}


def fact(cell: str) -> Fact | None:
    """Return what a cell under a facility's own heading says, or None when it says "unknown"."""
    word = fold(cell)
    if word in UNKNOWN:
        return None
    if word in NO:
        return {"presence": "absent", "working": "unknown", "count": None}
    if word in YES:
        return {"presence": "present", "working": "unknown", "count": None}
    if BROKEN.search(word):
        return {"presence": "present", "working": "broken", "count": None}
    counted = re.fullmatch(r"(\d{1,4})(台|个|张|把|套|组|件|间|处)?", word)
    if counted:
        return {"presence": "present", "working": "unknown", "count": int(counted[1])}
    raise CellError("not_have", params={"text": cell[:20]})


KIND_WORDS = {
    fold(word): kind.key
    for kind in reversed(KINDS)
    for word in (*kind.words, kind.short, kind.english, kind.key, kind.name)
}


def facts(cell: str) -> dict[str, Any]:
    """Return {"known": {kind: fact}, "unknown": [words]} for a list such as 饮水机、微波炉2台、空调（坏）、无冰箱."""
    known: dict[str, Fact] = {}
    unknown: list[str] = []
    for part in (p for p in _SPLIT.split(unicodedata.normalize("NFKC", cell)) if p):
        absent, name = bool(re.match(r"^(无|没有|缺)", part)), re.sub(r"^(无|没有|缺|有)", "", part)
        broken, name = bool(BROKEN.search(name)), re.sub(r"\(.*?\)|(已?损?坏了?|故障)", "", name)
        match = _COUNT.match(name)
        key = KIND_WORDS.get(fold(name)) or (KIND_WORDS.get(fold(match[1])) if match else None)
        if key is None:
            unknown.append(part[:20])
            continue
        count = int(match[2]) if match and match[2] and KIND_WORDS.get(fold(name)) is None else None
        known[key] = {
            "presence": "absent" if absent else "present",
            "working": "broken" if broken else "unknown",
            "count": count,
        }
    return {"known": known, "unknown": unknown}
