"""Which stored bytes belong to nobody? Rows that nothing refers to, and bytes without a row."""

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet

from xiaojia.kernel.files.actions import forget
from xiaojia.kernel.files.models import File
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

CHUNK = 1000


def _lonely(cutoff: datetime) -> QuerySet[File]:
    """Rows from before the cutoff to which no row of any room refers."""
    rows = File.objects.filter(created_at__lt=cutoff)
    for link in File._meta.related_objects:
        rows = rows.exclude(Exists(link.related_model.objects.filter(**{link.field.name: OuterRef("pk")})))
    return rows


def _strays(cutoff: datetime) -> Iterator[Path]:
    """Bytes older than the cutoff without a row: an upload or a deletion that was cut off. One query for a thousand files."""
    root = Path(settings.MEDIA_ROOT)
    before = min(cutoff.timestamp(), time.time() - 3600)
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    old = (path for path in files if path.stat().st_mtime < before)
    while some := list(islice(old, CHUNK)):
        names = {path: (path.relative_to(root).parts[0], path.name.partition(".")[0]) for path in some}
        asked = {digest for _kind, digest in names.values()}
        known = set(File.objects.filter(sha256__in=asked).values_list("kind", "sha256"))
        yield from (path for path, name in names.items() if name not in known)


def orphans(cutoff: datetime) -> int:
    """Count the files that belong to nobody."""
    return _lonely(cutoff).count() + sum(1 for _path in _strays(cutoff))


def drop_orphans(cutoff: datetime, most: int) -> int:
    """Delete some of them; a file that somebody has taken up meanwhile stays."""
    done = 0
    for file in _lonely(cutoff)[:most]:
        try:
            forget(file)
        except ProtectedError:
            continue
        done += 1
    for path in list(islice(_strays(cutoff), most - done)):
        path.unlink(missing_ok=True)
        done += 1
    return done


TERMS = (
    Term("files.orphans", _("没有归属的文件"), _("上传到一半、照片包等待确认"), _("上传"),
         _("个人信息保护法第四十七条：目的无法实现或者不再必要应当主动删除"), 2, 1, 30, orphans, drop_orphans),
)  # fmt: skip
