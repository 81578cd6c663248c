"""Do the probes say the truth, quickly, and nothing that is nobody's business?"""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaojia.config import health


@pytest.fixture
def heartbeat(db):
    """Let the worker have been heard from so many seconds ago."""

    def set_to(age_s: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))", [age_s]
            )

    return set_to


def test_a_living_process_asks_no_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "alive"})
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


def test_ready_with_a_worker(client, heartbeat):
    heartbeat(5)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "status": "ready", "checks": {"database": "ok", "migrations": "ok", "worker": "ok"} | _index(),
    }  # fmt: skip
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 3
    assert "Set-Cookie" not in answer.headers


def _index() -> dict[str, str]:
    return json.loads(json.dumps({"index": "ok"})) if health.INDEX else {}


@pytest.mark.parametrize("age_s", [61, None])
def test_a_quiet_worker_is_a_warning(client, db, heartbeat, age_s):
    if age_s is not None:
        heartbeat(age_s)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (200, "not heard from")


def test_a_migration_to_go_keeps_traffic_away(client, heartbeat, monkeypatch):
    more = health.known() | {("stations", "9999_of_tomorrow")}
    monkeypatch.setattr(health, "known", lambda: more)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"]["migrations"] == "1 to go"


def test_a_database_that_is_newer_does_not(client, db, heartbeat, monkeypatch):
    fewer = frozenset(sorted(health.known())[:-1])
    monkeypatch.setattr(health, "known", lambda: fewer)
    assert client.get("/readyz").status_code == 200


def test_no_database_is_503_without_a_word_about_it(own_database, client):
    from django.db import connections

    name = connections.settings["default"]["NAME"]
    connections["default"].close()
    connections.settings["default"]["NAME"] = "not_there"
    try:
        answer = client.get("/readyz")
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = name
    assert answer.status_code == 503
    assert answer.json()["checks"] | {"index": ""} == {
        "database": "no answer", "migrations": "unknown", "worker": "unknown", "index": "",
    }  # fmt: skip
    assert "not_there" not in answer.content.decode()


@pytest.mark.parametrize(("age_s", "word"), [(0.5, "ok"), (11.0, "behind"), (None, "not loaded yet")])
def test_the_index_is_told_where_there_is_one(client, heartbeat, monkeypatch, age_s, word):
    monkeypatch.setattr(health, "INDEX", [lambda: age_s])
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["index"]) == (200, word)
