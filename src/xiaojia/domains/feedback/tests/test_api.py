"""Does a partner's report arrive once, only where its key reaches, and can the partner see what became of it?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from xiaojia.domains.feedback.actions import mark_done
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.stations.models import Evidence
from xiaojia.kernel.keys.actions import forget_leases, make_key


@pytest.fixture(autouse=True)
def full_limits():
    forget_leases()
    yield
    forget_leases()


def key_for(cast, org, scopes=("reports:write", "reports:read"), label="甲平台"):
    today = timezone.localdate()
    return make_key(
        actor=cast.actor("admin"), org=org, label=label, scopes=list(scopes), expires_on=today + timedelta(days=30),
        now=timezone.now(), today=today,
    )[1]  # fmt: skip


@pytest.fixture
def send(cast, client):
    own = key_for(cast, cast.district)

    def post(*, key="r-1", code="", token=own, **body):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        address = f"/api/v1/stations/{code or cast.own.code}/reports"
        return client.post(address, body, content_type="application/json", headers=headers)

    post.token = own
    return post


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "no_entry", "why": "locked"},
        {"kind": "broken", "facility": "microwave", "text": "不热"},
        {"kind": "dirty"},
        {"kind": "wrong", "text": "周末也开门"},
        {"kind": "other", "text": "门口积水\x00"},
    ],
)
def test_each_kind_arrives_once(cast, send, body):
    first, again = send(**body), send(**body)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    row = Report.objects.get()
    assert (row.kind, row.station, row.org, row.partner.label) == (body["kind"], cast.own, cast.district, "甲平台")
    assert row.text in ("", "不热", "周末也开门", "门口积水")
    assert first.json()["state"] == "new"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"kind": "fire"}, "body"),
        ({"kind": "no_entry"}, "why"),
        ({"kind": "broken"}, "facility"),
        ({"kind": "wrong", "text": "  "}, "text"),
        ({"kind": "dirty", "photo": "x"}, "photo"),
    ],
)
def test_what_is_missing_is_said_by_its_field(send, body, field):
    answer = send(**body)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert not Report.objects.exists()


def test_two_phones_that_cannot_get_in_are_two(send):
    for n in range(2):
        send(key=str(n), kind="no_entry", why="locked", device=f"random-token-{n}")
    assert Evidence.objects.filter(kind="no_entry").values("device").distinct().count() == 2


def test_what_became_of_it_is_seen_by_the_key_that_sent_it(cast, client, send):
    made = send(kind="dirty").json()
    address = f"/api/v1/reports/{made['id']}"
    mine = {"Authorization": f"Bearer {send.token}"}
    assert client.get(address, headers=mine).json() == made
    mark_done(actor=cast.actor("district"), report_id=made["id"], answer="已打扫")
    answer = client.get(address, headers=mine)
    assert (answer.json()["state"], answer.json()["answer"]) == ("done", "已打扫")
    assert answer["Cache-Control"] == "private, no-cache"
    held = client.get(address, headers=mine | {"If-None-Match": answer["ETag"]})
    assert held.status_code == 304
    theirs = {"Authorization": f"Bearer {key_for(cast, cast.district, label='乙平台')}"}
    assert (client.get(address, headers=theirs).status_code, client.get(address).status_code) == (404, 401)


def test_a_key_reaches_its_own_path_and_scopes_only(cast, send):
    assert send(kind="dirty", code=cast.banks.code).status_code == 404
    reading = key_for(cast, cast.district, ["reports:read"], "只看")
    assert send(kind="dirty", token=reading).status_code == 403
    assert send(kind="dirty", key="").json()["code"] == "idempotency_key_missing"
    assert not Report.objects.exists()


def test_a_phone_that_reports_too_often_is_told_when_to_come_back(send):
    answers = [send(key=str(n), kind="dirty", device="one-and-the-same") for n in range(7)]
    assert [answer.status_code for answer in answers] == [201] * 6 + [429]
    assert (answers[6].json()["code"], answers[6]["Retry-After"]) == ("too_often", "3600")
