"""Which addresses lead to a station's check-in? Signed with the instance's own key, so that nobody can make them up."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from xiaojia.domains.visits.rules import links


def _key() -> str:
    return _key_of(settings.HASH_KEY)


@lru_cache(maxsize=4)
def _key_of(secret: str) -> str:
    return links.link_key(secret)


def checkin_path(code: str) -> str:
    """Return the path that the plate of a station opens, with its signature."""
    return f"{reverse('visits:checkin', args=[code])}?t={links.qr_signature(code, key=_key())}"


def rotating_path(code: str, now: datetime) -> str:
    """Return the path that a screen shows this minute."""
    return f"{reverse('visits:checkin', args=[code])}?c={links.rotating(code, now, key=_key())}"


def screen_path(code: str) -> str:
    """Return the path of the page for a station's own screen."""
    return f"{reverse('visits:screen', args=[code])}?k={links.screen_signature(code, key=_key())}"


def source_of(code: str, now: datetime, *, t: str = "", c: str = "") -> str | None:
    """Return "qr" or "code" for a link of this station, None when its signature is missing, forged or over."""
    if c and links.rotating_ok(c, code, now, key=_key()):
        return "code"
    if t and links.qr_ok(t, code, key=_key()):
        return "qr"
    return None


def screen_ok(code: str, signature: str) -> bool:
    """Return whether the signature belongs to the screen page of this station."""
    return links.screen_ok(signature, code, key=_key())


def pass_text(code: str, source: str, now: datetime) -> str:
    """Return the pass that a check-in form carries."""
    return links.pass_text(code, source, now, key=_key())


def read_pass(text: str, code: str) -> tuple[str, int] | None:
    """Return (source, epoch second of opening) of a form's pass, or None."""
    return links.read_pass(text, code, key=_key())
