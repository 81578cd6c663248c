"""What is kept of a report? What is wrong, where, when, with a photo if given; never who."""

from django.db import models

from xiaojia.domains.stations.models import Station
from xiaojia.kernel.files.models import File
from xiaojia.kernel.keys.models import Key
from xiaojia.kernel.orgs.models import Scoped
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Report(Scoped):
    """One 反馈问题 by a worker. `device` is the month's keyed hash, for telling two phones apart."""

    class Kind(models.TextChoices):
        NO_ENTRY = "no_entry", _("进不去")
        BROKEN = "broken", _("坏了")
        DIRTY = "dirty", _("不卫生")
        WRONG = "wrong", _("信息有误")
        OTHER = "other", _("其他")

    class Why(models.TextChoices):
        LOCKED = "locked", _("门锁了")
        REFUSED = "refused", _("不让进")
        APP = "app", _("要下载App")
        NOT_FOUND = "not_found", _("找不到")

    class State(models.TextChoices):
        NEW = "new", _("新")
        SEEN = "seen", _("已知悉")
        DONE = "done", _("已处理")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    why = models.CharField(max_length=10, choices=Why, blank=True)
    facility = models.CharField(max_length=24, blank=True, help_text="key of the broken facility")
    text = models.CharField(max_length=300, blank=True)
    photo = models.ForeignKey(File, null=True, on_delete=models.PROTECT)
    device = models.BinaryField(default=b"")
    key = models.UUIDField(unique=True, help_text="idempotency key of the form")
    partner = models.ForeignKey(
        Key, null=True, on_delete=models.PROTECT, related_name="+", help_text="by whose key a program sent it"
    )
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["station", "-at"]), models.Index(fields=["org", "state", "-at"])]
