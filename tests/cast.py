"""Who appears in the tests? The fixed, small cast of the house, on the ground of 三亚."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from xiaojia.domains.stations import actions as stations
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.orgs.access import Actor, actor_of
from xiaojia.kernel.orgs.actions import found_organisation, give_post, register_unit, set_up_instance
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.people.actions import begin_session, open_account, register_person
from xiaojia.kernel.people.models import Account
from xiaojia.kernel.people.rules import SIGN_IN_KEY
from xiaojia.kernel.places.models import Division
from xiaojia.lib.coordinates import Wgs84
from xiaojia.lib.opening_hours import Interval, Schedule, every_day

ROLES = ("admin", "officer", "district", "keeper", "clerk", "auditor", "leader", "outsider")


@dataclass
class Cast:
    """The instance, its members by role, and three stations: in the district, of a bank on its ground, elsewhere."""

    instance: Instance
    accounts: dict[str, Account] = field(default_factory=dict)
    own: Station = None  # type: ignore[assignment]
    banks: Station = None  # type: ignore[assignment]
    other: Station = None  # type: ignore[assignment]
    district: Organisation = None  # type: ignore[assignment]
    bank: Organisation = None  # type: ignore[assignment]

    def account(self, role: str) -> Account:
        return self.accounts[role]

    def actor(self, role: str) -> Actor:
        """Return the actor of a role: admin and officer at the city, district at 吉阳区, outsider in another city."""
        return actor_of(self.accounts[role])


def make_cast() -> Cast:
    """Build the cast in the current transaction."""
    instance = set_up_instance(actor=SYSTEM, division_code="460200", name="三亚市总工会", is_demo=False)
    cast = Cast(instance)
    cast.district = Organisation.objects.get(name="吉阳区总工会")
    tianya = Organisation.objects.get(name="天涯区总工会")
    cast.bank = found_organisation(actor=SYSTEM, name="三亚银行业工会联合会", parent=instance.root, kind="federation")
    outside = found_organisation(
        actor=SYSTEM, name="海口市总工会", parent=None, division=Division.objects.get(code="460100")
    )
    unit = register_unit(actor=SYSTEM, name="三亚某银行", org=cast.bank, roles=["host"])
    places: dict[str, tuple[Organisation, str, dict[str, Any]]] = {
        "admin": (instance.root, "admin", {}),
        "officer": (instance.root, "officer", {}),
        "district": (cast.district, "officer", {}),
        "keeper": (cast.district, "keeper", {}),
        "clerk": (cast.bank, "clerk", {"unit": unit}),
        "auditor": (instance.root, "auditor", {"until": timezone.localdate() + timedelta(days=90)}),
        "leader": (instance.root, "leader", {}),
        "outsider": (outside, "officer", {}),
    }
    for role, (org, post, more) in places.items():
        person = register_person(actor=SYSTEM, name=f"测试{role}", purpose="测试")
        cast.accounts[role] = open_account(actor=SYSTEM, person=person, username=f"test-{role}")
        give_post(actor=SYSTEM, person=person, org=org, role=post, since=date(2023, 1, 1), **more)
        if role == "keeper":
            keeper = person
    cast.own = make_station(cast.district, "月川路驿站", 109.5246, 18.2677)
    cast.banks = make_station(cast.bank, "河东路银行驿站", 109.5167, 18.2513)
    cast.other = make_station(tianya, "海月广场驿站", 109.4926, 18.2571)
    stations.appoint_keeper(actor=SYSTEM, station_id=cast.own.pk, person=keeper, role="main", since=date(2023, 1, 1))
    return cast


def enter(client: Any, account: Account, factor: str = "own") -> None:
    """Sign an account in without its password, as if it had just proved its second factor."""
    account = Account.objects.get(pk=account.pk)  # its password may have changed since the cast was made
    client.force_login(account, backend="xiaojia.kernel.people.adapter.Backend")
    session = client.session
    session[SIGN_IN_KEY] = str(begin_session(account=account, factor=factor, now=timezone.now()).pk)
    session.save()


def make_station(org: Organisation, name: str, lng: float, lat: float, **values: Any) -> Station:
    """Register a station open every day 8:00–18:00 at a WGS-84 point."""
    station = stations.register_station(
        actor=SYSTEM, org=org, values={"name": name, "access": "free", "address": f"{name}地址", **values}
    )
    stations.place_station(
        actor=SYSTEM,
        station_id=station.pk,
        version=1,
        point=Wgs84(lng, lat),
        received=(lng, lat),
        datum="wgs84",
        source="picked",
    )
    stations.set_hours(
        actor=SYSTEM, station_id=station.pk, version=2, schedule=Schedule(every_day(Interval(8 * 60, 18 * 60)))
    )
    stations.set_facilities(
        actor=SYSTEM,
        station_id=station.pk,
        version=3,
        facts=[
            {"kind": "water", "presence": "present"},
            {"kind": "microwave", "presence": "present", "working": "broken"},
        ],
    )
    station.refresh_from_db()
    return station
