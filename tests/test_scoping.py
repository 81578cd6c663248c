"""Who sees what? Every address × every role of the cast, and every scoped table × an outsider."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import ROLES, Cast, enter
from tests.permissions import PAGES, WORKER, Page, narrowed
from xiaojia.kernel.orgs.access import visible
from xiaojia.kernel.orgs.models import Scoped

NOT_CONTENT = {"django_session", "xiaojia_cache", "keys_usage", "people_signin"}
REFUSED = {401, 403, 404, 405}
Roles = frozenset[str] | None


def addresses(
    patterns: list[Any] | None = None, space: str = "", path: str = "/"
) -> Iterator[tuple[str, str, set[str]]]:
    """Yield the full name of each address, its route and its arguments."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry.url_patterns, inner, route)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}" if entry.name else route, route, set(entry.pattern.converters)


ARGUMENTS = {name: arguments for name, _, arguments in addresses()}


def test_every_address_stands_in_the_matrix() -> None:
    assert sorted(set(ARGUMENTS) - set(PAGES)) == [], "new pages: say in tests/permissions.py who may open them"
    assert sorted(set(PAGES) - set(ARGUMENTS)) == [], "these addresses are gone"


def cases(name: str, page: Page, cast: Cast) -> Iterator[tuple[str, dict[str, Any], Any, Any]]:
    """Yield a label, the address's arguments, and who may GET and POST it."""
    given, asked_for = page.at(cast), ARGUMENTS[name]
    assert set(given) | {"code"} >= asked_for, f"{name} has arguments {asked_for}: give it `at`"
    if "code" not in asked_for or "code" in given:
        yield "", given, page.get, page.post
        return
    for label in ("own", "banks", "other"):
        code = {"code": getattr(cast, label).code}
        yield label, given | code, narrowed(page.get, label), narrowed(page.post, label)


def url_of(name: str, kwargs: dict[str, Any]) -> str:
    """Return the address of a name, or of the route itself where an address has no name."""
    if name.startswith("/"):
        return re.sub(r"<\w+:(\w+)>", lambda found: str(kwargs[found[1]]), name)
    return reverse(name, kwargs=kwargs)


def written() -> dict[str, int]:
    """Return how many rows this transaction has inserted, changed or deleted in each table so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {table: rows for table, rows in cursor.fetchall() if table not in NOT_CONTENT and rows}


@dataclass(frozen=True)
class Answer:
    """What one request brought: its status, whether it led to the sign-in page, the tables that it wrote to."""

    status: int
    to_sign_in: bool
    tables: set[str]

    @property
    def refuses(self) -> bool:
        return self.status in REFUSED or self.to_sign_in


def ask(client: Client, method: str, url: str, data: dict[str, Any]) -> Answer:
    """Send one request and undo what it wrote."""
    before = written()
    with transaction.atomic():
        answer = client.get(url, data) if method == "GET" else client.post(url, data)
        if answer.streaming:
            answer.close()
        after = written()
        transaction.set_rollback(True)
    to_sign_in = answer.status_code == 302 and answer["Location"].split("?")[0] == settings.LOGIN_URL
    return Answer(answer.status_code, to_sign_in, {table for table, rows in after.items() if rows != before.get(table)})


def clients(cast: Cast) -> dict[str, Client]:
    found = {WORKER: Client(raise_request_exception=False)}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        enter(found[role], cast.account(role))
    return found


def fault(page: Page, method: str, role: str, get: Roles, post: Roles, answer: Answer) -> str:
    """Return what is wrong with an answer, or "".

    A page that takes no POST may answer one with itself, for those who may see it, as long as nothing is written.
    """
    may = role in ((get if method == "GET" else post) or ())
    only_looks = method == "POST" and post is None and role in (get or ())
    written_to = {table for table in answer.tables if not (page.logs and table.startswith("audit_entry"))}
    if answer.status >= 500:
        return "broken"
    if may and answer.refuses and page is not PAGES["account_logout"]:
        return "but may"
    if not may and not (answer.refuses or only_looks or (page.back and answer.status == 302)):
        return "but may not"
    if (not may or method == "GET") and written_to:
        return f"and wrote to {sorted(written_to)}"
    return ""


def faults(name: str, page: Page, cast: Cast) -> Iterator[str]:
    """Yield a line for each answer that differs from the matrix."""
    tried, data = list(cases(name, page, cast)), page.data(cast)
    for role, client in clients(cast).items():
        for label, kwargs, get, post in tried:
            url = url_of(name, kwargs)
            for method in ("GET", "POST"):
                answer = ask(client, method, url, data)
                wrong = fault(page, method, role, get, post, answer)
                if wrong:
                    yield f"{method} {url} ({label or name}) as {role}: {answer.status}, {wrong}"


@pytest.mark.parametrize("name", sorted(set(PAGES) & set(ARGUMENTS)))
def test_matrix(name: str, cast: Cast) -> None:
    """Each role gets what the matrix says; the others change nothing, and no GET writes."""
    found = list(faults(name, PAGES[name], cast))
    assert not found, "\n".join(found)


def scoped_models(base: type[Any] = Scoped) -> list[type[Any]]:
    found = []
    for model in base.__subclasses__():
        found += scoped_models(model) if model._meta.abstract else [model]
    return found


def test_an_outsider_sees_no_row_of_any_scoped_table(cast: Cast) -> None:
    assert scoped_models()
    for model in scoped_models():
        rows = model._default_manager.all()
        assert visible(rows, cast.actor("outsider")).count() == 0, model
        assert visible(rows, cast.actor("admin")).count() == rows.count(), model


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("admin", {"own", "banks", "other"}),
        ("officer", {"own", "banks", "other"}),
        ("auditor", {"own", "banks", "other"}),
        ("leader", {"own", "banks", "other"}),
        ("district", {"own", "banks"}),
        ("keeper", set()),
        ("clerk", set()),
        ("outsider", set()),
    ],
)
def test_each_role_reads_its_path_and_its_ground(cast: Cast, role: str, names: set[str]) -> None:
    from xiaojia.domains.stations import access

    expected = {getattr(cast, name).pk for name in names}
    assert set(access.visible(cast.actor(role)).values_list("pk", flat=True)) == expected


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("admin", {"own", "banks", "other"}),
        ("officer", {"own", "banks", "other"}),
        ("district", {"own"}),
        ("auditor", set()),
        ("leader", set()),
        ("keeper", set()),
        ("clerk", set()),
        ("outsider", set()),
    ],
)
def test_each_role_writes_its_path_alone(cast: Cast, role: str, names: set[str]) -> None:
    from xiaojia.domains.stations import access

    expected = {getattr(cast, name).pk for name in names}
    assert set(access.writable(cast.actor(role)).values_list("pk", flat=True)) == expected
