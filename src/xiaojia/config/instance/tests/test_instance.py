"""Can an operator make, examine, back up and restore an instance, and is every refusal a sentence with its exit code?"""

import shutil
import signal
import subprocess
import time

import pytest

from xiaojia.config.instance.tests.homes import command, environment, new_folder, xiaojia
from xiaojia.lib.postgres import binaries

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        binaries.importlib.util.find_spec(binaries.PACKAGE) is None, reason="no embedded PostgreSQL for this platform"
    ),
]
INIT = ("init", "--division", "410100", "--name", "郑州市总工会")


@pytest.fixture(scope="module")
def made():
    """A finished instance, first killed in the middle of its making; the folder and what `init` said."""
    with new_folder() as folder:
        home = folder / "home"
        for kill_after_s in (0.6, 1.6):
            process = subprocess.Popen(command(*INIT), env=environment(home), stdout=subprocess.DEVNULL)
            time.sleep(kill_after_s)
            process.send_signal(signal.SIGKILL)
            process.wait()
        code, said = xiaojia(home, *INIT)
        assert code == 0, said
        yield home, said


def test_a_killed_init_begins_again_and_ends_with_a_link(made):
    home, said = made
    assert said["link"].startswith("http://127.0.0.1:8000/office/link/")
    assert not (home / "creating.json").exists()
    assert sorted(path.name for path in home.glob("pg.partial-*")) == []


def test_init_refuses_a_second_time(made):
    code, said = xiaojia(made[0], *INIT)
    assert (code, said["error"]["code"]) == (1, "not_empty")


def test_the_doctor_is_content(made):
    code, said = xiaojia(made[0], "doctor")
    assert code == 0, said
    states = {one["check"]: one["state"] for one in said["checks"]}
    assert states["roles"] == states["migrations"] == states["month partitions"] == "ok"
    assert states["address"] == "warning"


def test_a_link_for_a_forgotten_password(made):
    code, said = xiaojia(made[0], "user", "reset", "ADMIN", XIAOJIA_URL="https://homes.example")
    assert code == 0 and said["link"].startswith("https://homes.example/office/link/")
    code, said = xiaojia(made[0], "user", "reset", "nobody")
    assert (code, said["error"]["code"]) == (1, "no_such_account")


def test_no_instance_is_exit_5():
    with new_folder() as folder:
        code, said = xiaojia(folder / "home", "doctor")
    assert (code, said["error"]["code"]) == (5, "no_instance")


def test_back_up_and_restore_row_by_row(made):
    home, _ = made
    photo = home / "files" / "2026" / "p.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"picture" * 1000)
    with new_folder() as folder:
        saved, other = folder / "one.tar", folder / "other"
        code, wrote = xiaojia(home, "backup", str(saved))
        assert code == 0 and wrote["files"] == 1 and wrote["rows"] > 300, wrote
        assert xiaojia(home, "backup", str(saved))[1]["error"]["code"] == "file_exists"
        assert xiaojia(home, "restore", str(saved))[0] == 3
        code, restored = xiaojia(other, "restore", str(saved))
        assert code == 0, restored
        assert (restored["rows"], restored["tables"], restored["files"]) == (wrote["rows"], wrote["tables"], 1)
        assert (other / "files" / "2026" / "p.jpg").read_bytes() == b"picture" * 1000
        code, said = xiaojia(other, "doctor")
        assert code == 0, [one for one in said["checks"] if one["state"] == "wrong"]
        _spoil(saved)
        before = sorted(path.name for path in other.iterdir())
        code, said = xiaojia(other, "restore", str(saved), "--force")
        assert (code, said["error"]["code"]) == (1, "damaged_backup")
        assert sorted(path.name for path in other.iterdir()) == before
    shutil.rmtree(photo.parent)


def _spoil(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def test_newer_data_are_exit_6_and_older_ones_are_not_served(made):
    from xiaojia.config.env import load_env
    from xiaojia.config.instance.database import connect, open_database

    home, _ = made
    env = load_env({"XIAOJIA_HOME": str(home)})

    def sql(text):
        with open_database(env), connect(env) as connection:
            connection.execute(text)

    sql("INSERT INTO django_migrations (app, name, applied) VALUES ('stations', '9999_from_tomorrow', now())")
    assert [xiaojia(home, verb)[0] for verb in ("upgrade", "serve")] == [6, 6]
    sql("DELETE FROM django_migrations WHERE name = '9999_from_tomorrow'")
    code, said = xiaojia(home, "upgrade")
    assert (code, said["applied"], said["backup"]) == (0, [], None)
