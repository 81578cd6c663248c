"""What is in a backup file? A tar of dump, files and keys, and last a manifest that hashes all of it."""

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from xiaojia.lib.console import Exit, Stop

FORMAT = 1
DUMP, KEYS, MANIFEST, SEAL, FILES = "database.dump", "keys.json", "manifest.json", "manifest.sha256", "files/"
BLOCK = 1 << 20
Report = Callable[[int], None]


def damaged(what: str, chinese: str) -> Stop:
    """The refusal of a file that is not a whole backup."""
    return Stop(
        Exit.FAILED,
        "damaged_backup",
        f"This backup is damaged or no backup of Xiaojia: {what}. Nothing was touched; use another copy.",
        f"备份文件已损坏，或不是小家的备份：{chinese}。未做任何改动；请换一份备份。",
    )


class Writer:
    """Adds members to a new archive and remembers size and SHA-256 of each."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, dict[str, Any]] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Stream a file into the archive."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def add_json(self, name: str, value: object) -> None:
        """Add a small JSON member."""
        data = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._add(name, io.BytesIO(data), len(data))

    def seal(self, manifest: dict[str, Any]) -> None:
        """Write the manifest with all members' hashes, and the manifest's own hash."""
        self.add_json(MANIFEST, manifest | {"format": FORMAT, "members": dict(self.members)})
        digest = self.members[MANIFEST]["sha256"].encode()
        self._add(SEAL, io.BytesIO(digest), len(digest))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        hashing = Hashing(file)
        self._tar.addfile(info, hashing)
        self.members[name] = {"size": size, "sha256": hashing.hexdigest()}


class Hashing:
    """A readable that hashes what is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and remember."""
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """SHA-256 of everything read."""
        return self._hash.hexdigest()


@contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """Write `path` whole or not at all; readable by its owner only, as it holds the keys."""
    part = path.with_name(path.name + ".part")
    part.touch(mode=0o600)
    try:
        with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
            yield Writer(tar)
        _to_disk(part)
        part.replace(path)
        _to_disk(path.parent)
    finally:
        part.unlink(missing_ok=True)


def verify(path: Path, report: Report = lambda done: None) -> dict[str, Any]:
    """Read the whole archive and return its manifest; raises Stop `damaged_backup` for the least difference."""
    found: dict[str, dict[str, Any]] = {}
    small: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                _check_name(member)
                source = tar.extractfile(member)
                found[member.name], data = _digest(source, keep=member.name in {MANIFEST, SEAL, KEYS})
                small[member.name] = data
                report(member.offset_data + member.size)
        manifest: dict[str, Any] = json.loads(small[MANIFEST])
        if small[SEAL].decode() != found[MANIFEST]["sha256"]:
            raise damaged("the manifest was changed", "清单被改动")
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise damaged(f"{path.name} is no whole archive ({error})", f"{path.name} 不是完整的归档文件") from error
    except OSError as error:
        text = error.strerror or str(error)
        raise Stop(Exit.FAILED, "unreadable", f"{path}: {text}", f"无法读取 {path}：{text}") from error
    expected = manifest["members"] | {name: found[name] for name in (MANIFEST, SEAL)}
    for name in sorted(set(expected) ^ set(found)):
        raise damaged(f"{name} is missing or too much", f"{name} 缺失或多余")
    for name, value in expected.items():
        if found[name] != value:
            raise damaged(f"{name} was changed", f"{name} 被改动")
    return manifest


def extract(path: Path, target: Path, report: Report = lambda done: None) -> None:
    """Unpack a verified archive below `target` (plain files only, mode 0600)."""
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            _check_name(member)
            place = target / member.name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            source = tar.extractfile(member)
            place.touch(mode=0o600)
            with place.open("wb") as file:
                while source and (block := source.read(BLOCK)):
                    file.write(block)
            report(member.offset_data + member.size)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, lie on the disk: after a power cut a name stands for a whole file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hash_file(path: Path) -> str:
    """SHA-256 of a file on disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(source: IO[bytes] | None, *, keep: bool) -> tuple[dict[str, Any], bytes]:
    digest, size, kept = hashlib.sha256(), 0, b""
    while source and (block := source.read(BLOCK)):
        digest.update(block)
        size += len(block)
        if keep:
            kept += block
    return {"size": size, "sha256": digest.hexdigest()}, kept


def _check_name(member: tarfile.TarInfo) -> None:
    parts = PurePosixPath(member.name).parts
    known = member.name in {DUMP, KEYS, MANIFEST, SEAL} or (member.name.startswith(FILES) and ".." not in parts)
    if not member.isreg() or not known:
        raise damaged(f"unexpected member {member.name}", f"含有意外的内容 {member.name}")
