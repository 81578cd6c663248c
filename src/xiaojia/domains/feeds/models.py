"""Who allowed the coordinates out of the house, by which document, and who took that back? Rows are only added."""

from django.db import models

from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.ids import uuid7


class Approval(models.Model):
    """One release approval (信息发布审核): the authority, its document number as written by hand, its date, what it covers.

    The application's role may neither change nor delete a row; taking it back is a row of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=120)
    document_no = models.CharField(max_length=80)
    approved_on = models.DateField()
    scope = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.authority} {self.document_no}"


class Withdrawal(models.Model):
    """The end of an approval, with its reason; from this instant on no feed shows anything."""

    approval = models.OneToOneField(Approval, primary_key=True, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=200)
    withdrawn_by = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField()
