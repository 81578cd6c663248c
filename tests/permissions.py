"""Who may open and send what? One line for each address of the product: the permission matrix, read by test_scoping."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from tests.cast import ROLES, Cast
from xiaojia.domains.feedback.actions import report_problem
from xiaojia.domains.feeds.actions import approve_release
from xiaojia.domains.stations.actions import close_stations
from xiaojia.domains.stations.actions.bulk import change_many
from xiaojia.domains.stations.actions.keeping import create_device_link
from xiaojia.kernel.files.actions import store
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.keys.actions import make_key

WORKER = "worker"  # nobody has signed in
EVERYONE = frozenset({*ROLES, WORKER})
ACCOUNTS = frozenset(ROLES)
READERS = frozenset({"admin", "officer", "district", "auditor", "leader", "outsider"})
WRITERS = frozenset({"admin", "officer", "district", "outsider"})
ADMINS = frozenset({"admin"})
AUDITORS = frozenset({"admin", "auditor"})
KEEPERS = frozenset({"keeper"})
HERE_READ = READERS - {"outsider"}
HERE_WRITE = WRITERS - {"outsider"}
CITY = frozenset({"admin", "officer"})
NOBODY: frozenset[str] = frozenset()

Kwargs = Callable[[Cast], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Who may GET and who may POST an address; None = it has no such method.

    `at` gives the address its arguments. An address with a `code` that `at` does not give is tried on three stations:
    the district's own, a bank's on the district's ground, one elsewhere; the roles narrow by themselves. `data` is
    sent with both. `logs`: opening it leaves a line in the log. `back`: it sends strangers to a page that refuses them.
    """

    get: frozenset[str] | None
    post: frozenset[str] | None = None
    at: Kwargs = lambda cast: {}
    data: Kwargs = lambda cast: {}
    logs: bool = False
    back: bool = False


def narrowed(who: frozenset[str] | None, station: str) -> frozenset[str] | None:
    """Return who is left of `who` for one of the three stations: readers by path or ground, all others by path."""
    if who is None or WORKER in who or who == ACCOUNTS:
        return who
    reads = "auditor" in who
    out = {"outsider"}
    if station == "other" or (station == "banks" and not reads):
        out.add("district")
    if station != "own":
        out.add("keeper")
    return who - out


def always(**kwargs: Any) -> Kwargs:
    """Return the same arguments for every cast."""
    return lambda cast: kwargs


def keepers_post(cast: Cast) -> dict[str, Any]:
    """A post below the city."""
    return {"post_id": cast.accounts["keeper"].person.posts.get().pk}


def keepers_person(cast: Cast) -> dict[str, Any]:
    """A person below the city."""
    return {"pk": cast.accounts["keeper"].person.pk}


def report(cast: Cast) -> dict[str, Any]:
    """A worker's report about the district's own station."""
    made = report_problem(
        station=cast.own, kind="no_entry", why="locked", key=uuid4(), device=b"1" * 32, now=timezone.now()
    )
    return {"pk": made.pk}


def batch(cast: Cast) -> dict[str, Any]:
    """A sheet that the district has begun to bring in."""
    file = store("名称,地址\n甲驿站,甲路1号\n".encode(), kind="sheet", media_type="text/csv", original_name="a.csv")
    now = timezone.now()
    made = Batch.objects.create(
        kind="stations", org=cast.district, file=file, filename="a.csv", created_by="x", created_at=now,
        header=["名称", "地址"], columns={"名称": "name", "地址": "address"}, state="ready",
    )  # fmt: skip
    return {"pk": made.pk}


def closure(cast: Cast) -> dict[str, Any]:
    """A closure by the district of its own station."""
    made = close_stations(
        actor=cast.actor("district"), station_ids=[cast.own.pk], reason="台风", starts_at=timezone.now(), ends_at=None
    )
    return {"pk": made.pk}


def device(cast: Cast) -> dict[str, Any]:
    """A device link of the district's own station."""
    link, _ = create_device_link(actor=cast.actor("district"), station_id=cast.own.pk, label="柜台", now=timezone.now())
    return {"code": cast.own.code, "pk": link.pk}


def partner_key(cast: Cast) -> dict[str, Any]:
    """A key of the city's."""
    now, today = timezone.now(), timezone.localdate()
    row, _ = make_key(
        actor=cast.actor("admin"), org=cast.instance.root, label=str(uuid4()), scopes=["stations:read"],
        expires_on=today + timedelta(days=30), now=now, today=today,
    )  # fmt: skip
    return {"pk": row.pk}


def approval(cast: Cast) -> dict[str, Any]:
    """A release approval of the city's, recorded only for this address."""
    made = approve_release(
        actor=cast.actor("admin"), authority="测试机关", document_no="测〔2026〕1号", approved_on=timezone.localdate(),
        scope="坐标",
    )  # fmt: skip
    return {"pk": made.pk}


def deed(cast: Cast) -> dict[str, Any]:
    """A bulk change by the district, which it alone may take back."""
    actor, ids = cast.actor("district"), [cast.own.pk]
    return {"deed": change_many(actor=actor, station_ids=ids, verb="status", status="suspended", reason="检修")}


PUBLIC = Page(EVERYONE)
PAGES: dict[str, Page] = {
    # what supervisors, proxies and collectors ask (the cast stands on the loopback)
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    # the shell
    "web:manifest": PUBLIC,
    "web:service_worker": PUBLIC,
    "web:security_txt": Page(NOBODY),  # until the operator names a contact
    "web:language": Page(None, EVERYONE),
    "web:size": Page(None, EVERYONE),
    # people: the own account (the cast has neither password nor second factor: no page asks for them again)
    "people:profile": Page(ACCOUNTS, ACCOUNTS),
    "people:end_others": Page(None, ACCOUNTS),
    "people:end_session": Page(None, NOBODY, at=always(pk=uuid4())),
    "people:replace": Page(ACCOUNTS, ACCOUNTS),
    "people:provider": Page(None, NOBODY),
    "people:provider_back": Page(NOBODY),
    "people:link": Page(EVERYONE, EVERYONE, at=always(secret="nobody-made-this")),
    "account_login": Page(EVERYONE, EVERYONE),
    "account_logout": Page(EVERYONE, EVERYONE),
    "account_inactive": PUBLIC,
    "account_reauthenticate": Page(NOBODY),
    "account_reset_password": PUBLIC,
    "account_change_password": Page(ACCOUNTS, ACCOUNTS),
    "account_signup": Page(NOBODY),
    "account_email": Page(NOBODY),
    "account_email_verification_sent": Page(NOBODY),
    "account_set_password": Page(NOBODY),
    "mfa_authenticate": Page(ACCOUNTS, ACCOUNTS),
    "mfa_reauthenticate": Page(NOBODY),
    "mfa_index": Page(ACCOUNTS),
    "mfa_activate_totp": Page(ACCOUNTS, ACCOUNTS),
    "mfa_deactivate_totp": Page(NOBODY),
    "mfa_view_recovery_codes": Page(NOBODY),
    "mfa_generate_recovery_codes": Page(ACCOUNTS, ACCOUNTS),
    "mfa_download_recovery_codes": Page(NOBODY),
    # orgs, notices, audit, calendar
    "orgs:organisations": Page(READERS),
    "orgs:organisation_new": Page(ADMINS, ADMINS, at=lambda cast: {"parent_id": cast.other.org_id}),
    "orgs:people": Page(ADMINS),
    "orgs:person_new": Page(ADMINS, ADMINS),
    "orgs:post_end": Page(ADMINS, ADMINS, at=keepers_post),
    "orgs:reset_link": Page(None, ADMINS, at=keepers_post),
    "orgs:factor_reset": Page(ADMINS, ADMINS, at=keepers_post),
    "orgs:sign_out": Page(None, ADMINS, at=keepers_post),
    "orgs:lock_release": Page(None, ADMINS, at=keepers_post),
    "orgs:phone": Page(None, ADMINS, at=keepers_post),
    "orgs:settings": Page(ADMINS, ADMINS),
    "notices:inbox": Page(ACCOUNTS),
    "notices:all_read": Page(None, ACCOUNTS),
    "audit:log": Page(AUDITORS),
    "calendar:this_year": Page(READERS),
    "calendar:year": Page(READERS, at=always(number=2024)),
    "calendar:notice": Page(ADMINS, ADMINS),
    "calendar:day": Page(ADMINS, ADMINS),
    # stations: the worker's pages
    "stations:list": PUBLIC,
    "stations:filter": PUBLIC,
    "stations:places": PUBLIC,
    "stations:about": PUBLIC,
    "stations:offline": PUBLIC,
    "stations:map": PUBLIC,
    "stations:json": PUBLIC,
    "stations:station": PUBLIC,
    "stations:go": PUBLIC,
    "stations:go_app": Page(EVERYONE, at=always(app="amap")),
    "stations:arrived": PUBLIC,
    "stations:pin": Page(None, EVERYONE),
    "stations:photo": Page(NOBODY, at=always(pk=uuid4(), size="thumb")),
    # stations: the keeper's pages and devices
    "keep:mine": Page(ACCOUNTS),
    "keep:claim": Page(EVERYONE, EVERYONE, at=always(secret="nobody-made-this")),
    "keep:page": Page(KEEPERS),
    "keep:tap": Page(None, KEEPERS),
    "keep:undo": Page(None, NOBODY),  # without the seal of a tap
    "keep:devices": Page(WRITERS, WRITERS),
    "keep:device_revoke": Page(None, HERE_WRITE, at=device),
    # feedback
    "feedback:choose": PUBLIC,
    "feedback:report": Page(EVERYONE, EVERYONE),
    "feedback:thanks": PUBLIC,
    "feedback:office_list": Page(READERS),
    "feedback:office_report": Page(HERE_READ, at=report),
    "feedback:office_seen": Page(None, HERE_WRITE, at=report),
    "feedback:office_done": Page(None, HERE_WRITE, at=report, data=always(answer="已联系站点开门")),
    "feedback:office_photo": Page(NOBODY, at=lambda cast: report(cast) | {"size": "thumb"}),
    # the API: what needs a key is nobody's by cookie
    "api:openapi": PUBLIC,
    "api:docs": PUBLIC,
    "api:list_stations": PUBLIC,
    "api:read_station": PUBLIC,
    "api:read_changes": PUBLIC,
    "api:list_facilities": PUBLIC,
    "api:find_nearest": Page(EVERYONE, data=always(lng="109.5", lat="18.2")),
    "api:list_open_now": PUBLIC,
    "api:create_check_in": Page(None, NOBODY),
    "api:create_report": Page(None, NOBODY),
    "api:read_report": Page(NOBODY, at=always(id=uuid4())),
    "api:root": Page(NOBODY),
    "api:nothing": Page(NOBODY, NOBODY, at=always(rest="none")),
    # keys of partners
    "keys:list": Page(ADMINS),
    "keys:new": Page(ADMINS, ADMINS),
    "keys:revoke": Page(ADMINS, ADMINS, at=partner_key),
    # feeds: the cast has no release approval, so that the doors with coordinates are closed
    "feeds:release": Page(ADMINS, ADMINS),
    "feeds:withdraw": Page(ADMINS, ADMINS, at=approval),
    "feeds:hsds": Page(NOBODY),
    "feeds:hsds_openapi": Page(NOBODY),
    "feeds:hsds_services": Page(NOBODY),
    "feeds:hsds_service": Page(NOBODY, at=always(pk=str(uuid4()))),
    "feeds:hsds_at_locations": Page(NOBODY),
    "feeds:hsds_at_location": Page(NOBODY, at=always(pk=str(uuid4()))),
    "feeds:hsds_organizations": Page(NOBODY),
    "feeds:hsds_organization": Page(NOBODY, at=always(pk=str(uuid4()))),
    "feeds:hsds_taxonomies": Page(NOBODY),
    "feeds:hsds_taxonomy": Page(NOBODY, at=always(pk=str(uuid4()))),
    "feeds:hsds_taxonomy_terms": Page(NOBODY),
    "feeds:hsds_taxonomy_term": Page(NOBODY, at=always(pk=str(uuid4()))),
    "feeds:hsds_unknown": Page(NOBODY, at=always(rest="nothing")),
    "feeds:geojson": Page(NOBODY),
    "feeds:robots": PUBLIC,
    "feeds:sitemap": PUBLIC,
    "feeds:sitemap_part": Page(EVERYONE, at=always(number=1)),
    "feeds:timetable": Page(NOBODY),  # the cast has no mobile station
    # visits
    "visits:checkin": Page(EVERYONE, EVERYONE),
    "visits:done": PUBLIC,
    "visits:work": Page(None, EVERYONE),
    "visits:good": Page(None, EVERYONE),
    "visits:companions": Page(None, EVERYONE),
    "visits:screen": Page(NOBODY),
    "visits:keeper_add": Page(None, KEEPERS, back=True),
    "visits:office_counts": Page(READERS),
    "visits:office_rows": Page(READERS),
    "visits:office_export": Page(READERS, at=always(kind="csv"), logs=True),
    "visits:earlier": Page(WRITERS, WRITERS),
    "visits:earlier_remove": Page(None, WRITERS, at=always(pk=1)),
    "visits:plates": Page(WRITERS),
    "visits:plates_print": Page(WRITERS),
    "visits:plate_svg": Page(WRITERS),
    "visits:plates_pdf": Page(WRITERS),
    # imports
    "imports:list": Page(WRITERS),
    "imports:new": Page(WRITERS, WRITERS, at=always(kind="stations")),
    "imports:blank": Page(WRITERS, at=always(kind="stations")),
    "imports:batch": Page(HERE_WRITE, at=batch),
    "imports:progress": Page(HERE_WRITE, at=batch),
    "imports:columns": Page(HERE_WRITE, HERE_WRITE, at=batch),
    "imports:questions": Page(HERE_WRITE, HERE_WRITE, at=batch),
    "imports:sheet": Page(HERE_WRITE, at=batch),
    "imports:decide": Page(None, HERE_WRITE, at=batch),
    "imports:commit": Page(None, HERE_WRITE, at=batch),
    "imports:undo": Page(HERE_WRITE, HERE_WRITE, at=batch),
    "imports:discard": Page(None, HERE_WRITE, at=batch),
    # stations: the desk
    "stations:office_today": Page(READERS),
    "stations:office_list": Page(READERS),
    "stations:office_map": Page(READERS),
    "stations:borders": Page(READERS),
    "stations:columns": Page(None, READERS),
    "stations:register": Page(WRITERS, WRITERS),
    "stations:bulk": Page(None, WRITERS),
    "stations:bulk_undo": Page(None, frozenset({"district"}), at=deed),
    "stations:merge": Page(CITY, CITY, data=lambda cast: {"a": cast.own.code, "b": cast.other.code}),
    "stations:export": Page(READERS, at=always(form="csv"), logs=True),
    "stations:photo_archive": Page(WRITERS, WRITERS),
    "stations:closures": Page(READERS),
    "stations:close": Page(WRITERS, WRITERS),
    "stations:unplaced": Page(WRITERS, WRITERS, data=lambda cast: {"code": cast.other.code, "pasted": "109.5,18.25"}),
    "stations:on_the_spot": Page(KEEPERS, KEEPERS),
    "stations:withdraw": Page(None, HERE_WRITE, at=closure),
    "stations:standards": Page(READERS, WRITERS),
    "stations:own_list": Page(WRITERS, WRITERS),
    "stations:office_station": Page(READERS),
    "stations:office_photo": Page(NOBODY, at=always(pk=uuid4(), size="thumb")),
    "stations:verify": Page(None, WRITERS),
    "stations:remove_photo": Page(None, WRITERS, at=always(photo_id=0)),
    "stations:dismiss": Page(
        None, HERE_WRITE, at=lambda cast: {"code": cast.own.code, "keeper_id": cast.own.keepers.get().pk}
    ),
    "stations:edit": Page(WRITERS, WRITERS, at=always(section="basic")),
    "/office/stations/<str:code>/edit/place/": Page(WRITERS, WRITERS),
    "/office/stations/<str:code>/edit/stops/": Page(NOBODY, NOBODY),  # the cast has no mobile station
    "/office/stations/<str:code>/edit/hours/": Page(WRITERS, WRITERS),
    "/office/stations/<str:code>/edit/facilities/": Page(WRITERS, WRITERS),
    "/office/stations/<str:code>/edit/photos/": Page(WRITERS, WRITERS),
    "/office/stations/<str:code>/edit/keepers/": Page(WRITERS, WRITERS),
    "/office/stations/<str:code>/edit/status/": Page(WRITERS, WRITERS),
    # retention: terms, and what is kept about one person
    "retention:terms": Page(ADMINS),
    "retention:term": Page(ADMINS, ADMINS, at=always(key="visits.devices")),
    "retention:people": Page(ADMINS),
    "retention:person": Page(None, ADMINS, at=keepers_person),
    "retention:export": Page(None, ADMINS, at=lambda cast: keepers_person(cast) | {"form": "json"}),
    "retention:forget": Page(None, NOBODY, at=lambda cast: {"pk": uuid4()}),
}
