"""How do bytes come to be kept? Once per content, in full or not at all, under their own hash."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from xiaojia.kernel.files.models import File

CHUNK_BYTES = 1 << 20
Source = bytes | Path | IO[bytes]


def store(
    source: Source,
    *,
    kind: str,
    media_type: str,
    original_name: str = "",
    width_px: int | None = None,
    height_px: int | None = None,
    thumb: bytes | None = None,
) -> File:
    """Keep the bytes under MEDIA_ROOT by their SHA-256 and return their row; equal bytes lie on disk once.

    The bytes are on disk before the row is written: a crash between leaves a file without a row, never the reverse.
    """
    temporary, digest, size = _spool(source)
    file = File(
        kind=kind,
        sha256=digest,
        size_bytes=size,
        media_type=media_type,
        original_name=original_name[:200],
        width_px=width_px,
        height_px=height_px,
        created_at=timezone.now(),
    )
    try:
        _settle(temporary, _root() / file.relative_path)
        if thumb is not None:
            temporary, _digest, _size = _spool(thumb)
            _settle(temporary, _root() / file.thumb_path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    file.save(force_insert=True)
    return file


def forget(file: File) -> None:
    """Delete the row, and the bytes when no other row of the same kind needs them. Raises ProtectedError while in use."""
    paths = [_root() / file.relative_path, _root() / file.thumb_path]
    kind, digest = file.kind, file.sha256
    file.delete()
    if File.objects.filter(kind=kind, sha256=digest).exists():
        return
    for path in paths:
        path.unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def _spool(source: Source) -> tuple[Path, str, int]:
    """Copy the source to a temporary file in the same file system; return it with SHA-256 (hex) and size in bytes."""
    folder = _root() / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as target:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return Path(name), digest.hexdigest(), size


def _chunks(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from iter(lambda: stream.read(CHUNK_BYTES), b"")
        return
    yield from iter(lambda: source.read(CHUNK_BYTES), b"")


def _settle(temporary: Path, target: Path) -> None:
    """Move a whole file to its place; what already lies there under the same hash is the same content."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
