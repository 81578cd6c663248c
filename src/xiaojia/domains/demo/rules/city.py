"""Which seventy-four little homes does the demo city have? Invented stations in true neighbourhoods of Sanya.

Proportions follow the founding report: 13 in 党群服务中心 of 天涯区, 环卫驿站 with e-moto charging in 吉阳区, 志愿者服务站 in
海棠区, outlets of a bank and of an insurer, one on the bay. Hosts with a trade name are invented.
"""

from typing import NamedTuple


class Spot(NamedTuple):
    """A station: district code, name, address, approximate WGS-84 point, pattern of the host, area in m²."""

    district: str
    name: str
    address: str
    lng: float
    lat: float
    pattern: str
    area_m2: int


HAITANG, JIYANG, TIANYA, YAZHOU = "460202", "460203", "460204", "460205"


def _party(name: str, road: str, lng: float, lat: float, area: int) -> Spot:
    return Spot(TIANYA, f"{name}党群服务中心驿站", f"天涯区{road}", lng, lat, "party", area)


SPOTS = (
    Spot(TIANYA, "三亚湾海月广场驿站", "天涯区三亚湾路海月广场东侧", 109.4926, 18.2571, "bay", 60),
    _party("友谊", "友谊路社区居委会一楼", 109.4985, 18.2443, 80),
    _party("新风", "新风街社区活动室", 109.5048, 18.2497, 45),
    _party("光明", "光明街社区一楼", 109.5002, 18.2519, 40),
    _party("和平", "和平街居委会", 109.5031, 18.2402, 36),
    _party("榆港", "解放路南段社区大厅", 109.4979, 18.2362, 50),
    _party("儋州", "儋州社区服务大厅", 109.5068, 18.2465, 42),
    _party("群众", "群众街社区", 109.5019, 18.2428, 30),
    _party("水蛟", "水蛟村委会", 109.4612, 18.3008, 66),
    _party("羊栏", "羊栏社区文化室", 109.4478, 18.2926, 58),
    _party("回新", "回新社区服务站", 109.4632, 18.2811, 48),
    _party("桶井", "桶井村委会", 109.4263, 18.3141, 55),
    _party("马岭", "马岭社区居委会", 109.3475, 18.3052, 62),
    _party("槟榔", "槟榔村委会", 109.4809, 18.3163, 70),
    Spot(TIANYA, "海坡环卫驿站", "天涯区海坡村口", 109.4412, 18.2864, "sanitation", 24),
    Spot(TIANYA, "凤凰机场路环卫驿站", "天涯区凤凰路与机场路口", 109.4205, 18.3022, "sanitation", 22),
    Spot(TIANYA, "解放路椰城银行驿站", "天涯区解放路中段", 109.5037, 18.2452, "bank", 20),
    Spot(TIANYA, "三亚湾椰城银行驿站", "天涯区三亚湾路椰城银行网点", 109.4813, 18.2693, "bank", 18),
    Spot(TIANYA, "金鸡岭椰城银行驿站", "天涯区金鸡岭路", 109.4996, 18.2577, "bank", 18),
    Spot(TIANYA, "胜利路南海互助保险驿站", "天涯区胜利路", 109.5059, 18.2431, "insurance", 25),
    Spot(TIANYA, "友谊路快送驿站", "天涯区友谊路快递网点", 109.4962, 18.2475, "logistics", 16),
    Spot(TIANYA, "第一市场快送驿站", "天涯区新建街", 109.5011, 18.2385, "logistics", 15),
    Spot(TIANYA, "火车站公交枢纽驿站", "天涯区育新路公交首末站", 109.4943, 18.295, "transit", 30),
    Spot(TIANYA, "天涯小镇志愿者驿站", "天涯区马岭社区天涯小镇", 109.3521, 18.3046, "volunteer", 28),
    Spot(TIANYA, "育才林场驿站", "天涯区育才生态区管护点", 109.3028, 18.4562, "forest", 20),
    Spot(TIANYA, "高峰便民驿站", "天涯区高峰乡便民服务点", 109.4421, 18.4327, "forest", 26),
    Spot(JIYANG, "月川环卫驿站", "吉阳区月川中路", 109.5258, 18.2672, "sanitation", 32),
    Spot(JIYANG, "荔枝沟环卫驿站", "吉阳区荔枝沟路", 109.5341, 18.2893, "sanitation", 30),
    Spot(JIYANG, "迎宾路环卫驿站", "吉阳区迎宾路北侧", 109.5272, 18.2589, "sanitation", 28),
    Spot(JIYANG, "大东海环卫驿站", "吉阳区榆亚路大东海广场旁", 109.5243, 18.2261, "sanitation", 26),
    Spot(JIYANG, "红沙环卫驿站", "吉阳区红沙隧道口", 109.5602, 18.2384, "sanitation", 24),
    Spot(JIYANG, "田独环卫驿站", "吉阳区田独镇兴隆街", 109.6068, 18.2742, "sanitation", 26),
    Spot(JIYANG, "抱坡环卫驿站", "吉阳区抱坡路口", 109.5476, 18.2851, "sanitation", 22),
    Spot(JIYANG, "落笔洞环卫驿站", "吉阳区落笔洞路", 109.5518, 18.3147, "sanitation", 24),
    Spot(JIYANG, "亚龙湾环卫驿站", "吉阳区亚龙湾路中转站", 109.6324, 18.2357, "sanitation", 30),
    Spot(JIYANG, "东岸湿地环卫驿站", "吉阳区东岸湿地公园西门", 109.5172, 18.2637, "sanitation", 20),
    Spot(JIYANG, "临春环卫驿站", "吉阳区临春河路", 109.5187, 18.2468, "sanitation", 20),
    Spot(JIYANG, "海罗环卫驿站", "吉阳区海罗路", 109.5419, 18.2703, "sanitation", 22),
    Spot(JIYANG, "河东路南海互助保险驿站", "吉阳区河东路", 109.5148, 18.2513, "insurance", 35),
    Spot(JIYANG, "迎宾路南海互助保险驿站", "吉阳区迎宾路", 109.5231, 18.2553, "insurance", 28),
    Spot(JIYANG, "河东路椰城银行驿站", "吉阳区河东路椰城银行网点", 109.5133, 18.2477, "bank", 20),
    Spot(JIYANG, "月川椰城银行驿站", "吉阳区月川东路", 109.5288, 18.2649, "bank", 18),
    Spot(JIYANG, "吉阳大道椰城银行驿站", "吉阳区吉阳大道", 109.5563, 18.2871, "bank", 22),
    Spot(JIYANG, "大东海椰城银行驿站", "吉阳区榆亚路", 109.5216, 18.2293, "bank", 16),
    Spot(JIYANG, "鹿回头志愿者驿站", "吉阳区鹿岭路口", 109.5078, 18.2196, "volunteer", 24),
    Spot(JIYANG, "博后村驿站", "吉阳区博后村游客中心", 109.6361, 18.2613, "park", 40),
    Spot(JIYANG, "同心家园驿站", "吉阳区同心家园社区", 109.5451, 18.2924, "community", 52),
    Spot(JIYANG, "榆红社区驿站", "吉阳区榆红路社区", 109.5478, 18.2313, "community", 44),
    Spot(JIYANG, "迎宾路加油站驿站", "吉阳区迎宾路快充加油站", 109.5322, 18.2612, "fuel", 18),
    Spot(JIYANG, "荔枝沟快送驿站", "吉阳区荔枝沟物流园", 109.5386, 18.2988, "logistics", 30),
    Spot(JIYANG, "亚龙湾公交驿站", "吉阳区亚龙湾公交场站", 109.6391, 18.2306, "transit", 26),
    Spot(JIYANG, "鹿城流动驿站", "吉阳区、天涯区各停靠点，看时刻表", 109.5602, 18.2384, "van", 12),
    Spot(JIYANG, "南新药房驿站", "吉阳区南新农场药房", 109.5661, 18.2958, "pharmacy", 15),
    Spot(HAITANG, "后海志愿者驿站", "海棠区后海村口", 109.72, 18.278, "volunteer", 30),
    Spot(HAITANG, "林旺志愿者驿站", "海棠区林旺中路", 109.7021, 18.3336, "volunteer", 36),
    Spot(HAITANG, "藤桥志愿者驿站", "海棠区藤桥老街", 109.7506, 18.3906, "volunteer", 28),
    Spot(HAITANG, "青田志愿者驿站", "海棠区青田村委会旁", 109.6985, 18.3082, "volunteer", 26),
    Spot(HAITANG, "龙海志愿者驿站", "海棠区龙海风情小镇", 109.7178, 18.3226, "volunteer", 32),
    Spot(HAITANG, "铁炉志愿者驿站", "海棠区铁炉港路口", 109.7084, 18.2703, "volunteer", 22),
    Spot(HAITANG, "江林志愿者驿站", "海棠区江林村", 109.6863, 18.3553, "volunteer", 24),
    Spot(HAITANG, "湾坡志愿者驿站", "海棠区湾坡村", 109.7208, 18.3497, "volunteer", 26),
    Spot(HAITANG, "免税城公交驿站", "海棠区海棠北路公交站", 109.7262, 18.3311, "transit", 30),
    Spot(HAITANG, "海棠湾环卫驿站", "海棠区海棠南路中转站", 109.7206, 18.3, "sanitation", 28),
    Spot(HAITANG, "南田便民驿站", "海棠区南田居便民服务中心", 109.7031, 18.4148, "community", 40),
    Spot(HAITANG, "林旺椰城银行驿站", "海棠区林旺北路", 109.7039, 18.3382, "bank", 18),
    Spot(YAZHOU, "崖城电信驿站", "崖州区崖城东关街营业厅", 109.1712, 18.3588, "telecom", 16),
    Spot(YAZHOU, "崖州古城志愿者驿站", "崖州区古城南门", 109.1668, 18.3557, "volunteer", 34),
    Spot(YAZHOU, "南滨便民驿站", "崖州区南滨居便民服务中心", 109.1583, 18.3792, "community", 46),
    Spot(YAZHOU, "港门环卫驿站", "崖州区港门村口", 109.1482, 18.3617, "sanitation", 22),
    Spot(YAZHOU, "科技城驿站", "崖州区崖州湾科技城园区服务中心", 109.1391, 18.3843, "enterprise", 60),
    Spot(YAZHOU, "水南社区驿站", "崖州区水南村", 109.1758, 18.3499, "community", 38),
    Spot(YAZHOU, "梅山老区驿站", "崖州区梅山文化室", 108.9962, 18.3985, "community", 42),
    Spot(YAZHOU, "南山环卫驿站", "崖州区南山村口", 109.2082, 18.3188, "sanitation", 24),
    Spot(YAZHOU, "中心渔港驿站", "崖州区中心渔港服务中心", 109.1221, 18.3712, "community", 50),
)


class Halt(NamedTuple):
    """A stop of the van: its place, weekdays (0 = Monday), minutes after midnight, approximate WGS-84 point."""

    place: str
    weekdays: tuple[int, ...]
    start_min: int
    end_min: int
    lng: float
    lat: float


HALTS = (
    Halt("红沙隧道口", (0, 2, 4), 7 * 60, 9 * 60 + 30, 109.5602, 18.2384),
    Halt("荔枝沟物流园北门", (1, 3), 7 * 60, 9 * 60 + 30, 109.5386, 18.2988),
    Halt("大东海广场西侧", (0, 1, 2, 3, 4), 11 * 60, 14 * 60, 109.5243, 18.2261),
    Halt("三亚湾海月广场", (0, 1, 2, 3, 4, 5, 6), 17 * 60 + 30, 20 * 60 + 30, 109.4932, 18.2568),
)
"""Where the one van of the city stands in the week: on land, in 吉阳区 and 天涯区."""
