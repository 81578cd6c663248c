"""Can a name lead out of the folder it belongs to?"""

import io
import tarfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from tests.attacks import files
from xiaojia.config.instance.archive import FILES, extract, new_archive, verify
from xiaojia.kernel.files.actions import store
from xiaojia.lib.console import Stop

CLIMBS = [
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd",
    "..\\..\\..\\windows\\win.ini", "..%5c..%5cwin.ini", "%00", "..%00/", "/etc/passwd", "//etc/passwd", "secrets.json", "xiaojia.toml",
    "..%252f..%252fsecrets.json", ".git/config", "..;/secrets.json",
]  # fmt: skip


@pytest.mark.parametrize(
    "base", ["/static/", "/", "/s/", "/office/stations/", "/k/", "/office/imports/blank/", "/s/SY-0001/photo/"]
)
def test_no_address_leads_to_a_file_of_the_machine(cast, base):
    client = Client(raise_request_exception=False)
    for climb in CLIMBS:
        answer = client.get(base + climb)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in (301, 302, 400, 404), climb
        for secret in (b"root:", b"secret_key", b"hash_key", b"[fonts]", b"repositoryformatversion"):
            assert secret not in body, climb


def test_a_photo_is_found_by_its_own_station_and_size_alone(sign_in, cast):
    from xiaojia.domains.stations.actions.photos import take_photo

    photo = take_photo(
        actor=cast.actor("district"), station_id=cast.own.pk, data=files.picture("JPEG"), name="a", kind="door"
    )
    file = photo.file
    client = Client()
    assert client.get(f"/s/{cast.own.code}/photo/{file.pk}/thumb.jpg").status_code == 200
    for size in ("../x", "..", "a/b", "thumb.jpg", "%2e%2e"):
        assert client.get(f"/s/{cast.own.code}/photo/{file.pk}/{size}.jpg").status_code == 404
    assert client.get(f"/s/{cast.other.code}/photo/{file.pk}/thumb.jpg").status_code == 404
    sheet = store(b"secret sheet", kind="sheet", media_type="text/csv")
    assert client.get(f"/s/{cast.own.code}/photo/{sheet.pk}/full.jpg").status_code == 404
    assert client.get(f"/s/{cast.own.code}/photo/{uuid4()}/full.jpg").status_code == 404


def test_a_stored_file_has_a_name_of_ours(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    file = store(b"x", kind="photo", media_type="image/jpeg", original_name="../../evil.sh")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.relative_to(tmp_path).as_posix() for path in kept] == [file.relative_path]
    assert file.relative_path == f"photo/{file.sha256[:2]}/{file.sha256}"


def member(name: str, **more: object) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    data = b"evil" if info.isreg() else b""
    info.size = len(data)
    return info, io.BytesIO(data)


TRAPS = {
    "climbs": member(FILES + "../../../../tmp/xj-evil"),
    "climbs within": member(FILES + "a/../../../xj-evil"),
    "absolute": member("/tmp/xj-evil"),
    "stranger": member("etc/passwd"),
    "symlink": member(FILES + "a", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "symlink up": member(FILES + "a", type=tarfile.SYMTYPE, linkname="../../.."),
    "hard link": member(FILES + "a", type=tarfile.LNKTYPE, linkname="keys.json"),
    "device": member(FILES + "a", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
    "pipe": member(FILES + "a", type=tarfile.FIFOTYPE),
    "folder": member(FILES + "a", type=tarfile.DIRTYPE),
    "backslashes": member("files\\..\\..\\evil"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_backup_with_a_trap_is_refused_and_writes_nothing(tmp_path, trap):
    path, target = tmp_path / "a.backup", tmp_path / "into" / "here"
    target.mkdir(parents=True)
    with tarfile.open(path, "w") as tar:
        tar.addfile(*TRAPS[trap])
    for open_it in (lambda: verify(path), lambda: extract(path, target)):
        with pytest.raises(Stop) as refused:
            open_it()
        assert refused.value.code == "damaged_backup"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert not Path("/tmp/xj-evil").exists()


def test_a_sealed_backup_with_a_trap_is_refused_too(tmp_path):
    """A seal made by an attacker is as good as ours: the names are checked all the same."""
    path = tmp_path / "a.backup"
    with new_archive(path) as writer:
        source = tmp_path / "x"
        source.write_bytes(b"evil")
        writer.add_file(FILES + "../../evil", source)
        writer.seal({})
    with pytest.raises(Stop, match="unexpected member"):
        verify(path)
