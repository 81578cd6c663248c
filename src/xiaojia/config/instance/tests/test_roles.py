"""Can the application role do its work, and not a stroke more?"""

import psycopg
import pytest
from django.db import connections

from xiaojia.config.env import load_env
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.roles import APPEND_ONLY, PARTITIONED, excess_rights, grant_app, rights


@pytest.fixture
def app(own_database):
    """A connection as the application role to a database of this test alone."""
    with connect(load_env(), "default", dbname=own_database) as connection:
        yield connection


def owner(name):
    return connect(load_env(), "owner", dbname=name)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("deed", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_written_lines_cannot_be_touched_nor_their_partitions(app, table, deed):
    partitions = app.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
    names = [table, *(name for (name,) in partitions)]
    assert (len(names) > 1) == (table in PARTITIONED)
    column = app.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone()[0]
    for name in names:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(deed.format(name, column))


def test_the_application_adds_audit_lines_and_reads_them(app):
    app.execute(
        "INSERT INTO audit_entry (id, at, actor_id, actor_label, org_path, verb, subject_kind, subject_id, subject_label,"
        " details) VALUES (gen_random_uuid(), now(), 'a', 'A', '/', 'x.done', '', '', '', '{}')"
    )
    assert app.execute("SELECT verb FROM audit_entry WHERE actor_id = 'a'").fetchall() == [("x.done",)]


@pytest.mark.parametrize(
    "deed", ["DELETE FROM django_migrations", "CREATE TABLE own (n int)", "DROP TABLE people_account", "CREATE ROLE x"]
)
def test_the_application_does_not_build(app, deed):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(deed)


def test_a_right_too_many_is_found_and_taken_back(own_database):
    role = load_env().app_role
    with owner(own_database) as connection:
        assert excess_rights(connection, role) == []
        connection.execute(f'GRANT DELETE, TRUNCATE ON visits_visit TO "{role}"')
        assert excess_rights(connection, role) == ["DELETE on visits_visit", "TRUNCATE on visits_visit"]
    grant_app(connections["owner"], role)
    with owner(own_database) as connection:
        assert excess_rights(connection, role) == []


def test_rights_follow_the_parent_of_a_partition():
    assert rights("visits_visit_y2026m11", "visits_visit") == ("SELECT", "INSERT")
    assert rights("stations_station") == ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert rights("django_migrations") == ("SELECT",)
