"""Does a reader who holds the answer get 304, and everybody else the answer?"""

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.http import http_date

from xiaojia.web.conditional import Validators, conditional, tagged, weak_etag

CHANGED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def make(validators=lambda request: Validators("7", CHANGED), **more):
    """A view that counts its runs, behind the decorator."""
    runs = []

    @conditional(validators, **more)
    def view(request):
        runs.append(request.method)
        return HttpResponse("answer")

    return view, runs


def ask(view, method="get", **headers):
    return view(getattr(RequestFactory(), method)("/", headers=headers))


def test_the_first_answer_carries_its_validators():
    view, _ = make(max_age_s=60, vary=("Accept-Language",))
    answer = ask(view)
    assert (answer.status_code, answer.content) == (200, b"answer")
    assert answer["ETag"].startswith('W/"')
    assert answer["Last-Modified"] == "Tue, 24 Nov 2026 08:00:00 GMT"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("method", ["get", "head"])
def test_who_holds_it_gets_304_and_the_view_never_runs(method):
    view, runs = make()
    etag = ask(view)["ETag"]
    answer = ask(view, method, **{"If-None-Match": etag})
    assert (answer.status_code, answer.content, runs) == (304, b"", ["GET"])
    assert (answer["ETag"], answer["Cache-Control"], answer["Vary"]) == (etag, "public, no-cache", "Accept-Encoding")
    assert ask(view, method, **{"If-Modified-Since": http_date(CHANGED.timestamp())}).status_code == 304
    assert ask(view, **{"If-None-Match": "*"}).status_code == 304
    assert ask(view, **{"If-None-Match": f'"other", {etag}'}).status_code == 304


def test_the_etag_goes_before_the_date():
    view, _ = make()
    headers = {"If-None-Match": 'W/"other"', "If-Modified-Since": http_date(CHANGED.timestamp())}
    assert ask(view, **headers).status_code == 200
    assert ask(view, **{"If-Modified-Since": http_date(CHANGED.timestamp() - 1)}).status_code == 200
    assert ask(view, **{"If-Modified-Since": "no date"}).status_code == 200


def test_a_change_of_this_very_second_has_no_date_yet():
    view, _ = make(lambda request: Validators("8", timezone.now()))
    assert "Last-Modified" not in ask(view)
    assert ask(view, **{"If-Modified-Since": http_date(timezone.now().timestamp())}).status_code == 200


def test_the_etag_changes_with_what_was_asked_and_with_the_language():
    assert weak_etag("7") != weak_etag("8")
    with translation.override("en"):
        english = weak_etag("7", vary=("Accept-Language",))
    assert english != weak_etag("7", vary=("Accept-Language",))


def test_writes_and_answers_without_validators_pass_untouched():
    view, runs = make()
    assert "ETag" not in ask(view, "post")
    view, runs = make(lambda request: None)
    answer = ask(view, **{"If-None-Match": "*"})
    assert (answer.status_code, runs) == (200, ["GET"])
    assert "ETag" not in answer


def test_a_refusal_is_not_marked():
    view = conditional(lambda request: Validators("7", CHANGED))(lambda request: HttpResponse(status=404))
    answer = view(RequestFactory().get("/"))
    assert (answer.status_code, "ETag" in answer, "Cache-Control" in answer) == (404, False, False)


def test_answers_that_follow_the_clock_are_tagged_by_their_bytes():
    request = RequestFactory().get("/")
    first = tagged(request, HttpResponse("08:00"))
    assert first["ETag"].startswith('"')
    again = RequestFactory().get("/", headers={"If-None-Match": first["ETag"]})
    assert tagged(again, HttpResponse("08:00")).status_code == 304
    assert tagged(again, HttpResponse("08:01")).status_code == 200
    assert "ETag" not in tagged(request, HttpResponse(status=404))
