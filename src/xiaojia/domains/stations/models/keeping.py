"""Who looks after a station, and by which phone?"""

from django.db import models

from xiaojia.domains.stations.models.station import Station
from xiaojia.kernel.people.models import Person
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Keeper(models.Model):
    """A person who keeps a station, or stands in for the keeper."""

    class Role(models.TextChoices):
        MAIN = "main", _("负责")
        BACKUP = "backup", _("替补")

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="keepers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keeps")
    role = models.CharField(max_length=8, choices=Role, default=Role.MAIN)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering = ["role", "since"]


class DeviceLink(models.Model):
    """A phone or tablet at the counter that may tap for its station. Claimed once by QR; revocable; secrets as hashes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="device_links")
    label = models.CharField(max_length=40)
    claim_hash = models.CharField(max_length=64, unique=True)
    claim_expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
