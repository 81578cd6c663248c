"""How strict are the doors? The operator's settings about sign-in, sessions and what browsers are told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from xiaojia.kernel.people.rules import SessionRule
from xiaojia.lib.oidc import Provider

SETTINGS = (
    "XIAOJIA_MFA_ALSO",
    "XIAOJIA_SESSIONS_MAX",
    "XIAOJIA_SESSION_IDLE_MIN",
    "XIAOJIA_SESSION_HOURS",
    "XIAOJIA_HSTS",
    "XIAOJIA_SECURITY_CONTACT",
    "XIAOJIA_OIDC_ISSUER",
    "XIAOJIA_OIDC_CLIENT_ID",
    "XIAOJIA_OIDC_CLIENT_SECRET",
    "XIAOJIA_OIDC_NAME",
    "XIAOJIA_OIDC_CLAIM",
    "XIAOJIA_OIDC_MFA",
)
ROLES = ("clerk", "keeper")
"""Roles that may be added to those which always need a second factor."""
HSTS = "max-age=31536000; includeSubDomains"


class GuardError(ValueError):
    """A setting about the doors cannot be understood."""


@dataclass(frozen=True)
class Guard:
    """What the operator decided; the defaults are those of an instance that nobody has touched."""

    mfa_also: tuple[str, ...] = ()
    session: SessionRule = SessionRule()
    hsts: str = HSTS
    contact: str = ""
    oidc: Provider | None = None


def read_guard(values: Mapping[str, str]) -> Guard:
    """Return the settings of the doors. Raises: GuardError that names the setting and says how it should look."""
    return Guard(
        mfa_also=_roles(values.get("XIAOJIA_MFA_ALSO", "")),
        session=SessionRule(
            most=_number(values, "XIAOJIA_SESSIONS_MAX", 3, 1, 20),
            idle=timedelta(minutes=_number(values, "XIAOJIA_SESSION_IDLE_MIN", 60, 5, 480)),
            whole=timedelta(hours=_number(values, "XIAOJIA_SESSION_HOURS", 12, 1, 24)),
        ),
        hsts=_hsts(values.get("XIAOJIA_HSTS", HSTS)),
        contact=_contact(values.get("XIAOJIA_SECURITY_CONTACT", "")),
        oidc=_provider(values),
    )


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(part.strip() for part in text.split(",") if part.strip())
    if set(roles) - set(ROLES):
        raise GuardError(f"XIAOJIA_MFA_ALSO may name {', '.join(ROLES)}; the other roles always need a second factor")
    return roles


def _number(values: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = values.get(name, "")
    if not text:
        return usual
    if not text.isdecimal() or not least <= int(text) <= most:
        raise GuardError(f"{name} must be a number from {least} to {most}, not {text!r}")
    return int(text)


def _hsts(text: str) -> str:
    if text == "off":
        return ""
    if not re.fullmatch(r"max-age=\d+(; includeSubDomains)?(; preload)?", text):
        raise GuardError(f"XIAOJIA_HSTS must look like {HSTS!r} or be off, not {text!r}")
    return text


def _contact(text: str) -> str:
    if text and not text.startswith(("https://", "mailto:", "tel:")):
        raise GuardError("XIAOJIA_SECURITY_CONTACT must begin with https://, mailto: or tel:")
    if any(ord(character) < 33 for character in text):
        raise GuardError("XIAOJIA_SECURITY_CONTACT must be one address without spaces")
    return text


def _provider(values: Mapping[str, str]) -> Provider | None:
    issuer, client = values.get("XIAOJIA_OIDC_ISSUER", ""), values.get("XIAOJIA_OIDC_CLIENT_ID", "")
    if not issuer and not client:
        return None
    if not client or not issuer:
        raise GuardError("XIAOJIA_OIDC_ISSUER and XIAOJIA_OIDC_CLIENT_ID belong together")
    parts = urlsplit(issuer)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise GuardError(f"XIAOJIA_OIDC_ISSUER must begin with https://, not {issuer!r}")
    return Provider(
        issuer=issuer,
        client_id=client,
        client_secret=values.get("XIAOJIA_OIDC_CLIENT_SECRET", ""),
        name=values.get("XIAOJIA_OIDC_NAME", ""),
        claim=values.get("XIAOJIA_OIDC_CLAIM", "preferred_username"),
        strong=tuple(part.strip() for part in values.get("XIAOJIA_OIDC_MFA", "").split(",") if part.strip()),
    )
