"""Do the figures count what happened, name no station and no person, and show themselves to few?"""

import re
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from xiaojia.config import metrics
from xiaojia.domains.visits.tests.test_check_in import tap
from xiaojia.web import requests
from xiaojia.web.requests import Done

TOKEN = "0123456789abcdef0123"


def figures(client, **headers):
    """Every figure as {(name, labels): value}."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = parse(answer.content.decode())
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_requests_are_counted_by_route_method_and_status(client, cast):
    key = ("xiaojia_requests_total", ("method", "GET"), ("route", "/s/<str:code>/"), ("status", "200"))
    before = figures(client).get(key, 0)
    for _ in range(3):
        client.get(f"/s/{cast.own.code}/")
    after = figures(client)
    assert after[key] - before == 3
    spent = ("xiaojia_request_seconds_count", ("route", "/s/<str:code>/"))
    assert after[spent] >= 3
    assert cast.own.code not in repr(after) and cast.own.name not in repr(after)


def test_invented_methods_make_no_series(client, db):
    for word in ("EVIL1", "EVIL2"):
        metrics.observe(Done("unknown", word, 405, 0.001))
    methods = {dict(labels).get("method") for _, *labels in figures(client)}
    assert "other" in methods and not methods & {"EVIL1", "EVIL2"}


def test_check_ins_are_counted_by_outcome(client, cast):
    def counted():
        found = figures(client)
        words = ("accepted", "repeated", "same_hour")
        return [found.get(("xiaojia_checkins_total", ("outcome", word)), 0) for word in words]

    before = counted()
    from uuid import uuid4

    key = uuid4()
    tap(cast, key=key)
    tap(cast, key=key)
    tap(cast)
    assert [b - a for a, b in zip(before, counted(), strict=True)] == [1, 1, 1]


def test_what_is_true_now(client, db):
    found = figures(client)
    assert found[("xiaojia_ready",)] == 1
    assert 0 < found[("xiaojia_database_answer_seconds",)] < 5
    assert found[("xiaojia_jobs_waiting",)] == 0
    assert found[("xiaojia_database_connections",)] >= 1
    names = {re.match(r"xiaojia_[a-z_]+", name)[0] for name, *_ in found}
    assert "xiaojia_info" in names


def test_a_waiting_job_is_seen_with_its_age(client, db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES"
            " ('default', 'x', now() - interval '90 seconds'), ('default', 'y', now() + interval '1 hour')"
        )
    found = figures(client)
    assert found[("xiaojia_jobs_waiting",)] == 1
    assert 89 < found[("xiaojia_jobs_oldest_seconds",)] < 100


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.5"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "203.0.113.9"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "home.example.cn"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}, 200),
    ],
)
def test_without_a_token_only_this_machine_may_read(client, db, settings, extra, status):
    settings.ALLOWED_HOSTS = ["*"]
    assert client.get("/metrics", **extra).status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 404), (f"bearer {TOKEN}", 404), (TOKEN, 404), ("", 404)],
)
def test_with_a_token_only_its_holder_may(client, db, settings, given, status):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": given}, REMOTE_ADDR="10.0.0.5")
    assert answer.status_code == status


FIRST = """
import threading
from xiaojia.config import metrics
from xiaojia.web.requests import Done
started, wrong = threading.Barrier(8), []
def first():
    started.wait()
    try:
        metrics.observe(Done("/x", "GET", 200, 0.01))
    except Exception as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=first) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
from prometheus_client import REGISTRY
print(wrong, REGISTRY.get_sample_value("xiaojia_requests_total", {"route": "/x", "method": "GET", "status": "200"}))
"""


def test_first_requests_that_come_at_once_are_all_counted():
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] 8.0"


def test_what_cannot_be_counted_is_answered_all_the_same(client, db, monkeypatch, caplog):
    def broken(done):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(requests, "OBSERVERS", [broken])
    assert client.get("/healthz").status_code == 200
    assert "a request was not counted" in caplog.text
