"""How does a photo come to a station? Cleaned, kept once, then shown."""

from uuid import UUID

from django.db import transaction

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.describing import add_photo
from xiaojia.domains.stations.models import StationPhoto
from xiaojia.kernel.audit.actions import Doer
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.files.actions import store
from xiaojia.kernel.files.models import File
from xiaojia.lib.images import clean_photo


@transaction.atomic
def take_photo(
    *,
    actor: Doer | Who,
    station_id: UUID | str,
    data: bytes,
    name: str,
    kind: str,
    caption: str = "",
    public: bool = True,
) -> StationPhoto:
    """Clean the bytes of a photo, keep them and show them at a station; the same picture again changes nothing.

    Raises: lib.images.PhotoError; StationError `not_found`.
    """
    station = access.get(actor, station_id)
    clean = clean_photo(data)
    held = station.photos.filter(file__sha256=clean.sha256).first()
    if held is not None:
        return held
    file = File.objects.filter(kind=File.Kind.PHOTO, sha256=clean.sha256).first() or store(
        clean.jpeg_bytes,
        kind=File.Kind.PHOTO,
        media_type="image/jpeg",
        original_name=name,
        width_px=clean.width,
        height_px=clean.height,
        thumb=clean.thumb_bytes,
    )
    return add_photo(actor=actor, station_id=station.pk, file=file, kind=kind, caption=caption, public=public)
