"""Which civil divisions are there (GB/T 2260), in which edition, and where are their borders?"""

from django.db import models

from xiaojia.lib.errors import gettext_noop as _


class Edition(models.Model):
    """One dated list of divisions; codes retire, so every list keeps its source and date."""

    name = models.CharField(max_length=80, unique=True)
    source = models.CharField(max_length=200)
    effective_on = models.DateField()

    class Meta:
        ordering = ["-effective_on"]


class Division(models.Model):
    """A province, city or county by its six digits. `prefix` is the code without trailing pairs of zeros."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县区")

    code = models.CharField(max_length=6, primary_key=True, db_collation="C")
    prefix = models.CharField(max_length=6, db_collation="C", db_index=True)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    lng = models.FloatField(null=True, help_text="WGS-84, a point to centre a map on")
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Boundary(models.Model):
    """The border of one division as WKB in WGS-84 (CGCS2000): for computation and internal pages, never published."""

    division = models.OneToOneField(Division, primary_key=True, on_delete=models.CASCADE, related_name="boundary")
    wkb = models.BinaryField()
    source = models.CharField(max_length=100)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
