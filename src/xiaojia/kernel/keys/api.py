"""How does a program show who it is? `Authorization: Bearer xj_prefix_secret`; a session cookie never counts here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.security.base import AuthBase

from xiaojia.kernel.keys.access import Caller, caller
from xiaojia.kernel.keys.actions import Answer, allow, mark_used, once
from xiaojia.kernel.keys.rules import KeyRefused, payload_hash
from xiaojia.web.doors import json_answer


class PartnerKey(AuthBase):
    """A ninja guard: the request's key must have `scope`. The caller is `request.auth`."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_bearerFormat = "xj_…"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        who = admitted(request)
        if who is None:
            raise KeyRefused("key_missing")
        who.require(self.scope)
        return who


def admit(request: HttpRequest) -> Caller | None:
    """Find out who asks and count the request against the limit of the key or the address; keep who it was.

    Raises: KeyRefused `key_unknown`, `key_revoked`, `key_expired`, `too_fast`.
    """
    now, today = timezone.now(), timezone.localdate()
    address = getattr(request, "client_ip", "")
    token = bearer(request)
    who = None
    if token is not None:
        try:
            who, row = caller(token, today)
        except KeyRefused:
            allow(caller=None, address=address, now=now)  # guessing is limited by address
            raise
        mark_used(row, today)
    allow(caller=who, address=address, now=now)
    request.caller = who  # type: ignore[attr-defined]
    return who


def admit_dear(request: HttpRequest) -> None:
    """Count an admitted request once more, among those that cost much. Raises: KeyRefused `too_fast`."""
    allow(caller=admitted(request), address=getattr(request, "client_ip", ""), now=timezone.now(), dear=True)


def admitted(request: HttpRequest) -> Caller | None:
    """Return who `admit` found."""
    return getattr(request, "caller", None)


def bearer(request: HttpRequest) -> str | None:
    """Return the token of the Authorization header, "" for another scheme, None without the header."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _space, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True)
class Request:
    """A request that counts once: the key by which it is known."""

    key: str


@dataclass(frozen=True)
class Deed:
    """What was done: the status and the content of the answer."""

    status: int
    content: dict[str, Any]


def deed(request: HttpRequest, who: Caller, run: Callable[[Request], Deed]) -> HttpResponse:
    """Do what a POST asks for, once for its Idempotency-Key, and answer; repeated answers say so in a header."""
    key = request.headers.get("Idempotency-Key")

    def done() -> Answer:
        made = run(Request(key or ""))
        return Answer(made.status, json_answer(made.content).content.decode())

    answer = once(
        scope=f"key:{who.key_id}", key=key, now=timezone.now(), run=done,
        payload=payload_hash(f"{request.method} {request.path}", request.body),
    )  # fmt: skip
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
