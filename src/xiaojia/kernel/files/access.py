"""Who may see a file? Whoever may see what it belongs to: the room that owns the link asks, this room keeps no rights of its own."""

from uuid import UUID

from xiaojia.kernel.files.models import File


def get(pk: UUID, kind: str) -> File | None:
    """Return the file of that kind, or None; a sheet's id never opens a photo, nor the reverse."""
    return File.objects.filter(pk=pk, kind=kind).first()
