"""Which organisations, units and posts are there? One authority path; units by credit code; a post joins a person to an organisation."""

from django.db import models

from xiaojia.kernel.people.models import Person
from xiaojia.kernel.places.models import Division
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class Organisation(models.Model):
    """A union body on the one authority path (全总 → 省 → 市 → 县区 → 街道 → 基层), also those without a civil code.

    `path` is "/" + ids of the ancestors + own id, each closed by "/": a subtree is a prefix.
    `division` is the civil ground of a territorial union; a development zone has none and names the civil
    districts on whose ground it lies in `lies_in`.
    """

    class Kind(models.TextChoices):
        TERRITORIAL = "territorial", _("地方工会")
        ZONE = "zone", _("开发区工会")
        INDUSTRY = "industry", _("产业工会")
        FEDERATION = "federation", _("工会联合会")
        BASIC = "basic", _("基层工会")

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.TERRITORIAL)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=255, db_collation="C", unique=True)
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="organisations")
    lies_in = models.ManyToManyField(Division, related_name="zones", blank=True)
    federations = models.ManyToManyField("self", symmetrical=False, related_name="federated", blank=True)
    created_at = models.DateTimeField()
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Instance(models.Model):
    """The one row that says whose installation this is."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    root = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)
    code_prefix = models.CharField(max_length=6, help_text="stations are numbered PREFIX-0001")
    last_station_no = models.PositiveIntegerField(
        default=0, help_text="numbers are never given twice, even after an undo"
    )
    keeper_word = models.CharField(max_length=10, default="站长")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_instance")]


class Unit(models.Model):
    """A 单位 by its unified credit code (GB 32100); host, partner, employer are roles of one unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, db_collation="C", null=True, unique=True)
    roles = models.JSONField(default=list, help_text='["host", "partner", "employer"]')
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person in an organisation, in a role, for a time."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("系统管理员")
        OFFICER = "officer", _("经办人")
        LEADER = "leader", _("分管领导")
        AUDITOR = "auditor", _("审计")
        CLERK = "clerk", _("共建单位联络员")
        KEEPER = "keeper", _("站点负责人")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role)
    title = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, help_text="a clerk's unit")
    since = models.DateField()
    until = models.DateField(null=True)
    term = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["org", "role"]


class Scoped(models.Model):
    """What belongs to an organisation and stands on some ground: written by path, read by path or by division."""

    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
