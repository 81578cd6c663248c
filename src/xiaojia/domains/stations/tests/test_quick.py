"""Is the quick answer to "what is near and open" the endpoint's own?"""

import pytest
from django.test import RequestFactory

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.views.quick import PATH, quick, read
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.web import express

QUESTION = {"lng": "109.5246", "lat": "18.2677", "open_now": "true"}
OWN = ("X-Request-ID", "Content-Security-Policy")


def _asked(client, **more):
    return client.get(PATH, QUESTION | more)


@pytest.mark.parametrize(
    "more", [{}, {"have": "water"}, {"have": "no_such"}, {"access": ["free", "ask"]}, {"limit": "1"}]
)
def test_it_equals_the_endpoints_answer(client, cast, monkeypatch, more):
    actions.add_evidence(station_id=cast.other.pk, kind="keeper_open", at=cast.other.created_at, device=b"x")
    short = _asked(client, **more)
    monkeypatch.setattr(express, "_reads", {})
    long = _asked(client, **more)
    assert short.json() == long.json() and short.status_code == long.status_code == 200
    kept = {name: value for name, value in long.headers.items() if name not in (*OWN, "ETag", "Vary", "Content-Length")}
    assert {name: short.headers.get(name) for name in kept} == kept


def test_who_holds_the_answer_gets_304(client, cast):
    tag = _asked(client).headers["ETag"]
    assert client.get(PATH, QUESTION, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "given",
    [{"lng": "x"}, {"lng": "181"}, {"lat": "nan"}, {"limit": "51"}, {"limit": "0"}, {"limit": "-1"}, {"have": "A B"},
     {"access": "all"}, {"at": "2026-12-01T12:00"}, {"open_now": "false"}, {"open_now": "1"}, {"more": "x"}],
)  # fmt: skip
def test_what_needs_a_word_goes_the_long_way(given):
    assert read(RequestFactory().get(PATH, QUESTION | given).GET) is None


def test_a_key_that_is_not_known_is_answered_by_the_endpoint(client, cast):
    request = RequestFactory().get(PATH, QUESTION, headers={"Authorization": "Bearer xj_none"})
    request.client_ip = "203.0.113.9"
    assert quick(request) is None
    assert client.get(PATH, QUESTION, headers={"Authorization": "Bearer xj_none"}).status_code == 401


def test_a_closed_station_is_gone_at_once(client, cast):
    codes = [item["code"] for item in _asked(client).json()["items"]]
    actions.close_stations(
        actor=SYSTEM, station_ids=[cast.own.pk], reason="台风", starts_at=cast.own.created_at, ends_at=None
    )
    assert [item["code"] for item in _asked(client).json()["items"]] == [
        code for code in codes if code != cast.own.code
    ]
