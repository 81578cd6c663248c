"""What does every test stand on? A migrated, seeded database as the application role sees it, and the cast."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEMPLATE = "xiaojia_test_template"


def _settings(alias: str) -> dict[str, Any]:
    from django.db import connections

    return connections.settings[alias]


@contextmanager
def _maintenance() -> Iterator[Any]:
    """A connection of the owner to a database that is not under test, with the lock that lets one worker build."""
    from xiaojia.config.env import load_env
    from xiaojia.config.instance.database import connect

    with connect(load_env()) as connection:
        connection.execute("SELECT pg_advisory_lock(8246)")
        yield connection


def _use(name: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        _settings(alias)["NAME"] = name


def _build_template(connection: Any) -> None:
    """Migrate and seed the template once per run, marked by a comment that names the run."""
    from xiaojia.config.env import load_env
    from xiaojia.config.instance.migrations import migrate
    from xiaojia.config.seed import seed_base

    mark = os.environ["XIAOJIA_TEST_HOUSE"]
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
    ).fetchone()
    if row and row[0] == mark:
        return
    connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    connection.execute(f"CREATE DATABASE {TEMPLATE}")
    _use(TEMPLATE)
    migrate(load_env(), datetime.now(SHANGHAI))
    seed_base()
    _use("postgres")
    connection.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{mark}'")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Give this worker its own copy of the template."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"xiaojia_test_{worker}"
    with django_db_blocker.unblock():
        with _maintenance() as connection:
            _build_template(connection)
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        _use(name)
        yield
        _use("postgres")
        with _maintenance() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh committed database for tests that need several connections; nothing is rolled back, it is dropped."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name, before = f"xiaojia_own_{worker}", _settings("default")["NAME"]
    with django_db_blocker.unblock():
        with _maintenance() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        _use(name)
        yield name
        _use(before)
        with _maintenance() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    """Pages in tests name static files plainly; hashing is tested on a running product."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session", autouse=True)
def _own_limits() -> None:
    """Each worker counts for itself how fast somebody comes; processes that share a file are tested in lib."""
    from django.conf import settings

    settings.LIMITS_FILE = None


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with real data, or a skip that says where it was looked for."""
    for place in (os.environ.get("XIAOJIA_DATA", ""), Path(__file__).parent.parent / "shared" / "data"):
        if place and Path(place).is_dir():
            return Path(place)
    pytest.skip("real data not found: set XIAOJIA_DATA, or put them into ../shared/data")


@pytest.fixture
def zhengzhou(db: None) -> Any:
    """A real instance: 郑州市总工会 with one union for each of its districts."""
    from xiaojia.kernel.audit.rules import SYSTEM
    from xiaojia.kernel.orgs.actions import set_up_instance

    return set_up_instance(actor=SYSTEM, division_code="410100", name="郑州市总工会", is_demo=False)


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed cast: see tests/cast.py."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def sign_in(client: Any) -> Callable[[str, Any], Any]:
    """Sign a member of the cast in and return the client: `sign_in("officer", cast)`."""

    def enter(role: str, members: Any) -> Any:
        from tests.cast import enter as come_in

        come_in(client, members.account(role))
        return client

    return enter
