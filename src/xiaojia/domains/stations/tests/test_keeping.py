"""Does the one at the door need two taps and nothing else, and does the page then say so?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from xiaojia.domains.stations.actions import keeping
from xiaojia.domains.stations.actions.keeping import (
    What,
    claim_device,
    create_device_link,
    revoke_device,
    tap,
    undo_tap,
)
from xiaojia.domains.stations.models import Closure, DeviceLink, Evidence
from xiaojia.domains.stations.queries.board import live
from xiaojia.domains.stations.queries.keeping import device_of, kept_by, next_opening, scan_ok, scan_ticket
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.rules.state import Reason, State
from xiaojia.domains.stations.rules.words import SHANGHAI
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.rules import Who

NOW = datetime(2026, 11, 24, 12, 20, tzinfo=SHANGHAI)
DEVICE = Who("keeper-device:1", "站点设备：前台手机")


def link_of(cast: Any, now: datetime = NOW) -> tuple[DeviceLink, str]:
    link, path = create_device_link(actor=cast.actor("officer"), station_id=cast.own.pk, label=" 前台 手机 ", now=now)
    return link, path.removeprefix("/k/claim/").removesuffix("/")


def state_at(cast: Any, at: datetime) -> tuple[State, Reason]:
    verdict = live(at, ids=[cast.own.pk])[0].verdict
    return verdict.state, verdict.reason


def say(cast: Any, what: str, at: datetime = NOW, **values: Any) -> Any:
    return tap(**({"who": DEVICE, "station": cast.own, "what": what, "at": at, "scanned": True} | values))


def test_a_link_is_claimed_once(cast: Any) -> None:
    link, secret = link_of(cast)
    assert link.label == "前台 手机"
    claimed, token = claim_device(secret=secret, now=NOW)
    assert device_of(token, cast.own) == claimed == link
    assert device_of(token, cast.banks) is None
    assert token not in str(list(DeviceLink.objects.values()))
    assert secret not in str(list(DeviceLink.objects.values()))
    with pytest.raises(StationError) as refused:
        claim_device(secret=secret, now=NOW)
    assert refused.value.code == "link_over"
    assert set(Entry.objects.filter(verb__startswith="stations.device").values_list("verb", "actor_label")) == {
        ("stations.device_linked", "测试officer"),
        ("stations.device_claimed", "站点设备：前台 手机"),
    }


@pytest.mark.parametrize("trouble", ["late", "revoked", "unknown"])
def test_a_link_that_is_over_is_refused(cast: Any, trouble: str) -> None:
    link, secret = link_of(cast)
    now = NOW + timedelta(hours=24, seconds=1) if trouble == "late" else NOW
    if trouble == "revoked":
        revoke_device(actor=cast.actor("officer"), link_id=link.pk, now=NOW)
    with pytest.raises(StationError) as refused:
        claim_device(secret="x" * 43 if trouble == "unknown" else secret, now=now)
    assert refused.value.code == "link_over"
    assert DeviceLink.objects.get().claimed_at is None


def test_a_revoked_device_is_a_stranger_at_once(cast: Any) -> None:
    link, secret = link_of(cast)
    _link, token = claim_device(secret=secret, now=NOW)
    for _ in range(2):
        revoke_device(actor=cast.actor("district"), link_id=link.pk, now=NOW)
    assert device_of(token, cast.own) is None
    assert Entry.objects.filter(verb="stations.device_revoked").count() == 1


@pytest.mark.parametrize("role", ["auditor", "leader", "clerk", "keeper", "outsider"])
def test_only_those_who_may_change_the_station_make_links(cast: Any, role: str) -> None:
    with pytest.raises(StationError) as refused:
        create_device_link(actor=cast.actor(role), station_id=cast.own.pk, label="前台", now=NOW)
    assert refused.value.code == "not_found"
    assert not DeviceLink.objects.exists()


def test_opening_by_scan_confirms_the_station(cast: Any) -> None:
    assert state_at(cast, NOW) == (State.POSTED, Reason.IN_HOURS)
    say(cast, "open")
    assert state_at(cast, NOW + timedelta(minutes=1)) == (State.CONFIRMED, Reason.KEEPER_PROOF)
    assert Evidence.objects.get().note == "opened"


def test_opening_without_a_scan_is_no_proof(cast: Any) -> None:
    with pytest.raises(StationError) as refused:
        say(cast, "open", scanned=False)
    assert refused.value.code == "scan_first"
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("what", ["close", "early"])
def test_closing_holds_until_the_next_posted_opening(cast: Any, what: str) -> None:
    said = say(cast, what, scanned=False)
    morning = datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI)
    assert said.until == morning
    assert state_at(cast, NOW + timedelta(hours=2)) == (State.CLOSED, Reason.KEEPER_CLOSED)
    assert state_at(cast, morning + timedelta(minutes=1)) == (State.POSTED, Reason.IN_HOURS)
    say(cast, "open", NOW + timedelta(minutes=30))
    assert state_at(cast, NOW + timedelta(hours=2)) == (State.CONFIRMED, Reason.KEEPER_PROOF)


def test_before_opening_a_closing_waits_for_the_coming_opening(cast: Any) -> None:
    assert next_opening(cast.own, datetime(2026, 11, 24, 6, 0, tzinfo=SHANGHAI)) == datetime(
        2026, 11, 24, 8, 0, tzinfo=SHANGHAI
    )
    cast.own.hours = None
    assert next_opening(cast.own, NOW) is None


def test_tomorrow_is_one_closure_with_its_reason(cast: Any) -> None:
    now = timezone.now()
    first, again = say(cast, "tomorrow", now, reason="设备检修"), say(cast, "tomorrow", now, reason="店休")
    closure = Closure.objects.get()
    assert first.ref == again.ref == closure.pk
    assert (closure.reason, closure.created_by) == ("设备检修", "站点设备：前台手机")
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    assert (closure.starts_at, closure.ends_at) == (midnight + timedelta(days=1), midnight + timedelta(days=2))
    noon = midnight + timedelta(days=1, hours=12)
    assert state_at(cast, noon) == (State.CLOSED, Reason.CLOSURE)
    assert state_at(cast, noon + timedelta(days=1)) == (State.POSTED, Reason.IN_HOURS)
    with pytest.raises(StationError) as refused:
        say(cast, "tomorrow", now + timedelta(days=1), reason=" ")
    assert refused.value.code == "no_reason"


def test_a_tap_is_taken_back_within_five_minutes(cast: Any) -> None:
    said = say(cast, "close")
    soon = NOW + timedelta(minutes=4)
    undone = [undo_tap(who=DEVICE, station=cast.own, tapped=said, now=soon) for _ in range(2)]
    assert undone == [True, False]
    assert state_at(cast, soon + timedelta(minutes=1)) == (State.CONFIRMED, Reason.KEEPER_PROOF)
    opened = say(cast, "open", NOW + timedelta(minutes=10))
    undo_tap(who=DEVICE, station=cast.own, tapped=opened, now=NOW + timedelta(minutes=11))
    assert state_at(cast, NOW + timedelta(minutes=12)) == (State.CLOSED, Reason.KEEPER_CLOSED)
    with pytest.raises(StationError) as refused:
        undo_tap(who=DEVICE, station=cast.own, tapped=opened, now=NOW + timedelta(minutes=15, seconds=1))
    assert refused.value.code == "too_late"


def test_tomorrow_is_taken_back_too(cast: Any) -> None:
    now = timezone.now()
    said = say(cast, "tomorrow", now, reason="店休")
    undo_tap(who=DEVICE, station=cast.own, tapped=said, now=now)
    assert Closure.objects.get().withdrawn_by == "站点设备：前台手机"


def test_nobody_takes_back_what_was_said_elsewhere(cast: Any) -> None:
    said = say(cast, "close")
    for wrong in (said, keeping.Tapped(What.TOMORROW, uuid4(), NOW), keeping.Tapped(What.OPEN, uuid4(), NOW)):
        with pytest.raises(StationError) as refused:
            undo_tap(who=DEVICE, station=cast.banks, tapped=wrong, now=NOW)
        assert refused.value.code == "not_found"


def test_a_scan_ticket_lasts_a_quarter_of_an_hour_for_its_station(cast: Any) -> None:
    ticket = scan_ticket(cast.own, NOW)
    assert scan_ok(ticket, cast.own, NOW + timedelta(minutes=15))
    assert not scan_ok(ticket, cast.own, NOW + timedelta(minutes=15, seconds=1))
    assert not scan_ok(ticket, cast.banks, NOW)
    assert not scan_ok(ticket.replace(ticket[:10], str(int(ticket[:10]) + 60)), cast.own, NOW + timedelta(minutes=1))
    assert not scan_ok("", cast.own, NOW)


def test_a_keeper_keeps_by_post_and_appointment(cast: Any) -> None:
    today = NOW.date()
    assert list(kept_by(cast.actor("keeper"), today)) == [cast.own]
    assert not kept_by(cast.actor("officer"), today).exists()
    assert not kept_by(cast.actor("keeper"), datetime(2022, 1, 1, tzinfo=SHANGHAI).date()).exists()


# Pages


@pytest.fixture
def device(cast: Any) -> Client:
    """A phone that has claimed its link through the pages."""
    phone = Client()
    _link, secret = link_of(cast, timezone.now())
    assert phone.get(f"/k/claim/{secret}/").status_code == 200
    assert DeviceLink.objects.get().claimed_at is None
    answer = phone.post(f"/k/claim/{secret}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/k/{cast.own.code}/")
    cookie = phone.cookies[f"xj_keep_{cast.own.code}"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    return phone


def test_a_used_link_says_so_in_words(cast: Any, device: Client) -> None:
    _link, secret = link_of(cast, timezone.now() - timedelta(days=2))
    page = device.get(f"/k/claim/{secret}/")
    assert page.status_code == 410
    assert "已用过或已过期" in page.content.decode()
    assert device.post(f"/k/claim/{secret}/").status_code == 400


def test_two_taps_by_scan_and_one_to_take_it_back(cast: Any, device: Client) -> None:
    code, scan = cast.own.code, scan_ticket(cast.own, timezone.now())
    first = device.get(f"/k/{code}/?scan={scan}").content.decode()
    assert all(word in first for word in ("开门", "关门", "提前关", "明天不开"))
    assert "确认：门开了" in device.get(f"/k/{code}/?do=open&scan={scan}").content.decode()
    assert not Evidence.objects.exists()
    answer = device.post(f"/k/{code}/tap/", {"do": "open", "scan": scan}, follow=True)
    page = answer.content.decode()
    assert "已记下：开门了" in page
    assert "点错了，撤销" in page
    row = Evidence.objects.get()
    assert (row.kind, len(bytes(row.device))) == ("keeper_open", 16)
    did = answer.context["did"]
    assert "已撤销" in device.post(f"/k/{code}/undo/", {"did": did, "scan": scan}, follow=True).content.decode()
    assert list(Evidence.objects.order_by("at").values_list("kind", flat=True)) == ["keeper_open", "keeper_close"]


def test_without_a_scan_the_page_asks_for_one(cast: Any, device: Client) -> None:
    answer = device.post(f"/k/{cast.own.code}/tap/", {"do": "open"})
    assert answer.status_code == 400
    assert "开门要先扫门口牌子上的码" in answer.content.decode()


def test_a_reason_by_one_chip_closes_tomorrow(cast: Any, device: Client) -> None:
    page = device.get(f"/k/{cast.own.code}/?do=tomorrow").content.decode()
    assert "明天为什么不开" in page
    device.post(f"/k/{cast.own.code}/tap/", {"do": "tomorrow", "reason": "店休"})
    assert Closure.objects.get().reason == "店休"


def test_a_stranger_and_another_stations_device_are_refused(cast: Any, device: Client) -> None:
    for phone, code in ((Client(), cast.own.code), (device, cast.banks.code)):
        assert phone.get(f"/k/{code}/").status_code == 403
        assert phone.post(f"/k/{code}/tap/", {"do": "close"}).status_code == 403
        assert phone.post(f"/k/{code}/undo/", {"did": "x"}).status_code == 403
    assert device.get("/k/NOPE-1/").status_code == 404
    assert not Evidence.objects.exists()


def test_a_keeper_signs_in_and_taps_too(cast: Any, sign_in: Callable[..., Client]) -> None:
    assert Client().get("/k/")["Location"] == "/office/sign-in/?next=/k/"
    keeper = sign_in("keeper", cast)
    assert keeper.get("/k/")["Location"] == f"/k/{cast.own.code}/"
    assert keeper.post(f"/k/{cast.own.code}/tap/", {"do": "close"}).status_code == 302
    assert bytes(Evidence.objects.get().device) == b""
    assert keeper.get(f"/k/{cast.banks.code}/").status_code == 403


def test_the_office_shows_a_new_link_once_as_a_code(cast: Any, sign_in: Callable[..., Client]) -> None:
    officer, address = sign_in("officer", cast), f"/office/stations/{cast.own.code}/devices/"
    assert officer.post(address, {"label": " "}).status_code == 400
    page = officer.post(address, {"label": "前台手机"}, follow=True).content.decode()
    assert page.count('class="qr"') == 1
    assert "/k/claim/" in page
    link = DeviceLink.objects.get()
    assert officer.post(f"{address}{link.pk}/revoke/").status_code == 302
    page = officer.get(address).content.decode()
    assert "/k/claim/" not in page
    assert "已停用" in page


@pytest.mark.parametrize("role", ["auditor", "leader", "clerk", "keeper", "outsider"])
def test_others_do_not_find_the_devices_page(cast: Any, sign_in: Callable[..., Client], role: str) -> None:
    assert sign_in(role, cast).get(f"/office/stations/{cast.own.code}/devices/").status_code == 404
