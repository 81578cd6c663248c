"""Is nobody's work lost? Edits that meet, edits sent twice, edits that may not be."""

import pytest

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.models import Entry
from xiaojia.kernel.audit.queries import history
from xiaojia.kernel.audit.rules import SYSTEM


def url(station, section: str) -> str:
    return f"/office/stations/{station.code}/edit/{section}/"


def shown(client, station, section: str) -> dict[str, str]:
    """What a browser would send back from the page: every field with what it was filled with."""
    form = client.get(url(station, section)).context["form"]
    data = {"version": str(Station.objects.get(pk=station.pk).version)}
    for field in form:
        value = field.field.widget.format_value(field.value()) if field.value() is not None else ""
        value = value[0] if isinstance(value, list) and value else value or ""
        data[field.html_name] = data[field.html_initial_name] = str(value)
    return data


def test_only_what_was_edited_is_sent(sign_in, cast):
    client = sign_in("officer", cast)
    data = shown(client, cast.own, "access") | {"access_note": "从侧门进"}
    assert client.post(url(cast.own, "access"), data).status_code == 302
    line = history("station", cast.own.pk)[0]
    assert (line.verb, line.actor_label, line.details["changes"]) == (
        "stations.changed",
        "测试officer",
        {"access_note": ["", "从侧门进"]},
    )


def test_edits_of_different_fields_both_stay(sign_in, cast):
    client = sign_in("officer", cast)
    data = shown(client, cast.own, "basic") | {"floor": "2楼"}
    values = {"capacity": 12}
    actions.change_station(actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, values=values)
    answer = client.post(url(cast.own, "basic"), data, follow=True)
    station = Station.objects.get(pk=cast.own.pk)
    assert (station.floor, station.capacity) == ("2楼", 12)
    assert "两边都留下了" in answer.content.decode()


def test_a_conflict_shows_both_and_keeps_what_was_typed(sign_in, cast):
    client = sign_in("officer", cast)
    data = shown(client, cast.own, "basic") | {"name": "我的名称", "floor": "2楼"}
    values = {"name": "别人的名称"}
    theirs = actions.change_station(actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, values=values)
    page = client.post(url(cast.own, "basic"), data)
    html = page.content.decode()
    assert page.status_code == 409
    assert "我的名称" in html
    assert "别人的名称" in html
    assert ("floor", "2楼") in page.context["typed"]
    again = dict(page.context["typed"]) | {"version": str(theirs.version), "choose-name": "theirs"}
    assert client.post(url(cast.own, "basic"), again).status_code == 302
    station = Station.objects.get(pk=cast.own.pk)
    assert (station.name, station.floor) == ("别人的名称", "2楼")
    mine = again | {"choose-name": "mine", "version": str(station.version)}
    client.post(url(cast.own, "basic"), mine)
    assert Station.objects.get(pk=cast.own.pk).name == "我的名称"


def test_a_conflict_of_one_facility_asks_and_others_merge(sign_in, cast):
    client = sign_in("officer", cast)
    data = {"version": str(cast.own.version)}
    for _label, rows in client.get(url(cast.own, "facilities")).context["groups"]:
        for row in rows:
            data |= {f"was-{row['key']}": row["was"], f"presence-{row['key']}": row["presence"]}
            data |= {f"working-{row['key']}": row["working"], f"count-{row['key']}": row["count"] or ""}
            data |= {f"note-{row['key']}": row["note"]}
    facts = [{"kind": "water", "presence": "present", "working": "broken"}, {"kind": "fridge", "presence": "absent"}]
    actions.set_facilities(actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, facts=facts)
    mine = data | {"count-water": "2", "presence-toilet": "present"}
    page = client.post(url(cast.own, "facilities"), mine)
    assert page.status_code == 409
    assert [row["label"] for row in page.context["rows"]] == ["饮水机"]
    again = mine | {"version": str(page.context["version"]), "choose-facility:water": "theirs"}
    assert client.post(url(cast.own, "facilities"), again).status_code == 302
    station = Station.objects.get(pk=cast.own.pk)
    assert (station.have, sorted(station.broken)) == (["toilet"], ["microwave", "water"])


def test_facilities_seen_on_the_spot_carry_who_and_when(sign_in, cast):
    client = sign_in("district", cast)
    client.post(
        url(cast.own, "facilities"), {"version": str(cast.own.version), "verified": "1"} | _as_shown(client, cast)
    )
    water = cast.own.facilities.get(kind_id="water")
    assert water.verified_by == "测试district"
    assert water.verified_at is not None


def _as_shown(client, cast) -> dict[str, str]:
    data = {}
    for _label, rows in client.get(url(cast.own, "facilities")).context["groups"]:
        for row in rows:
            parts = (row["presence"], row["working"], row["count"] or "", row["note"])
            data |= {
                f"{part}-{row['key']}": value
                for part, value in zip(("presence", "working", "count", "note"), parts, strict=True)
            }
            data[f"was-{row['key']}"] = row["was"]
    return data


def test_a_form_sent_twice_makes_one_station(sign_in, cast):
    client = sign_in("officer", cast)
    once = client.get("/office/stations/new/").context["form"]["once"].value()
    data = {"name": "新驿站", "org": cast.district.pk, "status": "running", "once": once}
    first, second = (client.post("/office/stations/new/", data) for _ in range(2))
    assert Station.objects.filter(name="新驿站").count() == 1
    assert first["Location"] == second["Location"] == "/office/stations/SY-0004/edit/place/"


def test_a_mobile_number_is_refused_beside_its_field(sign_in, cast):
    client = sign_in("officer", cast)
    page = client.post(url(cast.own, "access"), shown(client, cast.own, "access") | {"public_phone": "13800000000"})
    assert page.context["form"].errors["public_phone"] == ["请填固定电话"]
    assert 'value="13800000000"' in page.content.decode()


def test_leaving_service_needs_a_reason(sign_in, cast):
    client = sign_in("officer", cast)
    data = {"version": str(cast.own.version), "status": "suspended", "on": "2026-11-24", "reason": ""}
    assert client.post(url(cast.own, "status"), data).context["form"].errors["reason"] == ["请写明原因。"]
    client.post(url(cast.own, "status"), data | {"reason": "装修"})
    assert Station.objects.get(pk=cast.own.pk).status == "suspended"


def test_keepers_come_and_go(sign_in, cast):
    client = sign_in("district", cast)
    data = {"name": "测试替补", "phone": "13800000000", "role": "backup", "since": "2026-11-24"}
    assert client.post(url(cast.own, "keepers"), data).status_code == 302
    keeper = cast.own.keepers.get(role="backup")
    assert "13800000000" not in str(Entry.objects.values_list("details", flat=True))
    client.post(f"/office/stations/{cast.own.code}/keepers/{keeper.pk}/end/")
    keeper.refresh_from_db()
    assert keeper.until is not None


@pytest.mark.parametrize("role", ["leader", "auditor"])
@pytest.mark.parametrize("section", ["basic", "access", "place", "hours", "facilities", "photos", "keepers", "status"])
def test_readers_change_nothing(sign_in, cast, role, section):
    assert sign_in(role, cast).post(url(cast.own, section), {"name": "x"}).status_code == 404
    assert Station.objects.get(pk=cast.own.pk).version == cast.own.version


def test_history_says_who_when_and_from_what_to_what(sign_in, cast):
    client = sign_in("officer", cast)
    client.post(url(cast.own, "access"), shown(client, cast.own, "access") | {"access": "scan", "attended": "1"})
    page = client.get(f"/office/stations/{cast.own.code}/")
    step = page.context["steps"][0]
    assert (step.who, step.what) == ("测试officer", "修改站点")
    assert {(c.label, c.old, c.new) for c in step.changes} == {
        ("怎么进", "不用登记，直接进", "扫码进"),
        ("有人值守", "", "是"),
    }
