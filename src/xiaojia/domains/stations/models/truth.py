"""What is known about a station being open right now? Evidence, closures, and the dated rule that weighs them."""

from django.db import models

from xiaojia.domains.stations.models.station import Station
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class TruthRule(models.Model):
    """The dated values by which evidence is weighed (design decision 5). A used row never changes."""

    effective_from = models.DateTimeField(unique=True)
    proof_fresh_s = models.PositiveIntegerField(default=4 * 3600)
    near_limit_m = models.PositiveIntegerField(default=150)
    devices_for_proof = models.PositiveSmallIntegerField(default=3)
    device_window_s = models.PositiveIntegerField(default=3600)
    report_decay_s = models.PositiveIntegerField(default=2 * 3600)
    reports_to_close = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["-effective_from"]


class Evidence(models.Model):
    """One thing somebody did that speaks for or against a station being open. Rows are only added.

    `device` is a keyed hash that tells two phones apart within a month, or empty; never a person.
    """

    class Kind(models.TextChoices):
        KEEPER_OPEN = "keeper_open", _("站点扫码：开门")
        KEEPER_CLOSE = "keeper_close", _("站点扫码：关门")
        CHECKIN_NEAR = "checkin_near", _("有人在门口登记")
        CHECKIN_CODE = "checkin_code", _("有人用动态码登记")
        CHECKIN_FAR = "checkin_far", _("有人登记（未核距离）")
        NO_ENTRY = "no_entry", _("有人反映进不去")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="evidence")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind)
    device = models.BinaryField(default=b"")
    until = models.DateTimeField(null=True, help_text="a keeper's closing holds until then")
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["station", "-at"]), models.Index(fields=["at"])]


class Closure(models.Model):
    """A dated closure of one station or of many, with its reason; it ends by itself, and can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, help_text="null = until further notice")
    stations = models.ManyToManyField(Station, related_name="closures")
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_start",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
            )
        ]
