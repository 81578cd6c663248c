"""What may each database role do? The owner migrates; the application works on rows, some of them only once."""

from typing import Any

from xiaojia.config.env import load_env

PARTITIONED = ("audit_entry", "visits_visit")
"""Tables with one partition a month."""
APPEND_ONLY = (*PARTITIONED, "visits_answer", "feeds_approval", "feeds_withdrawal")
"""Tables whose rows the application may add and read, nothing else; their month partitions count too."""
READ_ONLY = ("django_migrations",)

RELATIONS = """
SELECT c.relname, c.relkind::text, p.relname
FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
LEFT JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
ORDER BY c.relname
"""


def grant_app(owner_connection: Any, app_role: str | None = None) -> None:
    """Give the application role exactly its rights on every table there is; to be run after every migration.

    `owner_connection` is Django's connection "owner" or a psycopg connection of the owner.
    """
    role = quote(app_role or load_env().app_role)
    with owner_connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        relations = cursor.fetchall()
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        for name, kind, parent in relations:
            table = quote(name)
            if kind == "S":
                cursor.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table} TO {role}")
                continue
            cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
            cursor.execute(f"GRANT {', '.join(rights(name, parent))} ON {table} TO {role}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA public TO {role}")


def rights(table: str, parent: str | None = None) -> tuple[str, ...]:
    """The application's rights on a table, or on a partition of `parent`."""
    if table in READ_ONLY:
        return ("SELECT",)
    if (parent or table) in APPEND_ONLY:
        return ("SELECT", "INSERT")
    return ("SELECT", "INSERT", "UPDATE", "DELETE")


def excess_rights(connection: Any, app_role: str) -> list[str]:
    """What the application role may do and must not, as `UPDATE on audit_entry`; any connection may ask."""
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = %s",
            [app_role],
        )
        row = cursor.fetchone()
        if row is None:
            return [f"role {app_role} does not exist"]
        if row[0]:
            wrong.append(f"role {app_role} is a superuser or may create roles or databases")
        cursor.execute(RELATIONS)
        for name, kind, parent in cursor.fetchall():
            if kind == "S":
                continue
            allowed = rights(name, parent)
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                if right in allowed:
                    continue
                cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [app_role, f"public.{quote(name)}", right])
                if cursor.fetchone()[0]:
                    wrong.append(f"{right} on {name}")
    return wrong


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
