"""Which days differ from an ordinary week, and which years has a State Council notice covered?"""

from django.db import models

from xiaojia.lib.errors import gettext_noop as _


class Notice(models.Model):
    """A State Council notice on the holidays of one year; a year without one is not covered."""

    year = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-year"]


class SpecialDay(models.Model):
    """One day that the notice makes a holiday or a make-up working day."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        MAKEUP = "makeup", _("调休上班")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=40)
    follows_weekday = models.PositiveSmallIntegerField(
        null=True, help_text="0 = Monday … 6 = Sunday; empty: Monday's hours"
    )

    class Meta:
        ordering = ["date"]
