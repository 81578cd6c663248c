"""How does one statement reach the database in one round trip? Prepared once per connection, without asking first whether it lives."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def row_of(query: str, values: Mapping[str, Any], *, under: str = "") -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or None; `under` is run before it in the same transaction and trip.

    Outside a transaction it is a transaction of its own, and is run once more over a fresh connection when the old one
    turns out to be dead: only for statements that may arrive twice. Raises: django.db.DatabaseError.
    """
    database = connections[DEFAULT_DB_ALIAS]
    try:
        return _run(database, query, values, under)
    except (OperationalError, InterfaceError):
        if database.in_atomic_block:
            raise
        database.close()
        return _run(database, query, values, under)


def _run(database: BaseDatabaseWrapper, query: str, values: Mapping[str, Any], under: str) -> tuple[Any, ...] | None:
    database.ensure_connection()
    raw = database.connection
    raw.prepare_threshold = 0  # Django sets none; its own cursors never prepare, whatever stands here
    with database.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        if under:
            with (
                raw.pipeline()
            ):  # one implicit transaction up to the end of the block; each statement sees what is committed
                psycopg.Cursor(raw).execute(under, values)
                cursor.execute(query, values)
        else:
            cursor.execute(query, values)
        return cursor.fetchone()
