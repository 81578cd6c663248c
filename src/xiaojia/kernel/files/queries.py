"""How are kept bytes read back?"""

from pathlib import Path
from typing import IO

from django.conf import settings

from xiaojia.kernel.files.models import File


def path_of(file: File) -> Path:
    """Return where the bytes lie."""
    return Path(settings.MEDIA_ROOT) / file.relative_path


def thumb_path_of(file: File) -> Path:
    """Return where the thumbnail lies, whether or not there is one."""
    return Path(settings.MEDIA_ROOT) / file.thumb_path


def read(file: File) -> bytes:
    """Return the bytes; raises FileNotFoundError when the data folder lost them."""
    return path_of(file).read_bytes()


def open_bytes(file: File) -> IO[bytes]:
    """Return an open stream of the bytes."""
    return path_of(file).open("rb")
