"""When is the embedded server up? When a connection answers. Start, join, stop, and recover from every kind of kill."""

import errno
import fcntl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import kill
from pathlib import Path
from signal import SIGINT
from types import TracebackType
from typing import IO, Any

import psycopg

from xiaojia.lib.postgres.account import Account, check_reach, server_account
from xiaojia.lib.postgres.binaries import Binaries, executable_binaries
from xiaojia.lib.postgres.errors import PostgresError
from xiaojia.lib.postgres.initialise import SUPERUSER, check_space, clean_environment, ensure_data_folder
from xiaojia.lib.postgres.processes import postmaster_pid, quit_orphans, remove_stale_locks, wait_gone
from xiaojia.lib.postgres.sockets import make_socket_folder, socket_folder

START_WAIT_S, STOP_WAIT_S, ORPHAN_GRACE_S = 120.0, 6.0, 2.0
FIXED_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder is 0700; who may sign in is a matter of passwords
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_error_statement": "panic",  # statements and keys hold personal values
    "log_error_verbosity": "terse",
}


class Cluster:
    """The embedded server of one data folder. Several processes may hold it; the last to leave stops it."""

    def __init__(self, home: Path, super_password: str) -> None:
        self.home, self.data, self.sockets = home, home / "pg", socket_folder(home)
        self.start_log = home / "pg.start.log"
        self._super_password = super_password
        self._users: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def connect(self, dbname: str = "postgres") -> psycopg.Connection[Any]:
        """A superuser's connection in autocommit mode; raises psycopg.OperationalError."""
        return psycopg.connect(
            host=str(self.sockets),
            port=5432,
            user=SUPERUSER,
            password=self._super_password,
            dbname=dbname,
            connect_timeout=5,
            autocommit=True,
        )

    def answers(self) -> bool:
        """Is the server alive? Raises `wrong_password` when it is, but is not ours."""
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise PostgresError("wrong_password", folder=self.data) from error
            return False
        return True

    def start(self, wait_s: float = START_WAIT_S) -> None:
        """Use the running server or start it, creating its data folder the first time. Harmless when repeated."""
        try:
            account = self._prepare_home()
            users = self._users or (self.home / "pg.users").open("ab")
            fcntl.flock(users, fcntl.LOCK_SH)
            self._users = users
            with self._starting():
                if not self.answers():
                    self._launch(account, time.monotonic() + wait_s, wait_s)
        except BaseException as error:
            self._leave()
            if isinstance(error, OSError):
                raise self._explain(error) from error
            raise

    def stop(self, wait_s: float = STOP_WAIT_S) -> bool:
        """Leave; the last user shuts the server down (fast mode). True when it is down afterwards."""
        if self._users is None:
            return False
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._leave()
            return False
        try:
            pid = postmaster_pid(self.data)
            if pid is not None:
                with suppress(ProcessLookupError):
                    kill(pid, SIGINT)
            gone = wait_gone(self.data, wait_s)
            if self._process and gone:
                self._process.wait(wait_s)
            return gone
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._users is not None:
            self._users.close()
            self._users = None

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self.home / "pg.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_home(self) -> Account | None:
        """Make the data folder and let the server's account pass through it; parents stay as they are."""
        self.home.mkdir(parents=True, exist_ok=True)
        account = server_account()
        if account:
            mode = self.home.stat().st_mode & 0o7777
            if mode | 0o011 != mode:
                self.home.chmod(mode | 0o011)
            check_reach(account, self.home)
        return account

    def _launch(self, account: Account | None, until: float, wait_s: float) -> None:
        binaries = executable_binaries(self.home, account)
        ensure_data_folder(self.data, binaries, account, self._super_password)
        make_socket_folder(self.sockets, account)
        began = time.monotonic()
        while time.monotonic() < until:
            spawned = postmaster_pid(self.data) is None
            if spawned:
                remove_stale_locks(self.data, self.sockets)
                self._process = self._spawn(binaries, account)
            if self._wait_answer(until):
                return
            if spawned and time.monotonic() < until:
                self._weigh_failure(time.monotonic() - began)
                time.sleep(0.2)
        raise PostgresError("start_timeout", folder=self.data, seconds=int(wait_s), log=self.data / "log")

    def _weigh_failure(self, tried_s: float) -> None:
        """After an exit: return to try again while children of a killed server linger, else raise what it said."""
        words = self._last_words()
        if "pre-existing shared memory block" not in words:
            check_space(self.data, 5)
            raise PostgresError("start_failed", folder=self.data, detail=words, log=self.start_log)
        if tried_s > ORPHAN_GRACE_S:
            quit_orphans(self.data)

    def _spawn(self, binaries: Binaries, account: Account | None) -> subprocess.Popen[bytes]:
        command = [binaries.program("postgres"), "-D", str(self.data), "-k", str(self.sockets), "-p", "5432"]
        for name, value in FIXED_SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        extra: dict[str, Any] = account.process if account else {}
        with self.start_log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=self.data,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=0o077,
                **extra,
            )

    def _wait_answer(self, until: float) -> bool:
        """True when the server answers, False when its process has ended or the time is over."""
        while time.monotonic() < until:
            if self.answers():
                return True
            ended = self._process is None or self._process.poll() is not None
            if ended and postmaster_pid(self.data) is None:
                return False
            time.sleep(0.03)
        return False

    def _last_words(self) -> str:
        """Why the server that we started has ended: the last fatal line of its own output, else of its newest log."""
        started = self.start_log.stat().st_ctime - 1
        newer = [path for path in (self.data / "log").glob("*.log") if path.stat().st_mtime >= started]
        last = "no message"
        for path in (self.start_log, *newer):
            lines = path.read_text("utf-8", "replace").splitlines()[-50:]
            fatal = [line for line in lines if "FATAL" in line or "PANIC" in line or "error" in line]
            if fatal:
                return fatal[-1].strip()
            last = (lines or [last])[-1].strip()
        return last

    def _explain(self, error: OSError) -> PostgresError:
        if error.errno == errno.ENOSPC:
            return PostgresError("disk_full", folder=self.home, free_mb=0, needed_mb=300)
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}:
            return PostgresError("not_writable", folder=error.filename or self.home)
        return PostgresError("start_failed", folder=self.data, detail=str(error), log=self.start_log)
