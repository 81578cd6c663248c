"""How is the database reached? The embedded server or DATABASE_URL's, with both roles made sure of."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from xiaojia.config.env import APP, DATABASE, OWNER, Env, database_settings
from xiaojia.lib.console import Exit, Stop
from xiaojia.lib.postgres import Cluster

OLDEST_SERVER = 150000


@dataclass
class Database:
    """An open database: the environment, and the embedded server if it is ours."""

    env: Env
    cluster: Cluster | None


@contextmanager
def open_database(env: Env) -> Iterator[Database]:
    """Hold the database open; needs stored secrets (`make_home`). The last holder stops the embedded server."""
    if not env.is_embedded:
        ensure_external(env)
        yield Database(env, None)
        forget_connections()
        return
    with Cluster(env.home, env.secrets.super_password) as cluster:
        ensure_embedded(cluster, env)
        try:
            yield Database(env, cluster)
        finally:
            forget_connections()


def setup_django() -> None:
    """Load the settings and the rooms; the data folder must be as they shall see it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")
    django.setup()


def forget_connections() -> None:
    """Close Django's own connections, if it was loaded: the server may stop, and start again, behind them."""
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        connections.close_all()


def connect(env: Env, alias: str = "owner", **extra: Any) -> psycopg.Connection[Any]:
    """A plain connection as `owner` or `default` (the application role), in autocommit mode."""
    place = database_settings(env)[alias]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    given = {key: place[name] for key, name in names.items() if place.get(name)}
    return psycopg.connect(**(given | place.get("OPTIONS", {}) | {"autocommit": True, "connect_timeout": 10} | extra))


def ensure_embedded(cluster: Cluster, env: Env) -> None:
    """Create both roles and the database once; what is there stays."""
    with cluster.connect() as connection:
        for role, password in ((OWNER, env.secrets.owner_password), (APP, env.secrets.app_password)):
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
                _set_login(connection, "CREATE", role, password)
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))


def ensure_external(env: Env) -> None:
    """Check the server that DATABASE_URL names, and make the application role when only one login was given."""
    try:
        with connect(env, "owner") as connection:
            _check_version(connection)
            if not env.database_owner_url:
                _ensure_app_role(connection, env)
        connect(env, "default").close()
    except psycopg.errors.InsufficientPrivilege as error:
        raise _two_logins_needed(env) from error
    except psycopg.OperationalError as error:
        text = " ".join(str(error).split())
        raise Stop(
            Exit.CANNOT_REACH,
            "database_unreachable",
            f"The database of DATABASE_URL cannot be reached: {text}",
            f"无法连接 DATABASE_URL 指定的数据库：{text}",
        ) from error


def _check_version(connection: psycopg.Connection[Any]) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise Stop(
            Exit.FAILED,
            "server_too_old",
            f"PostgreSQL {version // 10000} is too old: Xiaojia needs 15 or newer.",
            f"PostgreSQL {version // 10000} 版本过低：需要 15 或更高版本。",
        )


def _ensure_app_role(connection: psycopg.Connection[Any], env: Env) -> None:
    role, password = env.app_role, env.secrets.app_password
    if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        _set_login(connection, "CREATE", role, password)
        return
    try:
        connect(env, "default").close()
    except psycopg.OperationalError:
        _set_login(connection, "ALTER", role, password)


def _two_logins_needed(env: Env) -> Stop:
    role = env.app_role
    return Stop(
        Exit.FAILED,
        "cannot_create_role",
        f"The login of DATABASE_URL may not create the role {role}. Let the database's administrator run "
        f"CREATE ROLE {role} LOGIN PASSWORD '…'; then set DATABASE_URL to it and DATABASE_OWNER_URL to the owner.",
        f"DATABASE_URL 的账户无权创建角色 {role}。请数据库管理员执行 CREATE ROLE {role} LOGIN PASSWORD '…'；"
        "然后把 DATABASE_URL 设为该角色、DATABASE_OWNER_URL 设为数据库所有者。",
    )


def _exists(connection: psycopg.Connection[Any], query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None


def _set_login(connection: psycopg.Connection[Any], verb: str, role: str, password: str) -> None:
    text = "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}"
    command = sql.SQL(text).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(password))
    connection.execute(command)
