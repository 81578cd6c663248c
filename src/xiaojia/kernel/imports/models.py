"""What is kept of an import? The user's own file, its rows as read and as understood, and how to undo it."""

from django.db import models

from xiaojia.kernel.files.models import File
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Batch(models.Model):
    """One sheet on its way in. `kind` names the room's importer (config/wiring.py)."""

    class State(models.TextChoices):
        STAGED = "staged", _("已读入")
        ASKING = "asking", _("待对应")
        READY = "ready", _("可提交")
        COMMITTED = "committed", _("已提交")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("失败")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    file = models.ForeignKey(File, on_delete=models.PROTECT)
    filename = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State, default=State.STAGED)
    header = models.JSONField(default=list, help_text="column titles as in the sheet")
    columns = models.JSONField(default=dict, help_text="{column title: field}; a title left out is ignored")
    options = models.JSONField(default=dict, help_text='e.g. {"datum": "gcj02"}')
    questions = models.JSONField(default=list, help_text="values that need a meaning before the batch can be judged")
    counts = models.JSONField(default=dict, help_text="{verdict: rows}")
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    notes = models.JSONField(
        default=list, help_text="what is to be said about the sheet as a whole, like a row's warnings"
    )
    message = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    @property
    def held(self) -> int:
        """How many rows cannot be committed as they are."""
        return sum(self.counts.get(key, 0) for key in ("error", "duplicate", "ask"))


class Work(models.Model):
    """What the worker does to a batch: which step since when, how far, and its last sign of life. Gone when it is done.

    Written over a connection of its own, so that it shows while the step's one transaction is still open.
    """

    class Step(models.TextChoices):
        STAGE = "stage", _("读入并核对")
        JUDGE = "judge", _("核对")
        COMMIT = "commit", _("提交")
        UNDO = "undo", _("撤销")

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.CASCADE, related_name="work")
    step = models.CharField(max_length=8, choices=Step)
    options = models.JSONField(default=dict)
    account_id = models.BigIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, help_text="null = it waits for the worker")
    tries = models.PositiveSmallIntegerField(default=0)


class Row(models.Model):
    """One row of the sheet: as read, as understood, what will happen to it, and what was there before."""

    class Verdict(models.TextChoices):
        CREATE = "create", _("新增")
        CHANGE = "change", _("更新")
        SAME = "same", _("无变化")
        DUPLICATE = "duplicate", _("疑似重复")
        ASK = "ask", _("待对应")
        ERROR = "error", _("有错误")
        SKIP = "skip", _("跳过")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="the row's own number in the sheet, from 1")
    raw = models.JSONField(help_text="{column title: cell text}")
    values = models.JSONField(default=dict, help_text="{field: value}")
    verdict = models.CharField(max_length=16, choices=Verdict)
    errors = models.JSONField(default=list, help_text="[{field, code, message, params}]")
    warnings = models.JSONField(default=list)
    target = models.CharField(max_length=64, blank=True, help_text="id of the object it changes or duplicates")
    confidence = models.FloatField(null=True)
    before = models.JSONField(null=True, help_text="what the commit replaced, for the undo; null = it was created")
    applied = models.CharField(max_length=64, blank=True, help_text="id of the object that the commit wrote")
    version = models.PositiveIntegerField(null=True, help_text="the object's version after the commit")
    decision = models.CharField(max_length=8, blank=True, help_text="about a double: same, other or skip")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_row_per_number")]
        indexes = [models.Index(fields=["batch", "verdict", "number"]), models.Index(fields=["target"])]


class ColumnMemory(models.Model):
    """Which field did this organisation mean by this column title?"""

    org = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    field = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "title"], name="one_meaning_per_column")]


class ValueMemory(models.Model):
    """What did this organisation mean by this word in this field, e.g. 高新区 as a district?"""

    org = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=32)
    field = models.CharField(max_length=60)
    word = models.CharField(max_length=120)
    meaning = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "field", "word"], name="one_meaning_per_word")]
