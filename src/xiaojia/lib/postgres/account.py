"""Who runs the server? The user; for root an unprivileged account, as PostgreSQL refuses root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiaojia.lib.postgres.errors import PostgresError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    @property
    def process(self) -> dict[str, Any]:
        """Keyword arguments that make `subprocess` run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """The account to drop to; None when the user is not root and runs the server itself."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresError("no_account")


def check_reach(account: Account, folder: Path) -> None:
    """Raise `unreachable` with the topmost folder on the way to `folder` that the account may not enter."""
    for step in (*reversed(folder.resolve().parents), folder):
        if subprocess.run(["test", "-x", str(step)], cwd="/", check=False, **account.process).returncode:
            raise PostgresError("unreachable", account=account.name, folder=step)
