"""Which columns can a sheet of stations have, under which titles, and what may stand in them?"""

from xiaojia.domains.stations.rules import sheet_cells as cells
from xiaojia.domains.stations.rules.seeds import KINDS
from xiaojia.kernel.imports.rules import Choice, Field, Option
from xiaojia.lib.errors import gettext_noop as _

FACILITY = "facility_"
WITH_POSITION = frozenset({"lng", "lat", "position"})
POSITION_WORDS = ("", "gcj02", "wgs84", "bd09", "高德", "百度", "腾讯", "火星", "gps")


def _with_datum(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}{word}" for name in names for word in POSITION_WORDS)


def _labels(words: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(said[0] for said in words.values())


_OWN = (
    Field("source_key", _("原编号"), "Own number",
          ("编号", "id", "ID", "站点编号", "驿站编号", "原系统编号", "number", "no", "source_id", "uid"),
          parse=cells.text(60), example="ZZ001", help=_("你们自己表里的编号；再次导入时靠它认出同一个站点。")),
    Field("code", _("系统编号"), "Station code", ("小家编号", "系统编码", "站点编码", "二维码编号"),
          parse=cells.text(16), example="ZZ-0001", help=_("本系统给的编号，新站点不填。"), in_template=False),
    Field("name", _("名称"), "Name",
          ("站点名称", "驿站名称", "服务站名称", "服务站点名称", "站名", "网点名称", "title", "station", "station_name"),
          required=True, parse=cells.text(120), example="某某街道党群服务中心工会驿站"),
    Field("address", _("地址"), "Address", ("详细地址", "站点地址", "所在地址", "具体地址", "位置", "addr", "street_address"),
          parse=cells.text(200), example="某某路12号一楼"),
    Field("district", _("区县"), "District",
          ("区", "县区", "县（市、区）", "县市区", "区县市", "行政区", "行政区划", "所属区", "所在区",
           "所属区县", "所在区县", "辖区", "county"),
          parse=cells.text(60), example="中原区", help=_("写民政区划的名称；开发区等没有区划代码的，导入时会问一次落在哪些区县。")),
    Field("street", _("乡镇街道"), "Street office", ("街道", "街镇", "乡镇", "所属街道", "街道（镇）", "镇街", "subdistrict"),
          parse=cells.text(60), example="林山寨街道"),
    Field("lng", _("经度"), "Longitude", _with_datum("经度", "lng", "lon", "long", "longitude", "x"),
          parse=cells.number, example="113.564525", help=_("十进制度数；没有就留空，站点先进入待定位清单。")),
    Field("lat", _("纬度"), "Latitude", _with_datum("纬度", "lat", "latitude", "y"), parse=cells.number, example="34.819187"),
    Field("position", _("坐标"), "Position", _with_datum("坐标", "经纬度", "location", "lnglat", "定位", "地图链接", "coordinates"),
          parse=cells.pair, example="113.56,34.81", help=_("经纬度写在一格里，或粘贴地图的分享链接。"), in_template=False),
    Field("position_source", _("坐标来源"), "Position source", ("coord_source", "定位方式", "坐标获取方式"),
          parse=cells.one_of(cells.POSITION_SOURCE), choices=_labels(cells.POSITION_SOURCE), example="地图兴趣点"),
    Field("hours", _("开放时间"), "Opening hours",
          ("服务时间", "营业时间", "开放时段", "open_hours_as_listed", "hours", "open_hours", "工作时间", "运行时间"),
          parse=cells.text(300), example="周一至周五 8:30-17:30"),
    Field("phone", _("对外电话"), "Public phone",
          ("电话", "联系电话", "联系方式", "服务电话", "座机", "contact_as_listed", "phone", "tel", "contact"),
          parse=cells.phone, example="0371-12345678", help=_("公布给劳动者的固定电话；手机号不会公开。")),
    Field("host_name", _("共建单位"), "Host", ("依托单位", "承建单位", "建设单位", "单位名称", "所属单位", "所在单位", "场所单位", "host"),
          parse=cells.text(120), example="某某银行某某支行"),
    Field("host_type", _("共建单位类型"), "Host type", ("依托单位类型", "单位类型", "场所类型", "站点类型", "类型", "type", "category"),
          parse=cells.one_of(cells.HOST_TYPE), choices=_labels(cells.HOST_TYPE), example="金融网点"),
    Field("build_kind", _("建设方式"), "Built", ("自建/共建", "自建共建", "建设类型", "建站方式"),
          parse=cells.one_of(cells.BUILD_KIND), choices=_labels(cells.BUILD_KIND), example="共建"),
    Field("mobility", _("固定/流动"), "Fixed or mobile", ("固定流动", "站点形式", "是否流动"),
          parse=cells.one_of(cells.MOBILITY), choices=_labels(cells.MOBILITY), example="固定", in_template=False),
    Field("running_mode", _("运行方式"), "Running mode", ("运营方式", "管理方式", "运营模式", "运行模式", "管理模式"),
          parse=cells.one_of(cells.RUNNING_MODE), choices=_labels(cells.RUNNING_MODE), example="共建单位管理"),
    Field("access", _("进入方式"), "Way in", ("准入方式", "门禁方式", "access"),
          parse=cells.one_of(cells.ACCESS), choices=_labels(cells.ACCESS), example="跟工作人员说一声"),
    Field("access_note", _("怎么进"), "How to get in", ("进入说明", "进门说明"), parse=cells.text(200), example="从银行大厅右侧小门进"),
    Field("attended", _("有人值守"), "Attended", ("是否有人值守", "值守", "attended"), parse=cells.yes_no,
          choices=("是", "否"), example="是"),
    Field("area_m2", _("面积"), "Area in m²", ("建筑面积", "使用面积", "面积平方米", "面积㎡", "area"), parse=cells.area, example="80"),
    Field("capacity", _("可容纳人数"), "Capacity", ("容纳人数", "容量", "座位数", "capacity", "seats"), parse=cells.whole, example="12"),
    Field("floor", _("楼层"), "Floor", ("所在楼层", "floor"), parse=cells.text(20), example="1楼"),
    Field("street_side", _("临街"), "On the street", ("是否临街", "沿街", "是否沿街"), parse=cells.yes_no,
          choices=("是", "否"), example="是"),
    Field("built_on", _("建成日期"), "Built on", ("建成时间", "建站时间", "建设时间", "启用日期", "启用时间"), parse=cells.day,
          example="2023-11-16"),
    Field("accepted_on", _("验收日期"), "Accepted on", ("验收时间", "挂牌日期", "挂牌时间"), parse=cells.day, example="2023-12-01"),
    Field("status", _("状态"), "Status", ("运行状态", "站点状态", "使用状态", "status"),
          parse=cells.one_of(cells.STATUS), choices=_labels(cells.STATUS), example="正常运行"),
    Field("facilities", _("设施"), "Facilities", ("服务设施", "配套设施", "设施设备", "设备", "facilities", "设施清单", "配备设施"),
          parse=cells.facts, example="饮水机、微波炉2台、空调", help=_("用顿号隔开；也可以每种设施单独一列，写“有”“无”“坏”或数量。")),
    Field("services", _("服务项目"), "Services", ("服务内容", "提供服务", "services"), parse=cells.words_of, example="法律咨询、缝补"),
    Field("brand", _("品牌"), "Brand", ("品牌名称", "brand"), parse=cells.text(40), example="户外劳动者驿站"),
    Field("aliases", _("别名"), "Other names", ("曾用名", "又名", "aliases"), parse=cells.words_of, example="老名称一、老名称二"),
    Field("owner", _("所属工会"), "Owner union", ("管理工会", "主管工会", "归属工会", "建站工会", "上级工会", "owner"),
          parse=cells.text(120), example="中原区总工会", help=_("不填时按区县归到该区县工会。")),
    Field("description", _("备注"), "Remarks", ("说明", "简介", "remarks", "note", "notes", "description"),
          parse=cells.text(1000), example=""),
)  # fmt: skip


def _facility_fields() -> tuple[Field, ...]:
    taken = {word for field in _OWN for word in (field.label, *field.synonyms)}
    return tuple(
        Field(
            f"{FACILITY}{kind.key}",
            kind.name,
            kind.english,
            tuple(word for word in (*kind.words, kind.short) if word and word not in taken),
            parse=cells.fact,
            choices=("有", "无", "坏"),
            example="有",
            in_template=kind.group == "basic",
        )
        for kind in KINDS
    )


FIELDS: tuple[Field, ...] = (*_OWN, *_facility_fields())

DATUM = Option(
    "datum",
    _("坐标来自哪里"),
    (
        Choice(
            "gcj02", _("高德、腾讯地图（GCJ-02）"), _("在高德或腾讯地图上取的点、用它们按地址查到的坐标，多半是这一种")
        ),
        Choice("bd09", _("百度地图（BD-09）"), _("在百度地图上取的点，比高德的坐标数值大约多0.006")),
        Choice("wgs84", _("GPS、天地图（WGS-84）"), _("手持GPS、测绘数据、天地图、OpenStreetMap")),
    ),
    when=WITH_POSITION,
    help=_("同一个地点，三种坐标相差几百米；选错了，地图上就会错到另一条街。"),
)
