"""Where does the server listen? On a unix socket in the data folder, or a short private folder if that is too long."""

import os
import stat
from hashlib import sha256
from pathlib import Path

from xiaojia.lib.postgres.account import Account
from xiaojia.lib.postgres.errors import PostgresError

LONGEST_BYTES = 100  # the kernel allows 107 for the whole address


def socket_folder(home: Path) -> Path:
    """The folder of the socket; the same answer in every process, without touching the disk."""
    inside = home / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_BYTES:
        return inside
    name = sha256(f"{os.geteuid()}:{home}".encode()).hexdigest()[:16]
    return Path("/tmp") / f"xiaojia-{name}"  # noqa: S108 - created 0700 and checked for its owner


def make_socket_folder(folder: Path, account: Account | None) -> None:
    """Create the folder for the server's account with mode 0700; raises when somebody else holds the name."""
    uid = account.uid if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in {uid, os.geteuid()}:
        raise PostgresError("socket_folder_taken", folder=folder)
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
