"""What should a station have, by which standard, and what does it have?"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xiaojia.domains.stations.models.station import Station
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop as _


class FacilityKind(models.Model):
    """One thing a station can have: drinking water, a microwave, a posted rule. `key` is also the icon's name."""

    class Group(models.TextChoices):
        BASIC = "basic", _("基本设施")
        EXTRA = "extra", _("增值设施")
        SERVICE = "service", _("服务")
        MANAGEMENT = "management", _("管理")

    key = models.CharField(max_length=24, primary_key=True, db_collation="C")
    name = models.CharField(max_length=40)
    short_name = models.CharField(max_length=8, blank=True, help_text="the word on the worker's chip")
    name_en = models.CharField(max_length=60)
    group = models.CharField(max_length=12, choices=Group)
    order = models.PositiveSmallIntegerField()
    filterable = models.BooleanField(default=False, help_text="a chip on the worker's page")
    words = ArrayField(models.CharField(max_length=20), default=list, help_text="names in sheets that mean this")

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Standard(models.Model):
    """One dated list of what a station must have, such as Sanya's 十个一 of 2023-11. A used list never changes."""

    key = models.CharField(max_length=32, primary_key=True, db_collation="C")
    name = models.CharField(max_length=40)
    place = models.CharField(max_length=60)
    effective_on = models.DateField()
    source = models.CharField(max_length=200)
    org = models.ForeignKey(
        Organisation, null=True, on_delete=models.CASCADE, related_name="+", help_text="null = shipped"
    )

    class Meta:
        ordering = ["-effective_on", "key"]

    def __str__(self) -> str:
        return f"{self.name}（{self.place}，{self.effective_on:%Y-%m}）"


class StandardItem(models.Model):
    """One item of a standard; several kinds in `any_of` mean that one of them is enough (饮水机或开水器)."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="items")
    label = models.CharField(max_length=40)
    any_of = ArrayField(models.CharField(max_length=24))
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["standard", "order"], name="one_item_per_place")]


class Adoption(models.Model):
    """Which standard an organisation measures its stations by, from which day; those below inherit it."""

    org = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT)
    effective_on = models.DateField()

    class Meta:
        ordering = ["-effective_on"]
        constraints = [models.UniqueConstraint(fields=["org", "effective_on"], name="one_standard_a_day")]


class StationFacility(models.Model):
    """What is known of one kind at one station; no row = unknown."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("有")
        ABSENT = "absent", _("没有")
        UNKNOWN = "unknown", _("未知")

    class Working(models.TextChoices):
        WORKING = "working", _("完好")
        BROKEN = "broken", _("坏了")
        UNKNOWN = "unknown", _("未知")

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="facilities")
    kind = models.ForeignKey(FacilityKind, on_delete=models.PROTECT)
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.UNKNOWN)
    working = models.CharField(max_length=8, choices=Working, default=Working.UNKNOWN)
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=100, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["kind__order"]
        constraints = [models.UniqueConstraint(fields=["station", "kind"], name="one_row_per_kind")]
