"""What does a program see that reads HSDS 3.0? Eleven endpoints, pages, filters, 304 to who holds the answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xiaojia.domains.feeds.forms.asked import Asked, read_asked
from xiaojia.domains.feeds.queries import answers, hsds
from xiaojia.domains.feeds.queries.paging import Entry, Listing, listing
from xiaojia.domains.feeds.queries.terms import as_term
from xiaojia.domains.feeds.queries.version import Version, unions_version, version
from xiaojia.domains.feeds.rules import ids
from xiaojia.domains.feeds.rules.errors import FeedError
from xiaojia.domains.feeds.rules.openapi import document
from xiaojia.domains.feeds.views.doors import base_of, door, dump, said, whole
from xiaojia.web.conditional import Validators, conditional

STANDARD = "3.0"
PROFILE = "https://docs.openreferral.org/en/3.0/hsds/"
MAX_AGE_S = 60
NDJSON = "application/x-ndjson"
STREAM_CHUNK = 500
Said = dict[str, Any]


def _version(request: HttpRequest) -> Version:
    """The feed's version, asked for once in a request; unions speak of those above them too."""
    held: Version | None = request.__dict__.get("feeds_version")
    if held is None:
        held = version(timezone.now())
        if "/organizations" in request.path:
            held = Version(f"{held.text} {unions_version()}", held.changed_at)
        request.__dict__["feeds_version"] = held
    return held


def _validators(request: HttpRequest, *args: Any, **kwargs: Any) -> Validators:
    found = _version(request)
    return Validators(f"{found.text} {base_of(request)} {request.get_full_path()}", found.changed_at)


def endpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make an endpoint of a view: closed without release, with validators."""
    return door(conditional(_validators, max_age_s=MAX_AGE_S)(view))


def _seen(request: HttpRequest) -> hsds.Scene:
    return hsds.scene(timezone.now(), base_of(request), _version(request).text)


@endpoint
def root(request: HttpRequest) -> HttpResponse:
    """Which standard, which profile, where the description is."""
    where = f"{base_of(request)}/hsds/openapi.json"
    return said({"version": STANDARD, "profile": PROFILE, "openapi_url": where})


@endpoint
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this door as OpenAPI 3.1."""
    return said(document(f"{base_of(request)}/hsds"))


@endpoint
def services(request: HttpRequest) -> HttpResponse:
    """The services, one for each station."""
    asked, seen = read_asked(request.GET), _seen(request)
    found = listing(asked.question, seen.now, dict(seen.unions), _version(request).text)

    def make(entries: Sequence[Entry]) -> list[Said]:
        if asked.minimal:
            return answers.minimal(entries, seen.now)
        return answers.services(entries, seen, full=asked.full)

    if asked.minimal and not asked.ndjson and "per_page" not in request.GET:
        return _one_page(found, make)
    return _answer(asked, found, make)


@endpoint
def service(request: HttpRequest, pk: str) -> HttpResponse:
    """One service, fully nested."""
    wanted = ids.read(pk)
    return _one(answers.one_service(wanted, _seen(request)) if wanted else None)


@endpoint
def at_locations(request: HttpRequest) -> HttpResponse:
    """The services at their locations."""
    asked, seen = read_asked(request.GET), _seen(request)
    found = listing(asked.question, seen.now, dict(seen.unions), _version(request).text, by_place=True)
    return _answer(asked, found, lambda entries: answers.at_locations(entries, seen, full=asked.full))


@endpoint
def at_location(request: HttpRequest, pk: str) -> HttpResponse:
    """One service at one location, fully nested."""
    wanted = ids.read(pk)
    return _one(answers.one_at_location(wanted, _seen(request)) if wanted else None)


@endpoint
def organizations(request: HttpRequest) -> HttpResponse:
    """The unions that run stations, and those above them."""
    asked, seen = read_asked(request.GET), _seen(request)
    found = answers.organisations(seen, asked.question.search)
    if not (asked.full or asked.full_service):
        return _listed(asked, [hsds.organisation_line(union, seen) for union in found])
    if asked.ndjson:
        return whole(("".join(_union(union, seen, asked)) + "\n" for union in found), NDJSON)
    start = (asked.page - 1) * asked.per_page
    shown = found[start : start + asked.per_page]
    texts = ("".join(_union(union, seen, asked)) for union in shown)
    head = dump(_page(len(found), asked, len(shown)))[:-1]
    return _nested(_chain(head + ',"contents":[', _with_commas(texts), "]}"), asked)


@endpoint
def organization(request: HttpRequest, pk: str) -> HttpResponse:
    """One union with its services."""
    asked, seen = read_asked(request.GET), _seen(request)
    union = next((union for union in seen.unions.values() if union.id == pk.lower()), None)
    if union is None:
        raise FeedError("no_such")
    return _nested(_union(union, seen, asked), asked)


def _nested(parts: Iterable[str], asked: Asked) -> HttpResponse:
    """JSON made in parts: as a stream where every service is whole, at once where only its id and name stand."""
    if asked.full_service:
        return whole(parts, "application/json")
    return HttpResponse("".join(parts), content_type="application/json")


def _union(union: Any, seen: hsds.Scene, asked: Asked) -> Iterator[str]:
    """A union as JSON in parts: its services may be thousands."""
    yield dump(hsds.organisation(union, seen))[:-1] + ',"services":['
    yield from _with_commas(dump(one) for one in answers.services_of(union, seen, full=asked.full_service))
    yield "]}"


def _with_commas(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield ("," if number else "") + text


@endpoint
def taxonomies(request: HttpRequest) -> HttpResponse:
    """The taxonomies of the terms."""
    asked = read_asked(request.GET)
    return _listed(asked, answers.taxonomies(asked.question.search))


@endpoint
def taxonomy(request: HttpRequest, pk: str) -> HttpResponse:
    """One taxonomy."""
    return _one(answers.one_taxonomy(pk.lower()))


@endpoint
def taxonomy_terms(request: HttpRequest) -> HttpResponse:
    """The terms: facilities, ways in, kinds of place."""
    asked, seen = read_asked(request.GET), _seen(request)
    found = answers.terms(
        seen, search=asked.question.search, taxonomy=asked.taxonomy, parent=asked.parent, top_only=asked.top_only
    )
    return _listed(asked, [as_term(term) for term in found])


@endpoint
def taxonomy_term(request: HttpRequest, pk: str) -> HttpResponse:
    """One term."""
    return _one(answers.one_term(pk.lower(), _seen(request)))


@door
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever else is asked for below this door."""
    raise FeedError("no_such")


def _one(found: Said | None) -> HttpResponse:
    if found is None:
        raise FeedError("no_such")
    return said(found)


def _listed(asked: Asked, found: list[Said]) -> HttpResponse:
    """A short list that is at hand: the page asked for, or all of it line by line."""
    if asked.ndjson:
        return whole((dump(one) + "\n" for one in found), NDJSON)
    start = (asked.page - 1) * asked.per_page
    shown = found[start : start + asked.per_page]
    return said(_page(len(found), asked, len(shown)) | {"contents": shown})


def _answer(asked: Asked, found: Listing, make: Callable[[Sequence[Entry]], list[Said]]) -> HttpResponse:
    """A long list: one page in one query, or all of it as a stream of lines."""
    if asked.ndjson:
        pages = range(1, -(-len(found) // STREAM_CHUNK) + 1)
        return whole((dump(one) + "\n" for n in pages for one in make(found.page(n, STREAM_CHUNK))), NDJSON)
    shown = make(found.page(asked.page, asked.per_page))
    return said(_page(len(found), asked, len(shown)) | {"contents": shown})


def _one_page(found: Listing, make: Callable[[Sequence[Entry]], list[Said]]) -> HttpResponse:
    """All of a list as one page, as `minimal` wants it."""
    total = len(found)
    frame = {"total_items": total, "total_pages": 1, "page_number": 1, "size": total, "first_page": True,
             "last_page": True, "empty": not total}  # fmt: skip
    pages = range(1, -(-total // STREAM_CHUNK) + 1)
    texts = (dump(one) for n in pages for one in make(found.page(n, STREAM_CHUNK)))
    return whole(_chain(dump(frame)[:-1] + ',"contents":[', _with_commas(texts), "]}"), "application/json")


def _chain(head: str, middle: Iterable[str], tail: str) -> Iterator[str]:
    yield head
    yield from middle
    yield tail


def _page(total: int, asked: Asked, shown: int) -> Said:
    pages = max(1, -(-total // asked.per_page))
    return {
        "total_items": total, "total_pages": pages, "page_number": asked.page, "size": shown,
        "first_page": asked.page == 1, "last_page": asked.page >= pages, "empty": shown == 0,
    }  # fmt: skip
