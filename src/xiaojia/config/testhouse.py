"""How do tests get a house of their own? A data folder and a PostgreSQL set before Django reads its settings.

Loaded by pytest with `-p xiaojia.config.testhouse`. Without DATABASE_URL the embedded server is started once for all
workers; with it that server is used. Each worker gets a copy of one migrated and seeded template database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

MARK = "XIAOJIA_TEST_HOUSE"


def _make_home() -> Path:
    from xiaojia.config.keys import Secrets, write_secrets

    home = Path(tempfile.mkdtemp(prefix="xiaojia-test-"))
    home.chmod(0o755)
    write_secrets(home / "secrets.json", Secrets.generate())
    return home


def _begin() -> None:
    """Make the home and start the database in the first process; workers find both by the environment."""
    if os.environ.get(MARK):
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser library keeps its loop in the thread of the tests
    home = _make_home()
    os.environ[MARK] = os.environ["XIAOJIA_HOME"] = str(home)
    os.environ.pop("XIAOJIA_URL", None)
    from xiaojia.config.env import load_env
    from xiaojia.config.instance.database import ensure_embedded, ensure_external
    from xiaojia.lib.postgres import Cluster

    env = load_env()
    if env.is_embedded:
        cluster = Cluster(home, env.secrets.super_password)
        cluster.start()
        ensure_embedded(cluster, env)
        with cluster.connect() as connection:
            connection.execute("ALTER ROLE xiaojia_owner CREATEDB")
            connection.execute("GRANT pg_signal_backend TO xiaojia_owner")
        atexit.register(_end, os.getpid(), home, cluster)
    else:
        ensure_external(env)
        atexit.register(_end, os.getpid(), home, None)


def _end(pid: int, home: Path, cluster: object) -> None:
    if os.getpid() != pid:
        return
    if cluster is not None:
        cluster.stop()  # type: ignore[attr-defined]
    shutil.rmtree(home, ignore_errors=True)


_begin()
