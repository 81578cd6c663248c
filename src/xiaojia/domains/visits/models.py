"""What is kept of a visit? Station, ground, hour, source, trade; never a person, never a place."""

from django.db import models

from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Source(models.TextChoices):
    """Ways in which a visit comes to be known; they are never mixed before the counting rule."""

    QR = "qr", _("扫码")
    CODE = "code", _("动态码")
    GROUP = "group", _("同来人数")
    KEEPER = "keeper", _("站点补记")
    API = "api", _("接口")


class Occupation(models.TextChoices):
    """Trades on the check-in page; empty = not said."""

    DELIVERY = "delivery", _("外卖")
    COURIER = "courier", _("快递")
    SANITATION = "sanitation", _("环卫")
    DRIVER = "driver", _("司机")
    BUILDING = "building", _("建筑")
    POLICE = "police", _("交警城管")
    GARDENING = "gardening", _("园林")
    OTHER = "other", _("其他")


class Visit(models.Model):
    """One append-only row; the table is partitioned by month of `hour`.

    `hour` is the clock hour of Asia/Shanghai in which it happened; (station, device, hour, source) is unique, and so is
    (key, hour): retries, double taps and races end in one row by the database's own hand. Organisation path and
    division are those of the day. `people` is 1 for a phone, the companions for a group, the number for a keeper's entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hour = models.DateTimeField()
    seen_at = models.DateTimeField()
    station_id = models.UUIDField()
    org_path = models.CharField(max_length=255)
    division_code = models.CharField(max_length=6)
    source = models.CharField(max_length=8, choices=Source)
    device = models.BinaryField(null=True)
    people = models.PositiveSmallIntegerField(default=1)
    occupation = models.CharField(max_length=12, choices=Occupation, blank=True)
    near = models.BooleanField(null=True)
    key = models.UUIDField()

    class Meta:
        managed = False  # a partitioned table, made in SQL
        db_table = "visits_visit"
        ordering = ["-seen_at"]


class Answer(models.Model):
    """What was said after a check-in: the trade, or thanks. Rows are only added; one of a kind for each visit."""

    class Kind(models.TextChoices):
        WORK = "work", _("职业")
        GOOD = "good", _("挺好")

    visit_id = models.UUIDField()
    hour = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=4, choices=Kind)
    value = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["visit_id", "kind"], name="one_answer_of_a_kind_per_visit")]


class CountingRule(models.Model):
    """统计口径: which sources make up the one official 人次, from which day. A used row never changes."""

    name = models.CharField(max_length=20, unique=True)
    effective_on = models.DateField(unique=True)
    sources = models.JSONField(help_text='{"qr": true, "group": true, …}')
    group_cap = models.PositiveSmallIntegerField(default=20, help_text="companions in one entry")
    keeper_cap_day = models.PositiveSmallIntegerField(default=50, help_text="keeper's entries per station and day")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-effective_on"]


class EarlierCount(models.Model):
    """A figure from before the system (系统启用前): shown with its source, never drilled into."""

    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    station_id = models.UUIDField(null=True)
    first_day = models.DateField()
    last_day = models.DateField()
    visits = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_day"]
