"""What is kept of every deed? Values only: no foreign key leads out of this room, and no personal value comes in."""

from django.db import models

from xiaojia.lib.ids import uuid7


class Entry(models.Model):
    """One line per verb. The table is partitioned by month; the application may add and read, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    org_path = models.CharField(max_length=255)
    verb = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    class Meta:
        managed = False  # a partitioned table, made in SQL by migration 0001
        db_table = "audit_entry"
        ordering = ["-at", "-id"]
