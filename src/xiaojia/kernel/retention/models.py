"""Since when does which term count, what did its last run do, and which figures outlive their rows?"""

from django.db import models


class Version(models.Model):
    """From this day a term has so many days. A row in force never changes; another row follows it."""

    key = models.CharField(max_length=40, db_collation="C")
    days = models.PositiveIntegerField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "-effective_on"]
        constraints = [models.UniqueConstraint(fields=["key", "effective_on"], name="one_length_a_day_per_term")]


class Run(models.Model):
    """What the last run of a term did: rows deleted, or the kind of fault that stopped it."""

    key = models.CharField(max_length=40, primary_key=True, db_collation="C")
    at = models.DateTimeField()
    cutoff = models.DateTimeField()
    cleared = models.PositiveBigIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=80, blank=True)


class Figure(models.Model):
    """A number that stays when what it was counted from is made impersonal, such as the distinct phones of a month."""

    key = models.CharField(max_length=40, db_collation="C")
    period = models.CharField(max_length=10, db_collation="C", help_text='e.g. "2026-05"')
    scope = models.CharField(max_length=270, db_collation="C", help_text='e.g. "path:/1/5/"')
    value = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "period", "scope"], name="one_figure_of_a_kind")]
