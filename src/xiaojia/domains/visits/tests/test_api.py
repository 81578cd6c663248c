"""Does a door device's check-in count once, under its own source, and only where its key reaches?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from xiaojia.domains.stations.models import Evidence
from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.queries.counts import Scope, overview
from xiaojia.kernel.keys.actions import forget_leases, make_key
from xiaojia.kernel.keys.models import Once

DEVICE = "a-random-opaque-token"


@pytest.fixture(autouse=True)
def full_limits():
    forget_leases()
    yield
    forget_leases()


def key_for(cast, org, scopes=("visits:write",), label="甲门禁"):
    today = timezone.localdate()
    return make_key(
        actor=cast.actor("admin"), org=org, label=label, scopes=list(scopes), expires_on=today + timedelta(days=30),
        now=timezone.now(), today=today,
    )[1]  # fmt: skip


@pytest.fixture
def send(cast, client):
    """Send a check-in: `send(key="1", device=…)`; more keywords go into the body."""
    own = key_for(cast, cast.district)

    def post(*, key="tap-1", code="", token=own, **body):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        address = f"/api/v1/stations/{code or cast.own.code}/check-ins"
        return client.post(address, body, content_type="application/json", headers=headers)

    return post


def test_a_check_in_is_one_row_of_its_own_source(cast, send):
    answer = send(device=DEVICE, occupation="courier")
    assert answer.status_code == 201
    row = Visit.objects.get()
    body = answer.json()
    assert (body["id"], body["outcome"], body["station"]) == (str(row.pk), "accepted", cast.own.code)
    assert (row.source, row.people, row.occupation, row.near) == ("api", 1, "courier", None)
    assert (row.station_id, row.org_path) == (cast.own.pk, cast.own.org.path)
    assert len(row.device) == 16
    assert DEVICE not in str(Once.objects.values_list())


def test_it_is_shown_apart_and_not_part_of_the_first_rule(cast, send):
    send(device=DEVICE)
    day = timezone.localdate()
    found = overview(cast.actor("officer"), Scope(day, day)).count
    assert (found.official, found.parts["api"], found.left_out) == (0, 1, {"api": 1})


def test_the_same_request_again_is_the_same_answer(send):
    first, again = send(device=DEVICE), send(device=DEVICE)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Visit.objects.count() == 1


def test_one_device_counts_once_an_hour(send):
    now = timezone.localtime()
    if now.minute == 59:
        pytest.skip("the hour may end within this test")
    first, second = send(key="1", device=DEVICE), send(key="2", device=DEVICE)
    assert (second.status_code, second.json()["outcome"], second.json()["id"]) == (200, "same_hour", first.json()["id"])
    assert send(key="3", device=DEVICE + "-other").status_code == 201
    assert Visit.objects.count() == 2


def test_without_a_device_every_request_counts(send):
    assert [send(key=str(n)).status_code for n in range(3)] == [201] * 3
    assert list(Visit.objects.values_list("device", flat=True)) == [None] * 3
    assert not Evidence.objects.exists()


def test_a_device_is_evidence_among_three_and_no_proof(send):
    send(device=DEVICE)
    assert list(Evidence.objects.values_list("kind", flat=True)) == ["checkin_far"]


@pytest.mark.parametrize(
    ("status", "code", "changed"),
    [
        (400, "idempotency_key_missing", {"key": ""}),
        (400, "idempotency_key_bad", {"key": "with space"}),
        (422, "idempotency_key_reused", {"device": DEVICE + "-other"}),
        (404, "no_station", {"key": "2", "code": "NONE-1"}),
        (422, "invalid", {"key": "2", "age_s": 86_401}),
        (422, "invalid", {"key": "2", "age_s": False}),
    ],
)
def test_what_is_refused_counts_nothing(send, status, code, changed):
    assert send(device=DEVICE).status_code == 201
    answer = send(**{"device": DEVICE} | changed)
    assert (answer.status_code, answer.json()["code"], Visit.objects.count()) == (status, code, 1)


def test_a_key_reaches_its_own_path_only(cast, send):
    for code in (cast.banks.code, cast.other.code):
        answer = send(code=code)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_station")
    city = key_for(cast, cast.instance.root, label="市级")
    assert send(code=cast.banks.code, token=city).status_code == 201


def test_a_key_without_the_scope_is_refused(cast, send):
    answer = send(token=key_for(cast, cast.district, ["stations:read"], "只读"))
    assert (answer.status_code, answer.json()["code"], Visit.objects.count()) == (403, "scope_missing", 0)


def test_a_late_one_counts_in_its_own_hour(send):
    body = send(age_s=7200).json()
    row = Visit.objects.get()
    assert row.hour == (timezone.localtime() - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    assert body["hour"] == timezone.localtime(row.hour).isoformat()


def test_two_systems_do_not_share_devices(cast, send):
    send(device=DEVICE)
    send(device=DEVICE, token=key_for(cast, cast.district, label="乙门禁"))
    assert Visit.objects.values("device").distinct().count() == 2
