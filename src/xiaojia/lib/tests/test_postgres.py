"""Does the embedded server start, join, stop and recover? Every case runs the real programs."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from xiaojia.lib.postgres import Cluster, PostgresError, socket_folder
from xiaojia.lib.postgres import binaries as wheel
from xiaojia.lib.postgres.account import server_account
from xiaojia.lib.postgres.initialise import MARKER
from xiaojia.lib.postgres.processes import postmaster_pid

PASSWORD = "super-secret"
pytestmark = pytest.mark.skipif(
    wheel.importlib.util.find_spec(wheel.PACKAGE) is None, reason="no wheel with PostgreSQL for this platform"
)


@pytest.fixture(scope="module")
def reachable():
    """A folder that the server's account can enter, whoever runs the tests."""
    folder = Path("/tmp") / f"xj-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def home(reachable):
    """One data folder for the module: creating it is the slow part."""
    return reachable / "home"


@pytest.fixture
def cluster(home):
    with Cluster(home, PASSWORD) as server:
        yield server
    server.stop()


def one(cluster, sql):
    with cluster.connect() as connection:
        return connection.execute(sql).fetchone()[0]


def test_the_server_is_durable_checked_utf8_and_deaf_to_the_network(cluster):
    names = ["fsync", "data_checksums", "server_encoding", "listen_addresses", "shared_buffers", "max_connections"]
    with cluster.connect() as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}
        shown["lc_collate"] = connection.execute(
            "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"
        ).fetchone()[0]
    assert shown == {
        "fsync": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "lc_collate": "C",
        "listen_addresses": "",
        "shared_buffers": "128MB",
        "max_connections": "60",
    }


def test_no_password_no_entry(cluster, home):
    stranger = Cluster(home, "wrong")
    with pytest.raises(PostgresError) as caught:
        stranger.start()
    assert caught.value.code == "wrong_password"
    assert cluster.answers()


def test_a_second_holder_keeps_the_server_alive(cluster, home):
    second = Cluster(home, PASSWORD)
    second.start()
    pid = postmaster_pid(home / "pg")
    assert second.stop() is False
    assert postmaster_pid(home / "pg") == pid
    assert cluster.answers()


def test_the_last_to_leave_stops_it(home):
    first, second = Cluster(home, PASSWORD), Cluster(home, PASSWORD)
    first.start()
    second.start()
    assert (first.stop(), second.stop()) == (False, True)
    assert postmaster_pid(home / "pg") is None
    assert not second.answers()


def test_what_was_acknowledged_survives_a_kill(home):
    cluster = Cluster(home, PASSWORD)
    cluster.start()
    one(cluster, "SELECT 1")
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    pid = postmaster_pid(home / "pg")
    idle = cluster.connect()
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    assert not cluster.answers()
    cluster.start()
    assert one(cluster, "SELECT sum(n)::int FROM kept") == 7
    assert postmaster_pid(home / "pg") != pid
    idle.close()
    cluster.stop()


def test_a_backend_that_outlives_its_killed_server_is_sent_away(home):
    cluster = Cluster(home, PASSWORD)
    cluster.start()
    # a query that never looks at its postmaster: the plain loop of a sort-free cross join
    busy = cluster.connect()
    busy_pid = busy.info.backend_pid
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b")
    time.sleep(0.1)
    os.kill(postmaster_pid(home / "pg"), signal.SIGKILL)
    began = time.monotonic()
    cluster.start()
    assert one(cluster, "SELECT 42") == 42
    assert time.monotonic() - began < 10
    state = Path(f"/proc/{busy_pid}/stat")
    assert not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"
    busy.close()
    cluster.stop()


def test_a_reused_pid_in_the_pid_file_is_no_server(home):
    cluster = Cluster(home, PASSWORD)
    cluster.start()
    pid_file = home / "pg" / "postmaster.pid"
    text = pid_file.read_text()
    cluster.stop()
    account = server_account()
    sleeper = subprocess.Popen(["sleep", "60"], cwd="/", **(account.process if account else {}))
    try:
        pid_file.write_text("\n".join([str(sleeper.pid), *text.splitlines()[1:]]) + "\n")
        cluster.start()
        assert cluster.answers()
        cluster.stop()
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_zombie_in_the_pid_file_is_no_server(home):
    zombie = subprocess.Popen(["true"])
    time.sleep(0.1)
    (home / "pg" / "postmaster.pid").write_text(f"{zombie.pid}\n{home / 'pg'}\n1\n5432\n\n\n")
    with Cluster(home, PASSWORD) as cluster:
        assert cluster.answers()
    zombie.wait()


def test_a_half_made_data_folder_is_made_again(reachable):
    home = reachable / "half"
    (home / "pg.partial-old" / "data" / "base").mkdir(parents=True)
    (home / "pg").mkdir()
    (home / "pg" / "PG_VERSION").write_text("18\n")
    with Cluster(home, PASSWORD) as cluster:
        assert one(cluster, "SELECT 1") == 1
    assert (home / "pg" / MARKER).exists()
    assert list(home.glob("pg.partial-*")) == []
    aside = list(home.glob("pg.unfinished-*"))
    assert [(path / "PG_VERSION").read_text() for path in aside] == ["18\n"]
    shutil.rmtree(home)


def test_a_long_path_gets_a_short_private_socket(reachable, home):
    long_home = reachable / ("a" * 60) / ("小家" * 10)
    long_home.parent.mkdir()
    sockets = socket_folder(long_home)
    assert sockets.parent == Path("/tmp") and len(str(sockets)) < 40
    shutil.copytree(home / "pg", long_home / "pg", ignore=shutil.ignore_patterns("postmaster.pid"))
    account = server_account()
    if account:
        for path in (long_home / "pg", *(long_home / "pg").rglob("*")):
            os.chown(path, account.uid, account.gid)
    with Cluster(long_home, PASSWORD) as cluster:
        assert one(cluster, "SELECT 1") == 1
        assert sockets.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(sockets)


def test_a_squatted_socket_folder_is_refused(reachable):
    from xiaojia.lib.postgres.sockets import make_socket_folder

    target = reachable / "elsewhere"
    target.mkdir()
    squat = reachable / "squat"
    squat.symlink_to(target)
    with pytest.raises(PostgresError) as caught:
        make_socket_folder(squat, server_account())
    assert caught.value.code == "socket_folder_taken"
    assert target.stat().st_mode & 0o777 == 0o755


def test_two_processes_that_start_at_once_share_one_server(reachable):
    home = reachable / "twice"
    code = (
        "import sys, time; from pathlib import Path; from xiaojia.lib.postgres import Cluster\n"
        "with Cluster(Path(sys.argv[1]), 'p') as cluster:\n"
        "    pid = (Path(sys.argv[1]) / 'pg' / 'postmaster.pid').read_text().split()[0]\n"
        "    print(pid, flush=True); sys.stdin.readline()\n"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, str(home)]
    starters = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    pids = [starter.stdout.readline().strip() for starter in starters]
    assert pids[0] == pids[1] != ""
    assert [starter.communicate("go\n")[0] is not None and starter.returncode for starter in starters] == [0, 0]
    assert postmaster_pid(home / "pg") is None


def test_a_file_in_place_of_the_data_folder_is_a_sentence(reachable):
    (reachable / "file").write_text("")
    with pytest.raises(PostgresError) as caught:
        Cluster(reachable / "file" / "home", PASSWORD).start()
    assert caught.value.code == "not_writable"


def test_data_of_another_major_version_are_refused(home):
    version = home / "pg" / "PG_VERSION"
    before = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(PostgresError) as caught:
            Cluster(home, PASSWORD).start()
    finally:
        version.write_text(before)
    assert caught.value.code == "wrong_version"
    assert "17" in caught.value.english and "17" in caught.value.chinese


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_as_root_a_closed_clone_runs_from_copied_programs(reachable, monkeypatch):
    """The wheel lies in a folder of mode 0700; only copies can be executed."""
    closed = reachable / "closed"
    closed.mkdir(mode=0o700)
    install = wheel.wheel_binaries().bin.parent
    moved = closed / wheel.PACKAGE / install.name
    shutil.copytree(install, moved, symlinks=True)
    libraries = install.parent.with_name(f"{wheel.PACKAGE}.libs")
    shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(wheel, "wheel_binaries", lambda: wheel.Binaries(moved / "bin", 18))
    home = reachable / "copied"
    with Cluster(home, PASSWORD) as cluster:
        assert one(cluster, "SELECT 1") == 1
        pid = postmaster_pid(home / "pg")
        assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(home / "pgbin")
        assert Path(f"/proc/{pid}").stat().st_uid == server_account().uid
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_as_root_a_folder_that_the_account_cannot_enter_is_named(reachable):
    closed = reachable / "private"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresError) as caught:
        Cluster(closed / "home", PASSWORD).start()
    assert caught.value.code == "unreachable"
    assert f"chmod o+x {closed}" in caught.value.english
    assert closed.stat().st_mode & 0o777 == 0o700


def test_connect_says_when_nobody_is_there(reachable):
    with pytest.raises(psycopg.OperationalError):
        Cluster(reachable / "nobody", PASSWORD).connect()
