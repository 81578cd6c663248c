"""How does one statement reach the database in one round trip? Prepared once per connection, without asking first whether it lives."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection


def row_of(query: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or None.

    Outside a transaction it is a transaction of its own, and is run once more over a fresh connection when the old one
    turns out to be dead: only for statements that may arrive twice. Raises: django.db.DatabaseError.
    """
    try:
        return _run(query, values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _run(query, values)


def _run(query: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = 0  # Django sets none; its own cursors never prepare, whatever stands here
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()
