"""Which phone is this, within this month and to nobody else? A random token in a cookie, kept only as a keyed hash."""

import hmac
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xiaojia.lib.ids import unguessable

COOKIE = "xj_device"
ZONE = ZoneInfo("Asia/Shanghai")
_SHAPE = re.compile(r"(\d{4}-\d{2})\.([\w-]{22,64})")


def device_of(request: HttpRequest, now: datetime | None = None) -> bytes | None:
    """Return the 16-byte hash of the phone's token of this month, or None if it has none (or last month's)."""
    month = _month(now or timezone.now())
    token = _token_of(request, month)
    return None if token is None else _hash(token, month)


def begin_device(request: HttpRequest, now: datetime | None = None) -> bytes:
    """Return the phone's hash, with a fresh token if it has none; `ensure_device` then sends that token."""
    now = now or timezone.now()
    month = _month(now)
    token = _token_of(request, month)
    if token is None:
        token = unguessable(18)
        request._xj_device = (month, token)  # type: ignore[attr-defined]
    return _hash(token, month)


def ensure_device(request: HttpRequest, response: HttpResponse, now: datetime | None = None) -> bytes:
    """Return the phone's hash and give the phone its token until the month ends, if it has none yet.

    Call it on the page that precedes a tap, so that a double tap comes from one device.
    """
    now = now or timezone.now()
    found = begin_device(request, now)
    fresh = getattr(request, "_xj_device", None)
    if fresh:
        response.set_cookie(
            COOKIE, ".".join(fresh), max_age=_left_s(now), httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return found


def device_elsewhere(scope: str, token: str | None, now: datetime) -> bytes | None:
    """Return the 16-byte hash of a token that another system gave one of its own devices, new every month; None without one.

    `scope` keeps the devices of two systems apart.
    """
    return None if token is None else _hash(f"{scope}|{token}", _month(now))


def _token_of(request: HttpRequest, this_month: str) -> str | None:
    fresh = getattr(request, "_xj_device", None)
    match = _SHAPE.fullmatch(request.COOKIES.get(COOKIE, ""))
    month, token = fresh or (match.groups() if match else ("", ""))
    return token if month == this_month else None


def _month(now: datetime) -> str:
    here = now.astimezone(ZONE)
    return f"{here.year:04d}-{here.month:02d}"


def _left_s(now: datetime) -> int:
    """Seconds until the month ends in Shanghai."""
    here = now.astimezone(ZONE)
    year, month = (here.year + 1, 1) if here.month == 12 else (here.year, here.month + 1)
    return max(1, int((datetime(year, month, 1, tzinfo=ZONE) - here).total_seconds()))


def _hash(token: str, month: str) -> bytes:
    return hmac.digest(settings.HASH_KEY.encode(), f"device|{month}|{token}".encode(), "sha256")[:16]
