"""Do all endpoints keep the house's manners: one shape of refusals, no session, no cookie's power, CORS, HEAD, limits?"""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from xiaojia.kernel.keys.actions import forget_leases, make_key, set_limits

BACKEND = "xiaojia.kernel.people.adapter.Backend"
READS = ("/api/v1/stations", "/api/v1/changes", "/api/v1/facilities", "/api/v1/nearest?lng=109.5&lat=18.2", "/api/v1/open-now",
         "/api/v1/openapi.json", "/api/v1/docs")  # fmt: skip


@pytest.fixture(autouse=True)
def full_limits():
    forget_leases()
    yield
    forget_leases()


@pytest.fixture
def token(cast):
    today = timezone.localdate()
    return make_key(
        actor=cast.actor("admin"), org=cast.district, label="甲平台", scopes=["visits:write", "reports:write", "reports:read"],
        expires_on=today + timedelta(days=30), now=timezone.now(), today=today,
    )[1]  # fmt: skip


def problem(answer, status):
    """Check that an answer is a refusal of the one shape, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert list(body) == ["code", "message", "fields"]
    assert body["message"]
    return body


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/", 404, "not_found"),
        ("get", "/api/v1/none", 404, "not_found"),
        ("post", "/api/v1/none", 404, "not_found"),
        ("get", "/api/v1/stations/NONE-1", 404, "no_station"),
        ("get", "/api/v1/stations/%00", 404, "no_station"),
        ("post", "/api/v1/stations", 405, "method_not_allowed"),
        ("delete", "/api/v1/openapi.json", 405, "method_not_allowed"),
        ("get", "/api/v1/stations?limit=0", 422, "invalid"),
        ("get", "/api/v1/stations?division=abc", 422, "invalid"),
        ("get", "/api/v1/nearest", 422, "invalid"),
        ("get", "/api/v1/nearest?lng=nan&lat=0", 422, "invalid"),
        ("get", "/api/v1/nearest?lng=1&lat=91", 422, "invalid"),
        ("get", "/api/v1/nearest?lng=1&lat=1&at=tomorrow", 422, "invalid"),
        ("get", "/api/v1/nearest?lng=1&lat=1&open_now=yes", 422, "invalid"),
        ("get", "/api/v1/changes?since=abc", 404, "bad_cursor"),
        ("get", "/api/v1/reports/0199d4a0-0000-7000-8000-000000000000", 401, "key_missing"),
    ],
)
def test_every_refusal_has_one_shape(cast, client, method, address, status, code):
    assert problem(getattr(client, method)(address), status)["code"] == code


def test_a_refusal_speaks_the_language_that_is_asked_for(cast, client):
    client.cookies["xj_lang"] = "en"
    chinese = client.get("/api/v1/nearest?lat=1&lng=x", headers={"Accept-Language": "zh-CN"})
    english = client.get("/api/v1/nearest?lat=1&lng=x", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert problem(chinese, 422)["fields"] == {"lng": "要是数字。"}
    assert problem(english, 422)["fields"] == {"lng": "Must be a number."}
    assert (chinese["Content-Language"], english["Content-Language"]) == ("zh-hans", "en")
    assert "Accept-Language" in english["Vary"]


def test_a_405_says_what_is_taken(cast, client):
    assert client.put("/api/v1/stations")["Allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/api/v1/stations/X/check-ins")["Allow"] == "POST, OPTIONS"


def test_our_own_fault_is_a_500_without_details(cast, monkeypatch):
    from xiaojia.domains.stations.api import finding

    monkeypatch.setattr(finding, "nearest_json", lambda *args, **more: 1 / 0)
    body = problem(Client(raise_request_exception=False).get("/api/v1/nearest?lng=1&lat=1"), 500)
    assert body["code"] == "server_error"
    assert "division" not in json.dumps(body)


@pytest.mark.parametrize("address", READS)
def test_public_reads_are_conditional_and_open_to_other_pages(cast, client, address):
    first = client.get(address)
    assert first.status_code == 200
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in first
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head["ETag"]) == (200, first["ETag"])
    preflight = client.options(address, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Authorization" not in preflight["Access-Control-Allow-Headers"]


def test_nobody_elsewhere_may_post(cast, client):
    address = f"/api/v1/stations/{cast.own.code}/check-ins"
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.options(address, headers=asked), client.post(address, "{}", content_type="application/json")):
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("role", ["admin", "keeper"])
def test_a_session_cookie_authenticates_nothing(cast, role, django_assert_num_queries):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.account(role), backend=BACKEND)
    address = f"/api/v1/stations/{cast.own.code}/check-ins"
    with django_assert_num_queries(2):  # the limits and the lease: neither session nor account is read
        answer = client.post(address, "{}", content_type="application/json", headers={"Idempotency-Key": "1"})
    assert problem(answer, 401)["code"] == "key_missing"
    assert answer["WWW-Authenticate"] == 'Bearer realm="xiaojia"'


def test_polling_an_unchanged_register_touches_no_station(cast, client, django_assert_max_num_queries):
    address = "/api/v1/stations?limit=1000"
    etag = client.get(address)["ETag"]
    with django_assert_max_num_queries(2) as seen:
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert not any("stations_station" in query["sql"] for query in seen.captured_queries)


def test_beyond_the_limit_one_is_told_when_to_come_back(cast, client, token):
    set_limits(address_per_min=2, key_per_min=3, effective_from=timezone.now())
    forget_leases()
    answers = [client.get("/api/v1/facilities").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    refused = client.get("/api/v1/facilities")
    assert problem(refused, 429)["code"] == "too_fast"
    assert 1 <= int(refused["Retry-After"]) <= 61
    with_key = {"Authorization": f"Bearer {token}"}
    assert [client.get("/api/v1/facilities", headers=with_key).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_question_about_another_instant_is_dear(cast, client):
    set_limits(address_per_min=40, key_per_min=40, effective_from=timezone.now())
    forget_leases()
    address = "/api/v1/nearest?lng=109.5&lat=18.2"
    assert [client.get(address + "&at=2026-12-01T12:00").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(address).status_code == 200


def test_a_wrong_key_is_told_even_where_none_is_needed(cast, client):
    answer = client.get("/api/v1/facilities", headers={"Authorization": "Bearer xj_nobody"})
    assert problem(answer, 401)["code"] == "key_unknown"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "bad_json"),
        ("[]", 422, "invalid"),
        ('{"age_s": -1}', 422, "invalid"),
        ('{"age_s": NaN}', 422, "invalid"),
        ('{"device": "short"}', 422, "invalid"),
        ('{"name": "somebody"}', 422, "invalid"),
        ('{"device": "\\ud800\\ud800\\ud800\\ud800\\ud800"}', 422, "invalid"),
        ('{"occupation": "astronaut"}', 422, "invalid"),
    ],
)
def test_a_body_that_is_not_as_described(cast, client, token, body, status, code):
    answer = client.post(
        f"/api/v1/stations/{cast.own.code}/check-ins", body, content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "1"},
    )  # fmt: skip
    assert problem(answer, status)["code"] == code


def test_the_committed_description_is_the_one_served(client, db):
    from xiaojia.config.api import document

    committed = document.FILE.read_text(encoding="utf-8")
    assert committed == document.text(), "run script/docs and read what it changes"
    assert client.get("/api/v1/openapi.json").content.decode() == committed


def test_the_description_is_complete():
    from xiaojia.config.api import document

    made = document.document()
    assert made["openapi"] == "3.1.0"
    operations = [one for methods in made["paths"].values() for one in methods.values()]
    assert len(operations) == 9
    for one in operations:
        assert one["summary"] and one["description"] and one["tags"], one["operationId"]
        assert {"401", "422", "429", "500"} <= set(one["responses"]), one["operationId"]
        assert all(parameter.get("description") for parameter in one["parameters"] if parameter["name"] != "id")
    for name, shape in made["components"]["schemas"].items():
        assert shape.get("description"), name


def test_the_page_for_people_names_every_operation_and_shape(client, db):
    from xiaojia.config.api import document

    text = client.get("/api/v1/docs").content.decode()
    made = document.document()
    assert "<script" not in text
    assert "style=" not in text
    for address in made["paths"]:
        assert address in text
    for name in made["components"]["schemas"]:
        assert f'id="{name}"' in text
