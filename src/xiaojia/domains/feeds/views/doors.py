"""How does every door of this room answer? JSON errors, open to any origin, closed without release, few whole feeds at once."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from threading import BoundedSemaphore
from typing import Any
from weakref import finalize

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from xiaojia.domains.feeds.rules.errors import FeedError, NotReleased
from xiaojia.domains.stations.queries.release import coordinates_released
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of

View = Callable[..., HttpResponse]
WHOLE_AT_ONCE = 2
"""So many readers may take a whole feed from one process at a time; pages are not counted."""
_whole = BoundedSemaphore(WHOLE_AT_ONCE)


def door(view: View, *, released: bool = True) -> View:
    """Wrap a view: only GET, HEAD and OPTIONS, JSON refusals, CORS for everybody; 404 while coordinates are not released."""

    @csrf_exempt  # nothing is written here: whatever else is sent gets its 405
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
        elif request.method not in ("GET", "HEAD"):
            response = JsonResponse(
                _body("method", _("只能读取。"), {}), status=405, headers={"Allow": "GET, HEAD, OPTIONS"}
            )
        else:
            try:
                if released and not coordinates_released():
                    raise NotReleased
                response = view(request, *args, **kwargs)
            except XiaojiaError as error:
                response = refusal(error)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        return response

    return inner


def refusal(error: XiaojiaError) -> JsonResponse:
    """Return an error as JSON `{code, message, fields}`."""
    fields = {name: _(text) for name, text in error.fields.items()}
    headers = {"Retry-After": "30"} if error.code == "busy" else {}
    status = 503 if error.code == "busy" else 404 if error.code == "no_such" else getattr(error, "status", 400)
    return JsonResponse(
        _body(error.code, message_of(error), fields), status=status, headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


def _body(code: str, message: str, fields: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": fields}


def base_of(request: HttpRequest) -> str:
    """Return the address under which the reader knows this instance, without a slash at its end."""
    return settings.XIAOJIA_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")


def dump(value: Any) -> str:
    """Return JSON as compact text, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def said(value: Any, media_type: str = "application/json") -> HttpResponse:
    """Return a value as JSON."""
    return HttpResponse(dump(value), content_type=media_type)


def whole(parts: Iterable[str], media_type: str) -> StreamingHttpResponse:
    """Return a whole feed as a stream. Raises FeedError `busy` when too many are under way in this process."""
    if not _whole.acquire(blocking=False):
        raise FeedError("busy")
    return _Whole(_grouped(parts), content_type=media_type)


class _Whole(StreamingHttpResponse):
    """A stream that gives its place back once: when it ends, when the reader hangs up, when another answer replaced it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._give_back = finalize(self, _whole.release)

    def close(self) -> None:
        """Give the place back."""
        super().close()
        self._give_back()


def _grouped(parts: Iterable[str], size: int = 65_536) -> Iterator[bytes]:
    """Join small parts: fewer writes, better compression."""
    held: list[str] = []
    length = 0
    for part in parts:
        held.append(part)
        length += len(part)
        if length >= size:
            yield "".join(held).encode()
            held, length = [], 0
    if held:
        yield "".join(held).encode()
