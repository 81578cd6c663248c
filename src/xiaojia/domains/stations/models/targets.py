"""How many stations does an organisation mean to have by the end of a year?"""

from django.db import models

from xiaojia.kernel.orgs.models import Organisation


class Target(models.Model):
    """A year's target, such as 100 by the end of 2026; the latest entry of a year counts."""

    org = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    stations = models.PositiveIntegerField()
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["org", "year"], name="one_target_a_year")]
