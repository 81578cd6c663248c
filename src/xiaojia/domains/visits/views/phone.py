"""Has this phone been here before? A second cookie proves that its token came from us, so that no NAT locks it out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xiaojia.domains.visits.actions import allow_new_phone
from xiaojia.lib.ids import sign, verify
from xiaojia.web.device import begin_device, device_of, ensure_device
from xiaojia.web.door import Ask

KNOWN = "xj_known"
WORK = "xj_work"
MONTH_S, YEAR_S = 31 * 24 * 3600, 365 * 24 * 3600


def known_device(request: HttpRequest | Ask) -> tuple[bytes, bool]:
    """Return the phone's hash of this month, and whether we gave it the token ourselves; a fresh one without cookies."""
    found = device_of(request)
    if found is None:
        return begin_device(request), False
    return found, verify(request.COOKIES.get(KNOWN, ""), "known", found.hex(), key=settings.HASH_KEY)


def introduce(request: HttpRequest, response: HttpResponse) -> None:
    """Give the phone its token and the proof of it, as long as its address does not bring too many new ones."""
    found = device_of(request)
    if found and verify(request.COOKIES.get(KNOWN, ""), "known", found.hex(), key=settings.HASH_KEY):
        return
    if not allow_new_phone(address=request.client_ip):  # type: ignore[attr-defined]
        return
    keep(
        request, response, KNOWN, sign("known", ensure_device(request, response).hex(), key=settings.HASH_KEY), MONTH_S
    )


def keep(request: HttpRequest, response: HttpResponse, name: str, value: str, age_s: int) -> None:
    """Set a cookie of ours on the phone."""
    response.set_cookie(name, value, max_age=age_s, httponly=True, samesite="Lax", secure=request.is_secure())
