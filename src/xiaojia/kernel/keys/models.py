"""What is kept of a program? Its key as a keyed hash, its limits, how much it asked this minute, what it was answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.ids import uuid7


class RateRule(models.Model):
    """Dated limits in requests a minute: per address without a key, per key that has no limit of its own."""

    effective_from = models.DateTimeField(unique=True)
    address_per_min = models.PositiveIntegerField()
    key_per_min = models.PositiveIntegerField()

    class Meta:
        ordering = ["-effective_from"]


class Key(models.Model):
    """A partner's key `xj_prefix_secret`. The prefix is shown; the secret exists here only as a keyed hash.

    `org` is the organisation by whose path it may read and write. Keys are never deleted, only revoked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    prefix = models.CharField(max_length=8, unique=True, db_collation="C")
    secret_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=60, help_text="who uses it")
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=20))
    per_minute = models.PositiveIntegerField(null=True, help_text="null = by the dated rule")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    expires_on = models.DateField(help_text="the last day on which it works")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "label"], condition=models.Q(revoked_at=None), name="one_working_key_per_label"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} (xj_{self.prefix})"


class Once(models.Model):
    """A request that counts once: (scope, key) is unique; running, or done with the answer that is given again."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(max_length=60, db_collation="C", help_text="whose request: a partner's key, a device")
    key = models.CharField(max_length=200, db_collation="C")
    payload = models.CharField(max_length=64, help_text="SHA-256 of operation and payload")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_request_per_key")]
