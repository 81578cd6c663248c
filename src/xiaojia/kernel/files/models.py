"""What is stored about a file? Its content's hash, size and type; the bytes lie in the data folder."""

from django.db import models

from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import uuid7


class File(models.Model):
    """One cleaned photo or one received sheet. `sha256` is that of the stored bytes; equal bytes are stored once."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        SHEET = "sheet", _("表格")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    original_name = models.CharField(max_length=200, blank=True)
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    @property
    def relative_path(self) -> str:
        return f"{self.kind}/{self.sha256[:2]}/{self.sha256}"

    @property
    def thumb_path(self) -> str:
        return f"{self.relative_path}.thumb.jpg"
