"""Who may open and send what? One line for each address of the product: the permission matrix, read by test_scoping."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import ROLES, Cast

WORKER = "worker"  # nobody has signed in
EVERYONE = frozenset({*ROLES, WORKER})
ACCOUNTS = frozenset(ROLES)
READERS = frozenset({"admin", "officer", "district", "auditor", "leader", "outsider"})
WRITERS = frozenset({"admin", "officer", "district", "outsider"})
ADMINS = frozenset({"admin"})
AUDITORS = frozenset({"admin", "auditor"})
KEEPERS = frozenset({"keeper"})
NOBODY: frozenset[str] = frozenset()

Kwargs = Callable[[Cast], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """Who may GET and who may POST an address; None = it has no such method.

    `at` gives the address its arguments. An address with a `code` and no `at` is tried on three stations: the
    district's own, a bank's on the district's ground, one elsewhere; the roles narrow by themselves. `data` is posted;
    `notes` names tables that opening the page may write to.
    """

    get: frozenset[str] | None
    post: frozenset[str] | None = None
    at: Kwargs | None = None
    data: dict[str, Any] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()


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


def tianya(cast: Cast) -> dict[str, Any]:
    """An organisation that only the city administers."""
    return {"parent_id": cast.other.org_id}


def keepers_post(cast: Cast) -> dict[str, Any]:
    """A post below the city."""
    return {"post_id": cast.accounts["keeper"].person.posts.get().pk}


PUBLIC = Page(EVERYONE)
PAGES: dict[str, Page] = {
    # the shell
    "web:manifest": PUBLIC,
    "web:service_worker": PUBLIC,
    "web:language": Page(None, EVERYONE),
    "web:size": Page(None, EVERYONE),
    # people: the own account
    "people:profile": Page(ACCOUNTS, ACCOUNTS),
    "people:link": Page(EVERYONE, EVERYONE, at=lambda cast: {"secret": "nobody-made-this"}),
    "account_login": Page(EVERYONE, EVERYONE),
    "account_logout": Page(EVERYONE, EVERYONE),
    "account_inactive": PUBLIC,
    "account_reauthenticate": Page(ACCOUNTS, ACCOUNTS),
    "account_reset_password": PUBLIC,
    "account_change_password": Page(ACCOUNTS, ACCOUNTS),
    "account_signup": Page(NOBODY),
    "account_email": Page(NOBODY),
    "account_email_verification_sent": Page(NOBODY),
    "account_set_password": Page(NOBODY),
    "mfa_authenticate": Page(NOBODY),
    "mfa_reauthenticate": Page(ACCOUNTS, ACCOUNTS),
    "mfa_index": Page(ACCOUNTS),
    "mfa_activate_totp": Page(ACCOUNTS, ACCOUNTS),
    "mfa_deactivate_totp": Page(ACCOUNTS, ACCOUNTS),
    "mfa_view_recovery_codes": Page(ACCOUNTS),
    "mfa_generate_recovery_codes": Page(ACCOUNTS, ACCOUNTS),
    "mfa_download_recovery_codes": Page(ACCOUNTS),
    # orgs, notices, audit, calendar
    "orgs:organisations": Page(READERS),
    "orgs:organisation_new": Page(ADMINS, ADMINS, at=tianya),
    "orgs:people": Page(ADMINS),
    "orgs:person_new": Page(ADMINS, ADMINS),
    "orgs:post_end": Page(ADMINS, ADMINS, at=keepers_post),
    "orgs:reset_link": Page(None, ADMINS, at=keepers_post),
    "orgs:phone": Page(None, ADMINS, at=keepers_post),
    "orgs:settings": Page(ADMINS, ADMINS),
    "notices:inbox": Page(ACCOUNTS),
    "notices:all_read": Page(None, ACCOUNTS),
    "audit:log": Page(AUDITORS),
    "calendar:this_year": Page(READERS),
    "calendar:year": Page(READERS, at=lambda cast: {"number": 2024}),
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
    "stations:go_app": Page(EVERYONE, at=lambda cast: {"code": cast.own.code, "app": "amap"}),
    "stations:arrived": PUBLIC,
    "stations:pin": Page(None, EVERYONE),
    "stations:photo": Page(NOBODY, at=lambda cast: {"code": cast.own.code, "pk": cast.own.pk, "size": "thumb"}),
}
