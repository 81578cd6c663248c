"""How much may a request bring? Little, unless its page takes files; too much is refused before a byte of it is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from xiaojia.web.errors import error_page

MB = 2**20
PLAIN_BYTES = MB
"""A form without files, or a program's JSON."""
FORM_BYTES = 64 * 1024
"""What a form takes beside its files."""
View = TypeVar("View", bound=Callable[..., HttpResponse])


def takes(most_bytes: int, *, signed_in: bool = False) -> Callable[[View], View]:
    """Let a page take a larger body; with `signed_in` only from somebody who is."""

    def mark(view: View) -> View:
        view.takes_bytes, view.takes_signed_in = most_bytes + FORM_BYTES, signed_in  # type: ignore[attr-defined]
        return view

    return mark


class BodyMiddleware:
    """Answer 413 to a body that is larger than its page takes, whatever follows; 411 to one of unknown length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
            return error_page(request, 411, _("这个请求没有写明长度。请换一个浏览器再试。"), code="length_required")
        size = length_of(request)
        if size > PLAIN_BYTES and size > _most(request):
            return too_large(request, _most(request))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let strangers send nothing large to a page that takes files from officers; this comes before the CSRF check."""
        if not getattr(view, "takes_signed_in", False) or length_of(request) <= PLAIN_BYTES:
            return None
        return None if request.user.is_authenticated else too_large(request, PLAIN_BYTES)


def length_of(request: HttpRequest) -> int:
    """Return the length that a request claims in bytes; what is no number counts as endless."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 2**62


def is_small(request: HttpRequest) -> bool:
    """Return whether a body is no larger than a form without files."""
    return length_of(request) <= PLAIN_BYTES


def too_large(request: HttpRequest, most_bytes: int) -> HttpResponse:
    """Say how much would have been taken, and close the line instead of reading the rest."""
    text = _("发来的内容太大，这里最多 %(mb)s MB。请缩小或分几次再发。") % {"mb": max(1, most_bytes // MB)}
    response = error_page(request, 413, text, code="too_large")
    response.headers["Connection"] = "close"
    return response


def _most(request: HttpRequest) -> int:
    try:
        return int(getattr(resolve(request.path_info).func, "takes_bytes", PLAIN_BYTES))
    except Resolver404:
        return PLAIN_BYTES
