"""Is every page well made? What holds for all of them: language, heading, policy, forms, links that lead somewhere."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from tests.cast import Cast, enter, make_station
from tests.permissions import PAGES, WORKER
from tests.test_scoping import ARGUMENTS, cases, url_of

OUTSIDE = ("http:", "https:", "tel:", "mailto:", "data:", "blob:", "androidamap:", "#")


class Reader(HTMLParser):
    """Collects what is to be judged of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.faults: list[str] = []
        self.links: set[str] = set()
        self.sources: set[str] = set()
        self.language = ""
        self._form: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.faults += [f"{name} on <{tag}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "script":
            self.sources.add(given.get("src", ""))
            if "src" not in given and given.get("type") not in ("application/json", "application/ld+json"):
                self.faults.append("a script inside the page")
        if tag == "style":
            self.faults.append("a style inside the page")
        if tag == "img" and "alt" not in given:
            self.faults.append(f"a picture without words: {given.get('src')}")
        for name in ("href", "action", "src", "hx-get", "hx-post", "data-url"):
            if name in given and tag not in ("use", "image") and not given[name].startswith(OUTSIDE):
                self.links.add(given[name])
        if tag == "form":
            self._form = {
                "post": given.get("method", "get").lower() == "post",
                "token": False,
                "to": given.get("action", ""),
            }
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken" and self._form:
            self._form["token"] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            if self._form["post"] and not self._form["token"] and not asks_no_token(self._form["to"]):
                self.faults.append(f"a form without its token: {self._form['to']}")
            self._form = None


def asks_no_token(path: str) -> bool:
    """Return whether the address takes forms without a token: it only keeps a choice of the phone's own screen."""
    return path.startswith("/") and getattr(resolve(path.split("?", maxsplit=1)[0]).func, "csrf_exempt", False)


def broken_links(reader: Reader, url: str) -> Iterator[str]:
    """Yield the links of a page that no address answers."""
    for link in sorted(reader.links):
        path = link.split("#")[0].split("?")[0]
        if not path or path.startswith("/static/"):
            continue
        if not path.startswith("/"):
            yield f"relative link {link}"
            continue
        try:
            resolve(path)
        except Resolver404:
            yield f"dead link {link}"


def look(name: str, cast: Cast, role: str, **headers: str) -> Iterator[tuple[str, Any]]:
    """Yield the HTML answers of an address for a role, one for each of its objects."""
    client = Client(headers=headers)
    if role != WORKER:
        enter(client, cast.account(role))
    for _, kwargs, get, _ in cases(name, PAGES[name], cast):
        if get and role in get:
            url = url_of(name, kwargs)
            answer = client.get(url, PAGES[name].data(cast))
            if answer.status_code in (200, 410) and answer["Content-Type"].startswith("text/html"):
                yield url, answer


NAMES = sorted(name for name, page in PAGES.items() if page.get and name in ARGUMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_well_made(name: str, cast: Cast) -> None:
    role = WORKER if WORKER in (PAGES[name].get or ()) else "keeper" if PAGES[name].get == {"keeper"} else "admin"
    faults = []
    for url, answer in look(name, cast, role):
        html = answer.content.decode()
        reader = Reader()
        reader.feed(html)
        faults += [f"{url}: {fault}" for fault in (*reader.faults, *broken_links(reader, url))]
        if answer.headers.get("HX-Retarget") or "<html" not in html:
            continue
        if reader.tags.get("h1") != 1 or not reader.tags.get("title") or not reader.tags.get("main"):
            faults.append(
                f"{url}: h1 {reader.tags.get('h1')}, title {reader.tags.get('title')}, main {reader.tags.get('main')}"
            )
        if not reader.language:
            faults.append(f"{url}: no language")
        if "script-src 'self'" not in answer.get("Content-Security-Policy", ""):
            faults.append(f"{url}: no policy")
        if not url.startswith("/office/") and any("htmx" in source for source in reader.sources):
            faults.append(f"{url}: htmx on a worker's page")
        if re.search(r"\{[{%#]|[}%#]\}", re.sub(r"<(script|svg)\b.*?</\1>", "", html, flags=re.DOTALL)):
            faults.append(f"{url}: template marks in the page")
    assert faults == []


@pytest.mark.parametrize("name", [name for name in NAMES if WORKER in (PAGES[name].get or ())])
def test_a_worker_can_read_english(name: str, cast: Cast) -> None:
    """The page says that it is English; its heading and title are."""
    for url, answer in look(name, cast, WORKER, accept_language="en"):
        html = answer.content.decode()
        if "<html" not in html:
            continue
        assert re.search(r"<html[^>]* lang=\"en", html), url


LISTS = (
    "stations:list",
    "stations:map",
    "stations:json",
    "stations:office_today",
    "stations:office_list",
    "stations:office_map",
    "stations:export",
    "stations:unplaced",
    "stations:closures",
    "visits:office_counts",
    "visits:plates",
    "feedback:choose",
    "orgs:organisations",
)


def count_queries(name: str, client: Client) -> int:
    kwargs = PAGES[name].at(Cast(None))  # type: ignore[arg-type]
    url = url_of(name, kwargs)
    client.get(url)  # what is kept per process is read once
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_asks_no_more_questions(name: str, cast: Cast) -> None:
    """The number of queries does not follow the number of stations."""
    client = Client()
    if WORKER not in (PAGES[name].get or ()):
        enter(client, cast.account("admin"))
    before = count_queries(name, client)
    for number in range(5):
        make_station(cast.district, f"长表{number}驿站", 109.52 + number / 1000, 18.26)
    assert count_queries(name, client) == before
