"""Which facilities and standards does the product ship? Dated lists with their sources; a union adds its own beside them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Kind:
    """A facility kind: key (= icon), name, chip word, English, group, filterable, words that mean it in sheets."""

    key: str
    name: str
    short: str
    english: str
    group: str
    filterable: bool = False
    words: tuple[str, ...] = ()


KINDS = (
    Kind("room", "室内休息场所", "休息", "Indoor room", "basic", False, ("室内场所", "休息室", "固定场所", "场地")),
    Kind("seat", "桌椅", "桌椅", "Tables and chairs", "basic", True, ("座椅", "桌凳", "休息", "休息座椅")),
    Kind("water", "饮水机", "饮水", "Drinking water", "basic", True, ("饮水", "开水器", "热水", "饮用水", "直饮水")),
    Kind("microwave", "微波炉", "热饭", "Microwave", "basic", True, ("热饭", "加热餐食")),
    Kind("toilet", "卫生间", "厕所", "Toilet", "basic", True, ("厕所", "洗手间", "公厕")),
    Kind(
        "first_aid",
        "应急医药箱",
        "药箱",
        "First-aid kit",
        "basic",
        True,
        ("药箱", "应急药箱", "医药箱", "医药包", "急救箱"),
    ),
    Kind("books", "书报架", "书报", "Books and papers", "basic", False, ("书报", "图书角", "阅读")),
    Kind(
        "charging",
        "手机充电",
        "充电",
        "Phone charging",
        "basic",
        True,
        ("手机充电站", "充电", "充电插座", "充电排插", "充电器"),
    ),
    Kind("fridge", "电冰箱", "冰箱", "Fridge", "basic", False, ("冰箱",)),
    Kind("umbrella", "雨伞架", "雨具", "Umbrellas", "basic", False, ("雨伞", "雨具", "雨衣")),
    Kind("aircon", "空调", "空调", "Air-conditioning", "basic", True, ("风扇或空调", "冷暖电器", "冷气")),
    Kind("wifi", "Wi-Fi", "Wi-Fi", "Wi-Fi", "extra", True, ("WIFI", "WiFi", "无线网", "无线网络")),
    Kind("heater", "取暖设备", "取暖", "Heating", "extra", False, ("暖气", "取暖器")),
    Kind(
        "emoto_charging",
        "电动车充电",
        "电动车充电",
        "E-bike charging",
        "extra",
        True,
        ("电动摩托车充电座", "电瓶车充电"),
    ),
    Kind("battery_swap", "换电", "换电", "Battery swap", "extra", True, ("换电柜", "换电站")),
    Kind("power_bank", "充电宝", "充电宝", "Power banks", "extra", False, ("共享充电宝",)),
    Kind("tools", "常用工具", "工具", "Tools", "extra", False, ("工具箱", "针线包", "打气筒")),
    Kind("air_purifier", "空气净化器", "净化器", "Air purifier", "extra"),
    Kind("wash", "洗手池", "洗手", "Wash basin", "extra", False, ("洗手",)),
    Kind("nursing", "母婴室", "母婴", "Nursing room", "extra", True, ("哺乳室", "妈咪小屋")),
    Kind("shower", "淋浴", "淋浴", "Shower", "extra", False, ("洗澡",)),
    Kind("aed", "AED", "AED", "Defibrillator", "extra", False, ("除颤仪", "自动体外除颤器")),
    Kind("tv", "电视", "电视", "Television", "extra"),
    Kind("legal", "法律服务", "法律", "Legal help", "service", False, ("法律援助", "法律咨询")),
    Kind("warm_events", "暖心服务活动", "活动", "Care activities", "service", False, ("服务活动",)),
    Kind("publicity", "宣传教育", "宣传", "Publicity and education", "service", False, ("宣传教育功能",)),
    Kind("sign", "统一标识名称", "标识", "Uniform sign", "management", False, ("标识", "统一标识", "标识牌")),
    Kind("layout", "合理布局", "布局", "Sensible location", "management"),
    Kind("site", "场地标准", "场地", "Premises to standard", "management"),
    Kind("equipment", "健全设施", "设施", "Complete equipment", "management", False, ("服务设备", "设施")),
    Kind("functions", "完善功能", "功能", "Complete functions", "management", False, ("功能",)),
    Kind("rules_posted", "规范制度", "制度", "Rules posted", "management", False, ("管理制度", "制度上墙", "制度")),
    Kind("staff", "人员管理", "人员", "Responsible person", "management"),
    Kind("operator", "建设运营主体", "运营", "Operating body", "management"),
    Kind("on_maps", "地图可查", "上图", "Findable on maps", "management", False, ("线上地图", "上地图")),
)


@dataclass(frozen=True)
class List:
    """A standard: key, name, place, day, source and its items as (label, kinds of which one is enough)."""

    key: str
    name: str
    place: str
    effective_on: date
    source: str
    items: tuple[tuple[str, tuple[str, ...]], ...]


def _each(*pairs: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((label, tuple(kinds.split("|"))) for label, _, kinds in (pair.partition("=") for pair in pairs))


STANDARDS = (
    List(
        "six_ones_sanya_2021",
        "六个一",
        "三亚",
        date(2021, 9, 1),
        "中工网 2021-09-05",
        _each(
            "室内场所=room", "桌凳=seat", "微波炉=microwave", "饮水机=water", "卫生间=toilet", "应急医药箱=first_aid"
        ),
    ),
    List(
        "eight_ones_sanya_2023",
        "八个一",
        "三亚",
        date(2023, 4, 1),
        "2023-04-23 报道",
        _each(
            "室内场所=room",
            "桌凳=seat",
            "饮水机或开水器=water",
            "微波炉=microwave",
            "应急药箱=first_aid",
            "空调=aircon",
            "书报架=books",
            "卫生间=toilet",
        ),
    ),
    List(
        "ten_ones_sanya_2023",
        "十个一",
        "三亚",
        date(2023, 11, 1),
        "工人日报 2023-11（天涯区总工会）",
        _each(
            "室内休息场所=room",
            "座椅=seat",
            "微波炉=microwave",
            "饮水机=water",
            "卫生间=toilet",
            "应急医药箱=first_aid",
            "书报架=books",
            "手机充电站=charging",
            "电冰箱=fridge",
            "雨伞架=umbrella",
        ),
    ),
    List(
        "six_haves",
        "六有",
        "通用",
        date(2023, 7, 1),
        "海南 2024 年新闻发布会等",
        _each(
            "统一标识名称=sign",
            "合理布局=layout",
            "健全设施=equipment",
            "完善功能=functions",
            "规范制度=rules_posted",
            "地图可查=on_maps",
        ),
    ),
    List(
        "eight_haves_zhejiang",
        "八有",
        "浙江（基本型）",
        date(2024, 1, 1),
        "浙江省总工会 2024–2026 年计划",
        _each(
            "标识名称=sign",
            "场地标准=site",
            "设施=equipment",
            "功能=functions",
            "制度=rules_posted",
            "线上地图=on_maps",
            "宣传教育=publicity",
            "暖心服务活动=warm_events",
        ),
    ),
    List(
        "six_plus_x_shanghai",
        "6+X",
        "上海",
        date(2019, 1, 1),
        "上海市总工会 2019",
        _each("空调=aircon", "冰箱=fridge", "微波炉=microwave", "饮水机=water", "充电排插=charging", "桌椅=seat"),
    ),
)
