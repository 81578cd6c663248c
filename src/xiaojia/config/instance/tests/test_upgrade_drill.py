"""Do the data of the first version, backed up by it, live on in today's code: every row, every file, every printed plate?

The archive was made by data/first_issue.py in a checkout of the first version.
"""

import gzip
import hashlib
import json
import re
import tarfile
from pathlib import Path

import pytest

from xiaojia.config.env import load_env
from xiaojia.config.instance.archive import DUMP, KEYS, verify
from xiaojia.config.instance.database import connect, open_database
from xiaojia.config.instance.tests.homes import FIRST, new_folder, restored, xiaojia
from xiaojia.config.instance.tests.products import serving
from xiaojia.lib.console import Stop
from xiaojia.lib.postgres import binaries

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        binaries.importlib.util.find_spec(binaries.PACKAGE) is None, reason="no embedded PostgreSQL for this platform"
    ),
]
PASSWORD = "a long word for the drill"
PLATES = {"SY-0001": "SSKDJp3zP2bmmvIX", "SY-0004": "sZubrxP7USWVA0mz"}
PHOTO = "92fc62f4b4b0b0dba63050dd24fd84636d66baf510697f3f5bc19a20010416fb"
SHEET = "ced13c8f98bda2933e87b6b8fd3c87c19852af7c2b21d322e5ad1a4a61ccd810"
MOVED_BY_THE_CODE = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="module")
def first():
    """The first version's backup, unpacked, and an instance of today restored from it."""
    with new_folder() as folder:
        archive, home, said = restored(folder)
        with open_database(load_env({"XIAOJIA_HOME": str(home)})):  # held, so that no command starts it anew
            yield archive, home, said


def ask(home, query, *values):
    """The rows of a query to the instance's own database."""
    with connect(load_env({"XIAOJIA_HOME": str(home)})) as connection:
        return connection.execute(query, values or None).fetchall()


def test_the_archive_is_small_and_invented(first):
    archive, _, said = first
    assert FIRST.stat().st_size < 300_000
    assert (said["name"], said["rows"], said["files"]) == ("三亚市总工会", 1409, 3)


def test_no_table_has_lost_a_row(first):
    archive, home, _ = first
    expected = {name: one["rows"] for name, one in verify(archive)["tables"].items() if one["rows"]}
    kept = {name for (name,) in ask(home, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    found = {}
    for name in expected.keys() - MOVED_BY_THE_CODE:
        if name in kept:
            found[name] = ask(home, f'SELECT count(*) FROM "{name}"')[0][0]
    assert {name: n for name, n in found.items() if n < expected[name]} == {}
    assert expected.keys() - MOVED_BY_THE_CODE - found.keys() == set()


def test_what_was_written_reads_the_same(first):
    _, home, _ = first
    stations = ask(home, "SELECT code, name, status, address FROM stations_station ORDER BY code")
    assert stations == [
        ("SY-0001", "月川路驿站", "running", "月川路驿站地址"),
        ("SY-0002", "河东路银行驿站", "running", "河东路银行驿站地址"),
        ("SY-0003", "海月广场驿站", "running", "海月广场驿站地址"),
        ("SY-0004", "甲街驿站", "running", "甲街1号"),
        ("SY-0005", "乙街驿站", "running", "乙街2号"),
    ]
    assert ask(home, "SELECT count(*), sum(people), count(DISTINCT device) FROM visits_visit") == [(13, 17, 12)]
    assert ask(home, "SELECT count(*) FROM audit_entry WHERE at < '2026-11-25'")[0][0] <= 57
    verbs = dict(ask(home, "SELECT verb, count(*) FROM audit_entry GROUP BY verb"))
    assert {word: verbs[word] for word in ("stations.registered", "imports.committed", "feedback.done")} == {
        "stations.registered": 5, "imports.committed": 1, "feedback.done": 1,
    }  # fmt: skip
    assert ask(home, "SELECT kind, state, answer FROM feedback_report") == [("no_entry", "done", "已换锁")]
    assert ask(home, "SELECT count(*) FROM people_account")[0][0] == 8
    assert ask(home, "SELECT label, claimed_at IS NOT NULL FROM stations_devicelink") == [("柜台", True)]


def test_files_are_there_byte_for_byte(first):
    _, home, _ = first
    for kind, digest in (("photo", PHOTO), ("sheet", SHEET)):
        data = (home / "files" / kind / digest[:2] / digest).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest


def test_keys_are_those_that_plates_were_printed_with(first):
    archive, home, _ = first
    with tarfile.open(archive) as tar:
        before = json.load(tar.extractfile(KEYS))
    after = json.loads((home / "secrets.json").read_text())
    assert {name: after[name] for name in before} == before


def test_pages_walk_on_todays_code(first, tmp_path):
    _, home, _ = first
    with serving(home, tmp_path) as product:
        visitor = product.visitor()
        assert visitor.open("/readyz").status == 200
        assert visitor.open("/?lng=109.5246&lat=18.2677").status == 200
        page = visitor.open("/s/SY-0001/")
        assert page.status == 200 and "月川路驿站" in page.text
        photo = re.search(r"/s/SY-0001/photo/[0-9a-f-]+/\w+\.jpg", page.text)
        assert photo and visitor.open(photo[0]).body[:3] == b"\xff\xd8\xff"
        for code, seal in PLATES.items():
            door = visitor.open(f"/s/{code}/in/?t={seal}")
            assert door.status == 200 and 'name="key"' in door.text, code
        desk = signed_in(product.visitor(), "test-officer")
        assert desk.status == 200 and "/sign-in/" not in desk.url


def signed_in(visitor, username):
    """Type name and password; where that leads (the desk, or the page that asks for a second factor)."""
    page = visitor.open("/office/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"csrfmiddlewaretoken": token, "login": username, "password": PASSWORD}
    return visitor.open("/office/sign-in/", form, Referer=page.url)


# The drill of docs/ops/backup.md: damage of every kind is noticed before anything is touched


def test_a_backup_of_today_restores_to_equal_rows_and_files(first, tmp_path):
    _, home, _ = first
    with new_folder() as folder:
        code, made = xiaojia(home, "backup", str(folder))
        assert code == 0, made
        saved = Path(made["file"])
        manifest = verify(saved)
        code, said = xiaojia(folder / "other", "restore", str(saved))
        assert code == 0 and (said["rows"], said["files"]) == (made["rows"], 3), said
        code, again = xiaojia(folder / "other", "backup", str(folder / "again.tar"))
        assert code == 0, again
        second = verify(folder / "again.tar")
        assert changed(manifest["tables"], second["tables"]) == set()
        files = {name: one for name, one in manifest["members"].items() if name not in (DUMP, KEYS)}
        assert {name: second["members"][name] for name in files} == files
        code, said = xiaojia(folder / "other", "restore", str(saved))
        assert (code, said["error"]["code"]) == (3, "not_empty")
        refuse_the_damaged(saved, folder)


def changed(one, other):
    """Names of tables whose number of rows or content differs."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def refuse_the_damaged(saved, folder):
    whole = saved.read_bytes()
    with tarfile.open(saved) as tar:
        members = [(one.name, one.offset, one.offset_data, one.size) for one in tar]
    end = max(data + size for _, _, data, size in members)
    spoiled = {f"bit in {name}": _flipped(whole, data + size // 3) for name, _, data, size in members if size}
    spoiled |= {f"head of {name}": _flipped(whole, head + 3) for name, head, _, _ in members}
    spoiled |= {f"cut at {share}": whole[: int(end * share)] for share in (0.0, 0.2, 0.9, 0.9999)}
    spoiled["another program's file"] = gzip.compress(whole[:1000])
    before = sorted(folder.joinpath("other").iterdir())
    for name, data in spoiled.items():
        path = folder / "spoiled.tar"
        path.write_bytes(data)
        with pytest.raises(Stop) as caught:
            verify(path)
        assert caught.value.code == "damaged_backup", name
    code, said = xiaojia(folder / "other", "restore", str(folder / "spoiled.tar"), "--force")
    assert (code, said["error"]["code"]) == (1, "damaged_backup")
    assert sorted(folder.joinpath("other").iterdir()) == before


def _flipped(whole, place):
    return whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]


# Last, as it makes the data large


def test_an_upgrade_brings_what_was_left_out(first):
    _, home, _ = first
    assert ask(home, "SELECT count(*) FROM places_division") == [(30,)]
    code, said = xiaojia(home, "upgrade")
    assert (code, said["applied"]) == (0, []), said
    assert ask(home, "SELECT count(*) > 3000 FROM places_division") == [(True,)]
    code, said = xiaojia(home, "doctor")
    assert code == 0, [one for one in said["checks"] if one["state"] == "wrong"]
