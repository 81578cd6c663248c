"""How does a prover without a browser get a page? Signed in as one of the demo's accounts, in a language."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from tests.journeys.pages import DESK, WORKER, Page

PASSWORD = "xiaojia-demo"


def visitor(base: str, user: str = "", language: str = "zh-hans") -> urllib.request.OpenerDirector:
    """Return an opener that keeps cookies, signed in when a user is named."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.addheaders = [("Accept-Language", language), ("Accept", "text/html")]
    if user:
        url = base + "/office/sign-in/"
        page = opener.open(url, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": token[1] if token else "", "login": user, "password": PASSWORD}
        opener.open(urllib.request.Request(url, urllib.parse.urlencode(form).encode(), {"Referer": url}), timeout=20)
    return opener


def pages(base: str, languages: tuple[str, ...] = ("zh-hans", "en")) -> Iterator[tuple[Page, str, str]]:
    """Yield every page of the list in each language, with its text."""
    for language in languages:
        for user in dict.fromkeys(page.user for page in (*WORKER, *DESK)):
            opener = visitor(base, user, language)
            for page in (p for p in (*WORKER, *DESK) if p.user == user):
                address = urllib.parse.quote(page.path, safe="/?&=,.:%-")
                try:
                    answer = opener.open(base + address, timeout=60)
                except urllib.error.HTTPError as refusal:  # a refusal is a page too
                    answer = refusal
                with answer:
                    yield page, language, answer.read().decode()
