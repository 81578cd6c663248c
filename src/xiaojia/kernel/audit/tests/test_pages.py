"""Does an auditor read the log, and only the log of what she audits?"""

import pytest
from django.utils import timezone

from xiaojia.domains.stations import actions
from xiaojia.kernel.audit.rules import SYSTEM


def test_an_auditor_finds_a_deed_by_actor_verb_and_day(sign_in, cast):
    actor = cast.actor("district")
    actions.verify_station(actor=actor, station_id=cast.own.pk)
    client, today = sign_in("auditor", cast), timezone.localdate().isoformat()
    page = client.get(f"/office/audit/?q=测试district&verb=stations.verified&first={today}&last={today}")
    assert [(row["line"].actor_label, row["words"], row["line"].subject_label) for row in page.context["rows"]] == [
        ("测试district", "核实站点", f"{cast.own.code} 月川路驿站")
    ]
    assert client.get("/office/audit/?verb=stations.verified&last=2020-01-01").context["rows"] == []


def test_a_date_that_is_none_is_said(sign_in, cast):
    page = sign_in("auditor", cast).get("/office/audit/?first=yesterday")
    assert page.status_code == 200
    assert page.context["form"].errors["first"]


@pytest.mark.parametrize("role", ["officer", "district", "leader", "keeper", "outsider"])
def test_others_do_not_read_the_log(sign_in, cast, role):
    assert sign_in(role, cast).get("/office/audit/").status_code == 404


def test_the_root_sees_what_the_system_did(sign_in, cast):
    actions.verify_station(actor=SYSTEM, station_id=cast.own.pk)
    lines = sign_in("admin", cast).get("/office/audit/?verb=stations.verified").context["rows"]
    assert [row["line"].actor_label for row in lines] == ["系统"]


def test_the_cost_of_the_log_is_pinned(sign_in, cast, django_assert_num_queries):
    client = sign_in("auditor", cast)
    client.get("/office/audit/")
    with django_assert_num_queries(6):
        client.get("/office/audit/")


def test_a_line_is_said_in_words(sign_in, cast):
    facts = [{"kind": "water", "presence": "present", "working": "working"}]
    version = cast.own.version
    actions.set_facilities(actor=SYSTEM, station_id=cast.own.pk, version=version, facts=facts, verified=True)
    row = sign_in("admin", cast).get("/office/audit/?verb=stations.facilities_set").context["rows"][0]
    assert (row["fields"], row["details"]) == (["饮水机"], [("现场核实", "")])
