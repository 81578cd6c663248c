"""Can another site act in an officer's name, or a form set what it does not show?"""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import resolve

from tests.cast import Cast, enter
from tests.permissions import NOBODY, PAGES, WORKER
from tests.test_scoping import ARGUMENTS, cases, url_of, written
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.people.models import Account, Person

EXEMPT = {
    "web:language": "a choice of its own screen: a cookie with one of two values",
    "web:size": "a choice of its own screen: a cookie that says large or not",
    "visits:checkin": "no session speaks: the form's pass is signed, the phone's cookie is SameSite",
    "visits:work": "no session speaks: the sealed address is the proof",
    "visits:good": "no session speaks: the sealed address is the proof",
    "visits:companions": "no session speaks: the sealed address is the proof",
    "imports:new": "checked inside, after the length: a body that is too large is refused unread",
}
"""Addresses whose view is exempt from Django's check, and why. Doors for programs carry a key, never a session."""
ASKED = ("admin", "district", "keeper", "officer")
DOORS = ("api-", "api:", "feeds:", "metrics", "keys:api")


def posts() -> list[str]:
    return sorted(name for name, page in PAGES.items() if page.post and page.post != NOBODY and name in ARGUMENTS)


def test_only_the_named_addresses_are_exempt(cast):
    found = set()
    for name in posts():
        for _label, kwargs, _get, _post in cases(name, PAGES[name], cast):
            view = resolve(url_of(name, kwargs)).func
            if getattr(view, "csrf_exempt", False) and not name.startswith(DOORS):
                found.add(name)
            break
    assert found == set(EXEMPT)


def test_a_post_of_another_site_is_refused(cast: Cast) -> None:
    """With the officer's session, without our token, from there: 403 and nothing written, at every address that takes a POST."""
    clients = {role: Client(enforce_csrf_checks=True, raise_request_exception=False) for role in (*ASKED, WORKER)}
    for role in ASKED:
        enter(clients[role], cast.account(role))
    tried = 0
    for name in posts():
        page = PAGES[name]
        if name.startswith(DOORS) or (name in EXEMPT and name != "imports:new"):
            continue
        client = clients[next(role for role in (*ASKED, WORKER) if role in page.post)]  # type: ignore[operator]
        _label, kwargs, _get, _post = next(iter(cases(name, page, cast)))
        given, before = page.data(cast), written()
        for headers in ({}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_REFERER": "https://evil.example/"}):
            answer = client.post(url_of(name, kwargs), given, **headers)
            assert answer.status_code == 403, (name, headers, answer.status_code)
        assert written() == before, name
        tried += 1
    assert tried > 40


def test_a_forged_pass_or_seal_counts_nothing(cast):
    from xiaojia.domains.visits.models import Visit

    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for text in ("", "qr.1.x", "qr." + "9" * 6000 + ".x", "qr.١٢٣.x", "code.1764000000." + "A" * 43, "x" * 9000):
        given = {"key": str(uuid4()), "pass": text, "age_s": "0"}
        for accept in ("text/html", "application/json"):
            answer = client.post(f"/s/{cast.own.code}/in/", given, HTTP_ACCEPT=accept)
            assert answer.status_code in (400, 403, 404), (text[:20], answer.status_code)
        for step in ("work", "good", "companions"):
            answer = client.post(f"/s/{cast.own.code}/in/{step}/", {"d": text, "occupation": "courier", "people": "3"})
            assert answer.status_code in (400, 403, 404, 405)
    assert Visit.objects.count() == 0


MORE: dict[str, Any] = {
    "id": str(uuid4()), "pk": "1", "code": "XX-9999", "org": "1", "org_id": "1", "version": "999", "change_no": "9", "merged_into": "1",
    "is_superuser": "1", "is_staff": "on", "is_active": "on", "role": "admin", "account": "1", "person": "1", "path": "/",
    "state": "done", "handled_by": "x", "answer": "x", "device": "x", "verified_by": "x", "created_by": "x", "code_prefix": "ZZ",
    "groups": "1", "user_permissions": "1", "password": "x", "must_change_password": "", "username": "root", "email": "a@b",
}  # fmt: skip


def test_a_name_form_changes_the_name_alone(sign_in, cast):
    account = cast.account("officer")
    before = Account.objects.filter(pk=account.pk).values().get()
    purpose = account.person.purpose
    assert sign_in("officer", cast).post("/office/me/", MORE | {"name": "测试改名", "purpose": "x"}).status_code == 302
    after = Account.objects.filter(pk=account.pk).values().get()
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {"last_login"}
    person = Person.objects.get(account=account)
    assert (person.name, person.purpose) == ("测试改名", purpose)
    assert [post.role for post in person.posts.all()] == ["officer"]


def test_a_station_form_changes_its_own_fields_alone(sign_in, cast):
    fixed = ("code", "org_id", "merged_into_id", "change_no", "lng", "status", "created_at", "verified_by")
    before = {key: getattr(cast.own, key, None) for key in fixed}
    client = sign_in("district", cast)
    page = client.get(f"/office/stations/{cast.own.code}/edit/basic/")
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(
        f"/office/stations/{cast.own.code}/edit/basic/",
        given | MORE | {"name": "新名", "version": str(cast.own.version)},
    )
    assert answer.status_code in (200, 302, 409)
    station = Station.objects.get(pk=cast.own.pk)
    assert {key: getattr(station, key, None) for key in fixed} == before


def test_a_workers_report_is_new_and_of_its_station_whatever_is_sent(cast):
    given = MORE | {
        "kind": "other",
        "text": "x",
        "key": str(uuid4()),
        "station": str(cast.other.pk),
        "at": "2020-01-01",
    }
    assert Client().post(f"/s/{cast.own.code}/report/", given).status_code == 302
    report = Report.objects.get()
    assert (report.station, report.state, report.handled_by, report.answer, report.org) == (
        cast.own,
        "new",
        "",
        "",
        cast.own.org,
    )


def test_an_instances_prefix_never_changes(sign_in, cast):
    sign_in("admin", cast).post("/office/settings/", MORE | {"name": "三亚市总工会", "keeper_word": "站长"})
    cast.instance.refresh_from_db()
    assert (cast.instance.code_prefix, cast.instance.is_demo) == ("SY", False)


def test_a_district_cannot_register_for_another(sign_in, cast):
    client = sign_in("district", cast)
    page = client.get("/office/stations/new/")
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    client.post("/office/stations/new/", given | {"name": "越权驿站", "org": str(cast.other.org_id), "address": "x"})
    assert not Station.objects.filter(name="越权驿站").exclude(org__path__startswith=cast.district.path).exists()
