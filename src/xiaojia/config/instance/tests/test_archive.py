"""Is the least difference in a backup file noticed before anything is touched?"""

import tarfile

import pytest

from xiaojia.config.instance.archive import DUMP, FILES, KEYS, extract, new_archive, verify
from xiaojia.config.instance.fingerprints import differences
from xiaojia.config.instance.programs import portable
from xiaojia.lib.console import Stop


@pytest.fixture
def archive(tmp_path):
    """A small whole backup."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(bytes(range(256)) * 40)
    path = tmp_path / "whole.tar"
    with new_archive(path) as writer:
        writer.add_file(DUMP, photo)
        writer.add_file(FILES + "2026/a.jpg", photo)
        writer.add_json(KEYS, {"secret_key": "s"})
        writer.seal({"tables": {}})
    return path


def test_a_whole_backup_is_read_back(archive, tmp_path):
    manifest = verify(archive)
    assert sorted(manifest["members"]) == [DUMP, FILES + "2026/a.jpg", KEYS]
    assert manifest["members"][DUMP]["size"] == 10240
    extract(archive, tmp_path / "out")
    assert (tmp_path / "out" / FILES / "2026/a.jpg").read_bytes() == bytes(range(256)) * 40
    assert archive.stat().st_mode & 0o777 == 0o600


def test_one_changed_bit_in_any_member_is_noticed(archive, tmp_path):
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        places = [(member.name, member.offset_data + member.size // 2) for member in tar]
    assert len(places) == 5
    for name, place in places:
        spoiled = tmp_path / "spoiled.tar"
        spoiled.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Stop) as caught:
            verify(spoiled)
        assert caught.value.code == "damaged_backup", name


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_a_cut_file_is_noticed(archive, tmp_path, share):
    with tarfile.open(archive) as tar:
        last = tar.getmembers()[-1]
    cut = tmp_path / "cut.tar"
    cut.write_bytes(archive.read_bytes()[: int((last.offset_data + last.size) * share)])
    with pytest.raises(Stop) as caught:
        verify(cut)
    assert caught.value.code == "damaged_backup"


def test_a_member_that_would_leave_the_folder_is_refused(tmp_path):
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo(FILES + "../../etc/passwd"))
    with pytest.raises(Stop) as caught:
        verify(path)
    assert caught.value.code == "damaged_backup"


def test_a_failed_backup_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError), new_archive(tmp_path / "b.tar"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_differences_name_the_table():
    one, two, other = {"rows": 1, "hash": "5"}, {"rows": 2, "hash": "5"}, {"rows": 1, "hash": "6"}
    assert differences({"a": one, "b": one, "c": one}, {"a": one, "b": two, "d": one}) == [
        "table c is missing",
        "table d is not in the backup",
        "b: 2 rows instead of 1",
    ]
    assert differences({"a": one}, {"a": other}) == ["a: the rows differ"]


def test_what_only_the_dumped_server_knows_is_left_out_but_never_from_rows():
    mark = b"ALTER TABLE ONLY public.t ALTER COLUMN a SET (pg_attver=5);\n"
    timeout = b"SET transaction_timeout = 0;\n"
    script = [timeout, mark, b"COPY public.t (a) FROM stdin;\n", mark, timeout, b"\\.\n", mark, b"SELECT 1;\n"]
    assert list(portable(script, 150020)) == [*script[2:6], b"SELECT 1;\n"]
    assert list(portable(script, 180004)) == [timeout, *script[2:6], b"SELECT 1;\n"]
