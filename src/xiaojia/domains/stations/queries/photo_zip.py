"""What lies in an archive of photos, and where would each go? Nothing is written; a bomb or a trap is refused."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db.models import QuerySet

from xiaojia.domains.stations.models import SourceKey, Station, StationPhoto
from xiaojia.domains.stations.rules.photo_names import read_name
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _

MAX_ARCHIVE_BYTES = 300 * 2**20
MAX_FILES = 2000
MAX_PHOTO_BYTES = 15 * 2**20
MAX_TOTAL_BYTES = 2 * 2**30


class ArchiveError(XiaojiaError):
    """An archive that cannot be taken."""

    sentences = {  # noqa: RUF012
        "not_a_zip": _("这不是 zip 压缩包，或者没有传完。请用系统自带的“压缩”功能打包后再传。"),
        "too_large": _("压缩包有 %(size_mb)s MB，超过了 %(limit_mb)s MB。请分几次传。"),
        "too_many": _("压缩包里有 %(count)s 个文件，超过了 %(limit)s 个。请分几次传。"),
        "bomb": _("压缩包展开后太大，没有打开。请只放照片。"),
        "locked": _("压缩包有密码，打不开。请不设密码重新打包。"),
    }


@dataclass(frozen=True)
class Found:
    """One file of the archive: its name, the station it goes to (None: why not in `problem`), the kind."""

    index: int
    name: str
    station: Station | None
    kind: str
    problem: str = ""

    @property
    def kind_label(self) -> str:
        return str(StationPhoto.Kind(self.kind).label) if self.kind else ""


def plan(archive: Path | IO[bytes], stations: QuerySet[Station]) -> list[Found]:
    """Return where each photo would go, by code or by the list's own number; raises ArchiveError."""
    with _open(archive) as opened:
        members = _members(opened)
    named = [(index, info, read_name(_name(info))) for index, info in members]
    by_key = _stations_by_key(stations, {name.key for _i, _info, name in named if name})
    return [_found(index, info, name, by_key) for index, info, name in named]


def photos(archive: Path, wanted: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes of the wanted members; never more than a photo may have, whatever the header claims."""
    with _open(archive) as opened:
        for index, info in _members(opened):
            if index in wanted:
                with opened.open(info) as stream:
                    yield index, stream.read(MAX_PHOTO_BYTES + 1)


def _found(index: int, info: zipfile.ZipInfo, name: Any, by_key: dict[str, Station]) -> Found:
    shown = _name(info)
    if name is None:
        return Found(index, shown, None, "", _("不是照片，或文件名里没有编号"))
    if info.file_size > MAX_PHOTO_BYTES:
        return Found(index, shown, None, name.kind, _("照片太大"))
    station = by_key.get(name.key)
    return Found(index, shown, station, name.kind, "" if station else _("没有这个编号的站点"))


def _open(archive: Path | IO[bytes]) -> zipfile.ZipFile:
    size = archive.stat().st_size if isinstance(archive, Path) else archive.seek(0, 2)
    if size > MAX_ARCHIVE_BYTES:
        mb = {"size_mb": size >> 20, "limit_mb": MAX_ARCHIVE_BYTES >> 20}
        raise ArchiveError("too_large", params=mb)
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError("not_a_zip") from error


def _members(opened: zipfile.ZipFile) -> list[tuple[int, zipfile.ZipInfo]]:
    """The files worth naming, with their place; refuses what would not end well before anything is unpacked."""
    infos = [info for info in opened.infolist() if not info.is_dir() and not _is_junk(info)]
    if len(infos) > MAX_FILES:
        raise ArchiveError("too_many", params={"count": len(infos), "limit": MAX_FILES})
    if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise ArchiveError("bomb")
    if any(info.flag_bits & 0x1 for info in infos):
        raise ArchiveError("locked")
    return list(enumerate(infos))


def _is_junk(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith("__MACOSX/") or info.filename.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db")


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; archives made by Windows carry GB18030 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _stations_by_key(stations: QuerySet[Station], keys: set[str]) -> dict[str, Station]:
    found = {station.code: station for station in stations.filter(code__in=keys)}
    own = SourceKey.objects.filter(key__in=keys, station__in=stations).select_related("station")
    return {row.key.upper(): row.station for row in own} | found
