"""What is a station? Its permanent code, owner, host, place, way in, hours and status."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from xiaojia.kernel.files.models import File
from xiaojia.kernel.orgs.models import Scoped, Unit
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Station(Scoped):
    """A 户外劳动者服务站点. `code` and the QR made from it never change; `version` grows with every write.

    Position: WGS-84 in `lng`/`lat`, and the pair as received with its datum; both null = 待定位.
    Hours: `hours` is the schedule as JSON (null = none known), `hours_osm` its strict OSM form, `hours_text` the
    words as received; `hours_note` says why words were not understood.
    `have`/`broken` repeat the facilities as arrays so that the worker's list needs no join.
    What is public of it is watched by triggers: `queries/feed.py`.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("筹建")
        TRIAL = "trial", _("试运行")
        RUNNING = "running", _("正常运行")
        SUSPENDED = "suspended", _("暂停服务")
        RECTIFYING = "rectifying", _("整改")
        REMOVED = "removed", _("已摘牌")

    class BuildKind(models.TextChoices):
        SELF = "self", _("自建")
        CO = "co", _("共建")

    class Mobility(models.TextChoices):
        FIXED = "fixed", _("固定")
        MOBILE = "mobile", _("流动")

    class RunningMode(models.TextChoices):
        OWN = "own", _("自行管理")
        HOST = "host", _("共建单位管理")
        BOUGHT = "bought", _("工会购买服务")
        USERS = "users", _("服务对象自主管理")

    class Access(models.TextChoices):
        FREE = "free", _("不用登记，直接进")
        ASK = "ask", _("跟工作人员说一声")
        SCAN = "scan", _("扫码进")
        MEMBERS = "members", _("会员进")
        CUSTOMERS = "customers", _("本单位顾客")

    class HostType(models.TextChoices):
        UNION = "union", _("工会自有")
        PARTY_CENTRE = "party_centre", _("党群服务中心")
        COMMUNITY = "community", _("社区/便民服务中心")
        SANITATION = "sanitation", _("环卫驿站")
        BANK = "bank", _("金融网点")
        INSURANCE = "insurance", _("保险网点")
        LOGISTICS = "logistics", _("物流快递网点")
        SHOP = "shop", _("商场超市便利店")
        PHARMACY = "pharmacy", _("药店")
        HOSPITAL = "hospital", _("医院")
        FUEL = "fuel", _("加油加气充电站")
        TELECOM = "telecom", _("电信营业厅")
        POST = "post", _("邮政")
        POWER = "power", _("供电营业厅")
        GOVERNMENT = "government", _("政务大厅")
        PARK = "park", _("公园景区")
        TRANSIT = "transit", _("车站公交枢纽")
        VOLUNTEER = "volunteer", _("志愿者服务站")
        RESTAURANT = "restaurant", _("餐饮住宿")
        BOOKSHOP = "bookshop", _("书店阅读空间")
        ENTERPRISE = "enterprise", _("企业")
        OTHER = "other", _("其他")

    class PositionSource(models.TextChoices):
        MAP_POI = "map_poi", _("地图兴趣点")
        GEOCODED = "geocoded", _("按地址解析")
        IMPORT = "import", _("导入")
        PICKED = "picked", _("地图上点选")
        PASTED = "pasted", _("粘贴坐标")
        KEEPER = "keeper", _("站点现场确定")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=16, unique=True, db_collation="C")
    name = models.CharField(max_length=120)
    brand = models.CharField(max_length=40, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    search_text = models.TextField(blank=True)
    host = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="stations")
    host_type = models.CharField(max_length=16, choices=HostType, blank=True)
    build_kind = models.CharField(max_length=8, choices=BuildKind, blank=True)
    mobility = models.CharField(max_length=8, choices=Mobility, default=Mobility.FIXED)
    running_mode = models.CharField(max_length=8, choices=RunningMode, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    address = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=60, blank=True, help_text="乡镇街道")
    district_named = models.CharField(max_length=60, blank=True, help_text="the district as the list names it")
    area_m2 = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    floor = models.CharField(max_length=20, blank=True)
    street_side = models.BooleanField(null=True, blank=True)
    access = models.CharField(max_length=12, choices=Access, blank=True)
    access_note = models.CharField(max_length=200, blank=True, help_text="怎么进")
    attended = models.BooleanField(
        null=True, blank=True, help_text="null = 未知; unattended hours stand in the schedule"
    )
    public_phone = models.CharField(
        max_length=60, blank=True, help_text="a number for the public, never a keeper's mobile"
    )
    description = models.TextField(blank=True)
    services = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    built_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)

    lng = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    received_x = models.FloatField(null=True, blank=True)
    received_y = models.FloatField(null=True, blank=True)
    received_datum = models.CharField(max_length=8, blank=True)
    position_source = models.CharField(max_length=10, choices=PositionSource, blank=True)
    position_flags = ArrayField(models.CharField(max_length=24), default=list, blank=True, help_text='e.g. {"border"}')

    hours = models.JSONField(null=True, blank=True)
    hours_osm = models.TextField(blank=True)
    hours_text = models.CharField(max_length=300, blank=True)
    hours_note = models.CharField(max_length=200, blank=True)

    have = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    broken = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        indexes = [
            models.Index(fields=["lat", "lng"]),
            models.Index(fields=["division", "status"]),
            models.Index(fields=["org", "status"]),
            GinIndex(fields=["have"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="position_is_a_pair",
                condition=models.Q(lng__isnull=True, lat__isnull=True) | models.Q(lng__isnull=False, lat__isnull=False),
            ),
            models.CheckConstraint(
                name="position_is_on_earth",
                condition=models.Q(lng__isnull=True) | models.Q(lng__range=(-180, 180), lat__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="merged_is_removed", condition=models.Q(merged_into__isnull=True) | models.Q(status="removed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StatusChange(models.Model):
    """One step of a station's status, with day and reason."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="status_changes")
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, choices=Station.Status)
    on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]


class OldCode(models.Model):
    """A code that was in use before a merge; its plate still works and leads to `station`."""

    code = models.CharField(max_length=16, primary_key=True, db_collation="C")
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="old_codes")
    since = models.DateTimeField()


class SourceKey(models.Model):
    """The number that another list gives this station, e.g. ZZ001 of the union's own sheet."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="source_keys")
    org = models.ForeignKey("orgs.Organisation", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key"], name="one_station_per_source_key")]


class StationPhoto(models.Model):
    """A photo of a station, by kind."""

    class Kind(models.TextChoices):
        DOOR = "door", _("门头")
        INSIDE = "inside", _("室内")
        SIGN = "sign", _("标识")
        RULES = "rules", _("制度")
        OTHER = "other", _("其他")

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(File, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=Kind)
    caption = models.CharField(max_length=80, blank=True)
    public = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["kind", "added_at"]
        constraints = [models.UniqueConstraint(fields=["station", "file"], name="a_photo_once_per_station")]


class TimetableStop(models.Model):
    """Where a mobile station stands, on which weekdays (bits 0–6 = Monday–Sunday), from when to when."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="stops")
    place = models.CharField(max_length=120)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    start_min = models.PositiveSmallIntegerField(help_text="minutes after midnight")
    end_min = models.PositiveSmallIntegerField()
    lng = models.FloatField()
    lat = models.FloatField()

    class Meta:
        ordering = ["start_min"]
        constraints = [
            models.CheckConstraint(name="stop_ends_after_start", condition=models.Q(end_min__gt=models.F("start_min")))
        ]
