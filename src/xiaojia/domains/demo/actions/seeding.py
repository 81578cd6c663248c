"""How is the demo city seeded? Once, in seconds, by the rooms' own verbs; a second call changes nothing."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from xiaojia.domains.demo.actions.life import live_until
from xiaojia.domains.demo.rules.city import HALTS, SPOTS, Spot
from xiaojia.domains.demo.rules.life import SHANGHAI
from xiaojia.domains.demo.rules.patterns import GAPS, PATTERNS, Pattern
from xiaojia.domains.demo.rules.people import SIGN_INS, SignIn
from xiaojia.domains.feedback.actions import report_problem
from xiaojia.domains.stations import actions as stations
from xiaojia.domains.stations.models import Standard, Station
from xiaojia.kernel.audit.months import ensure_months
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.actions import give_post, register_unit, set_up_instance
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.people.actions import open_account, register_person
from xiaojia.kernel.people.models import Person
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.ids import uuid7

DIVISION, NAME = "460200", "三亚市总工会"
HISTORY_DAYS = 190
HOSTS = {"bank": "椰城银行（虚构）", "insurance": "南海互助保险（虚构）", "logistics": "快送物流（虚构）", "fuel": "快充能源（虚构）",
         "pharmacy": "南新药房（虚构）", "telecom": "海角电信（虚构）"}  # fmt: skip
TARGET = 100


def seed(
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    now: datetime | None = None,
    days: int = HISTORY_DAYS,
) -> Instance:
    """Seed the city and so many days of life (0 = none); return the instance. `progress(done, total)` is called."""
    now = now or timezone.now()
    existing = Instance.objects.first()
    if existing and Station.objects.exists():
        return existing
    with transaction.atomic():
        instance = set_up_instance(actor=SYSTEM, division_code=DIVISION, name=NAME, is_demo=True)
        _people(instance)
        _standard(instance)
        _stations(instance, lambda n: progress(10 + 60 * n // len(SPOTS), 100))
        _closure(now)
    _reports(now)
    if days:
        since = now - timedelta(days=days)
        ensure_months("visits_visit", first=since.astimezone(SHANGHAI).date(), months=days // 28 + 2)
        live_until(now, since=since)
    progress(100, 100)
    return instance


def _people(instance: Instance) -> None:
    for sign_in in SIGN_INS:
        org = Organisation.objects.get(name=sign_in.org) if sign_in.org else instance.root
        person = register_person(actor=SYSTEM, name=sign_in.person, purpose="演示账号")
        account = open_account(actor=SYSTEM, person=person, username=sign_in.username)
        account.set_password(sign_in.password)
        account.save()
        _post(sign_in, person, org)


def _post(sign_in: SignIn, person: Person, org: Organisation) -> None:
    until = timezone.localdate() + timedelta(days=730) if sign_in.role == "auditor" else None
    give_post(actor=SYSTEM, person=person, org=org, role=sign_in.role, since=date(2023, 1, 1), until=until)


def _standard(instance: Instance) -> None:
    standard = Standard.objects.get(key="ten_ones_sanya_2023")
    stations.adopt_standard(actor=SYSTEM, org=instance.root, standard=standard, effective_on=date(2023, 11, 1))
    stations.set_target(actor=SYSTEM, org=instance.root, year=timezone.localdate().year, stations=TARGET)


def _stations(instance: Instance, progress: Callable[[int], None]) -> None:
    orgs = {org.division_id: org for org in Organisation.objects.filter(parent=instance.root).exclude(division=None)}
    keeper = Person.objects.get(account__username="zhanzhang")
    for number, spot in enumerate(SPOTS):
        pattern = PATTERNS[spot.pattern]
        station = _station(orgs[spot.district], spot, pattern, number)
        person = keeper if spot.name == "月川环卫驿站" else None
        person = person or register_person(actor=SYSTEM, name=f"演示站长{number + 1:02d}", purpose="站点负责人（演示）")
        stations.appoint_keeper(actor=SYSTEM, station_id=station.pk, person=person, role="main", since=date(2023, 3, 1))
        progress(number)


def _station(org: Organisation, spot: Spot, pattern: Pattern, number: int) -> Station:
    host = HOSTS.get(spot.pattern)
    values = {
        "name": spot.name, "address": spot.address, "area_m2": spot.area_m2, "capacity": max(4, spot.area_m2 // 3),
        "host_type": pattern.host_type, "build_kind": pattern.build, "running_mode": pattern.mode, "access": pattern.access,
        "access_note": pattern.note, "floor": "" if spot.pattern == "van" else "一楼",
        "street_side": True, "built_on": date(2022, 3 + number % 9, 1 + number % 27),
        "accepted_on": date(2023, 1 + number % 6, 1 + number % 27), "public_phone": "0898-00000000",
        "host": register_unit(actor=SYSTEM, name=host, org=org, roles=["host"]) if host else None,
        "brand": "工会驿站", "attended": pattern.access != "scan",
    }  # fmt: skip
    station = stations.register_station(actor=SYSTEM, org=org, values=values, on=date(2023, 6, 1))
    point = Wgs84(spot.lng, spot.lat)
    station = stations.place_station(
        actor=SYSTEM, station_id=station.pk, version=station.version, point=point, received=(spot.lng, spot.lat),
        datum="wgs84", source="picked",
    )  # fmt: skip
    if spot.pattern == "van":
        stops = [halt._asdict() | {"weekdays": list(halt.weekdays)} for halt in HALTS]
        station = stations.set_stops(actor=SYSTEM, station_id=station.pk, version=station.version, stops=stops)
    else:
        station = stations.set_hours(
            actor=SYSTEM, station_id=station.pk, version=station.version, schedule=pattern.schedule
        )
    checked = number % 8 != 7
    station = stations.set_facilities(
        actor=SYSTEM, station_id=station.pk, version=station.version, facts=_facts(spot, pattern), verified=checked
    )
    return stations.verify_station(actor=SYSTEM, station_id=station.pk) if checked else station


def _facts(spot: Spot, pattern: Pattern) -> list[dict[str, object]]:
    gap, how = GAPS.get(spot.name, ("", ""))
    facts: list[dict[str, object]] = [
        {"kind": kind, "presence": "present", "working": "broken" if (kind, "broken") == (gap, how) else "working"}
        for kind in pattern.has
        if (kind, "absent") != (gap, how)
    ]
    return [*facts, {"kind": gap, "presence": "absent"}] if how == "absent" else facts


def _closure(now: datetime) -> None:
    station = Station.objects.get(name="吉阳大道椰城银行驿站")
    stations.close_stations(
        actor=SYSTEM,
        station_ids=[station.pk],
        reason="装修",
        starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=9),
    )


def _reports(now: datetime) -> None:
    """Three reports of the last days at invented hosts, so that the desk has something to answer."""
    told = (
        ("抱坡环卫驿站", "broken", "microwave", "", 5),
        ("南山环卫驿站", "broken", "charging", "三个口只有一个能充", 27),
        ("第一市场快送驿站", "dirty", "", "桌上没人收", 50),
    )
    for name, kind, facility, text, hours_ago in told:
        report_problem(
            station=Station.objects.select_related("org", "division").get(name=name), kind=kind, key=uuid7(),
            device=os.urandom(16), now=now - timedelta(hours=hours_ago), facility=facility, text=text,
        )  # fmt: skip
