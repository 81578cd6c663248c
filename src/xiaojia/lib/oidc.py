"""Who does an identity provider say is there? The authorization code flow with PKCE, and every check of the answer.

Sources: OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE, S256), RFC 9207 (`iss` in the answer), RFC 9700 (best practice).
"""

import base64
import hashlib
import json
import secrets
import ssl
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit

import jwt

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512", "EdDSA")
"""Signatures that are taken; never `none`, never one by a shared secret."""
TIMEOUT_S, LARGEST_BYTES, SKEW_S = 10, 512 * 1024, 60


class OidcError(Exception):
    """The provider's word is not believed or cannot be had; `code` says why, for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True)
class Provider:
    """An identity provider as the operator named it. `claim` gives the user name; `strong` are acr or amr values."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    name: str = ""
    claim: str = "preferred_username"
    strong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Journey:
    """What the browser's session remembers between leaving and coming back; each value is used once."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The verifier's hash, which alone travels through the browser."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin() -> Journey:
    """Return a fresh journey: 256 bits in each value."""
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class _Stay(urllib.request.HTTPRedirectHandler):
    """A provider's own addresses do not lead elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _fetch(url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Any:
    """Return the JSON of one of the provider's addresses. Raises: OidcError `unreachable`."""
    if urlsplit(url).scheme not in ("https", "http"):
        raise OidcError("unreachable", "not an https address")
    body = urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data=body, headers={"Accept": "application/json"} | (headers or {}))  # noqa: S310
    context = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    opener = urllib.request.build_opener(_Stay, context)
    try:
        with opener.open(asked, timeout=TIMEOUT_S) as answer:
            return json.loads(answer.read(LARGEST_BYTES))
    except (URLError, OSError, ValueError) as error:
        raise OidcError("unreachable", f"{urlsplit(url).netloc}: {error}") from error


def discover(provider: Provider) -> dict[str, Any]:
    """Return the provider's own description. Raises: OidcError `wrong_issuer`, `unreachable`."""
    found = _fetch(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(found, dict) or any(not isinstance(found.get(name), str) for name in needed):
        raise OidcError("unreachable", "no description of an OpenID provider")
    if found.get("issuer") != provider.issuer:
        raise OidcError("wrong_issuer", str(found.get("issuer")))
    secure = urlsplit(provider.issuer).scheme == "https"
    if secure and any(urlsplit(found[name]).scheme != "https" for name in needed):
        raise OidcError("unreachable", "an address without https")
    return found


def leave_url(provider: Provider, found: dict[str, Any], journey: Journey, back: str) -> str:
    """Return the address at which the person signs in to the provider."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": journey.challenge,
        "code_challenge_method": "S256",
    }
    url = str(found["authorization_endpoint"])
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


def come_back(provider: Provider, journey: Journey | None, answer: dict[str, str], back: str) -> dict[str, Any]:
    """Return the claims of whoever came back, all checks passed. `answer` is the query that the browser brought.

    Raises: OidcError `wrong_state`, `refused`, `wrong_issuer`, `wrong_token`, `unreachable`.
    """
    if journey is None or not secrets.compare_digest(answer.get("state", "").encode(), journey.state.encode()):
        raise OidcError("wrong_state")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise OidcError("wrong_issuer", answer["iss"])
    if answer.get("error") or not answer.get("code"):
        raise OidcError("refused", answer.get("error", "no code")[:60])
    found = discover(provider)
    return claims_of(provider, found, _redeem(provider, found, answer["code"], journey, back), journey.nonce)


def _redeem(provider: Provider, found: dict[str, Any], code: str, journey: Journey, back: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": journey.verifier,
    }
    headers = {}
    if provider.client_secret:
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in methods:
            pair = f"{urlencode({'': provider.client_id})[1:]}:{urlencode({'': provider.client_secret})[1:]}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form["client_secret"] = provider.client_secret
    token = _fetch(str(found["token_endpoint"]), form, headers)
    if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
        raise OidcError("wrong_token", "no id_token")
    return str(token["id_token"])


def claims_of(provider: Provider, found: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an id_token whose signature, issuer, audience, times and nonce are right.

    Raises: OidcError `wrong_token`, `unreachable`.
    """
    keys = _fetch(str(found["jwks_uri"]))
    try:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in ALGORITHMS:
            raise OidcError("wrong_token", "algorithm")
        key = next(k for k in jwt.PyJWKSet.from_dict(keys).keys if head.get("kid") in (None, k.key_id))
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key.key,
            algorithms=[head["alg"]],
            issuer=provider.issuer,
            audience=provider.client_id,
            leeway=SKEW_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, StopIteration, AttributeError, TypeError, ValueError) as error:
        raise OidcError("wrong_token", type(error).__name__) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", provider.client_id) != provider.client_id or (several and "azp" not in claims):
        raise OidcError("wrong_token", "azp")
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise OidcError("wrong_token", "nonce")
    return claims


def is_strong(provider: Provider, claims: dict[str, Any]) -> bool:
    """Return whether the provider vouches for one of the acr or amr values that the operator named."""
    amr = claims.get("amr")
    said = {str(claims.get("acr", "")), *(map(str, amr) if isinstance(amr, list) else ())}
    return bool(said & set(provider.strong))
