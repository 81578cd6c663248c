"""Has the reader this answer already? ETag, Last-Modified, 304 and Cache-Control for public reads.

Sources: RFC 9110 §8.8 (validators), §13 (conditional requests), RFC 9111 (caching).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from xiaojia import __version__

SETTLED = timedelta(seconds=2)
"""Last-Modified counts whole seconds: it is sent once the second of the change is over, so that two changes within
one second are never taken for one. Until then the ETag alone speaks."""
SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Validators:
    """What an answer depends on besides its address: a text that changes whenever it may change, and when that was."""

    tag: str
    changed_at: datetime | None = None


Asked = Callable[..., Validators | None]
View = Callable[..., HttpResponse]


def conditional(validators: Asked, *, max_age_s: int = 0, vary: Sequence[str] = ()) -> Callable[[View], View]:
    """Answer 304 without running the view while `validators(request, *args, **kwargs)` says the same as last time.

    The ETag is weak: it stands for the meaning, whose bytes differ by compression. It also changes with the product's
    version and, where `vary` names Accept-Language, with the language. `validators` returning None lets the view
    answer without any. Only GET and HEAD are touched, and only good answers are marked.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            found = validators(request, *args, **kwargs) if request.method in SAFE else None
            if found is None:
                return view(request, *args, **kwargs)
            etag, changed_s = weak_etag(found.tag, vary=vary), _settled_s(found.changed_at)
            early = get_conditional_response(request, etag=etag, last_modified=changed_s)
            response = early if early is not None else view(request, *args, **kwargs)
            return _mark(response, etag, changed_s, max_age_s, vary)

        return inner

    return wrap


def tagged(
    request: HttpRequest, response: HttpResponse, *, max_age_s: int = 0, vary: Sequence[str] = ()
) -> HttpResponse:
    """Return the answer with a strong ETag made from its bytes, or 304 if the reader holds these bytes.

    For answers that change with the clock, such as who is open now: the work is done, the bytes are spared.
    """
    if request.method not in SAFE or response.status_code != 200 or response.streaming:
        return response
    etag = f'"{_digest(response.content)}"'
    kept = get_conditional_response(request, etag=etag, response=response)
    return _mark(kept, etag, None, max_age_s, vary)


def weak_etag(*parts: object, vary: Sequence[str] = ()) -> str:
    """Return a weak ETag of some parts, of the product's version, the kind of instance and, if it varies, the language."""
    language = get_language() if "Accept-Language" in vary else ""
    text = "\x1f".join([__version__, str(settings.IS_DEMO), str(language), *map(str, parts)])
    return f'W/"{_digest(text.encode())}"'


def _mark(
    response: HttpResponse, etag: str, changed_s: int | None, max_age_s: int, vary: Sequence[str]
) -> HttpResponse:
    if not (200 <= response.status_code < 300 or response.status_code == 304):
        return response
    response.headers.setdefault("ETag", etag)
    if changed_s is not None:
        response.headers.setdefault("Last-Modified", http_date(changed_s))
    response.headers.setdefault("Cache-Control", f"public, max-age={max_age_s}" if max_age_s else "public, no-cache")
    patch_vary_headers(response, [*vary, "Accept-Encoding"])
    return response


def _settled_s(changed_at: datetime | None) -> int | None:
    if changed_at is None or changed_at > timezone.now() - SETTLED:
        return None
    return int(changed_at.timestamp())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
