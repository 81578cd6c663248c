"""Are two databases equal row by row? Per table the number of rows and a hash that does not depend on their order."""

from collections.abc import Callable
from typing import Any

from xiaojia.config.instance.roles import quote

TABLES = """
SELECT c.relname, greatest(c.reltuples, 0)::bigint
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname
"""
# Text of values must not depend on the session: the same settings on both sides.
SESSION = (
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET extra_float_digits = 1",
    "SET bytea_output = 'hex'",
    "SET search_path = public",
)
# The sum of the first 64 bits of SHA-256 of each row: equal sums and counts for equal sets of rows, in any order.
ROWS = """
SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to(xj_row::text, 'UTF8')), 'hex'), 16))
       ::bit(64)::bigint::numeric), 0)::text
FROM ONLY public.{table} AS xj_row
"""


def prepare_session(connection: Any) -> None:
    """Fix everything that the text of a value depends on."""
    for command in SESSION:
        connection.execute(command)


def table_names(connection: Any) -> list[tuple[str, int]]:
    """Every table and partition that holds rows, with the planner's estimate of their number."""
    return [(name, estimate) for name, estimate in connection.execute(TABLES).fetchall()]


def fingerprints(connection: Any, report: Callable[[int], None] = lambda done: None) -> dict[str, dict[str, Any]]:
    """`{table: {"rows": n, "hash": sum}}` of the connection's snapshot; `report` hears the number of tables done."""
    prepare_session(connection)
    found = {}
    for done, (name, _) in enumerate(table_names(connection), start=1):
        rows, total = connection.execute(ROWS.format(table=quote(name))).fetchone()
        found[name] = {"rows": rows, "hash": total}
        report(done)
    return found


def differences(expected: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]) -> list[str]:
    """Name what differs between two sets of fingerprints, one sentence per table."""
    wrong = [f"table {name} is missing" for name in sorted(set(expected) - set(found))]
    wrong += [f"table {name} is not in the backup" for name in sorted(set(found) - set(expected))]
    for name in sorted(set(expected) & set(found)):
        if expected[name]["rows"] != found[name]["rows"]:
            wrong.append(f"{name}: {found[name]['rows']} rows instead of {expected[name]['rows']}")
        elif expected[name]["hash"] != found[name]["hash"]:
            wrong.append(f"{name}: the rows differ")
    return wrong
