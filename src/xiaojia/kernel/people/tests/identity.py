"""Who vouches for people in the tests? A small OpenID provider of its own: real HTTP, real keys, signed tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "xiaojia", "a secret: with colon", "key-1"


class Identity:
    """One provider. What it says can be bent: `claims` are laid over the right ones, `sign_with` is another key."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.sign_with: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.answer_issuer = ""
        self.user = "test-keeper"
        self.asked: dict[str, dict[str, str]] = {}
        self.faults: list[str] = []
        self.issuer = ""

    def described(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def keys(self) -> dict[str, Any]:
        """The public key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the user in and return where the browser goes."""
        code = secrets.token_urlsafe(12)
        self.asked[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.answer_issuer or self.issuer}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Redeem a code once, by the right client with the right verifier."""
        asked = self.asked.pop(form.get("code", ""), None)
        pair = f"{urlencode({'': CLIENT})[1:]}:{urlencode({'': SECRET})[1:]}"
        if asked is None or authorization != "Basic " + base64.b64encode(pair.encode()).decode():
            self.faults.append("code or client")
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or asked["code_challenge_method"] != "S256":
            self.faults.append("verifier")
            return None
        if form["redirect_uri"] != asked["redirect_uri"]:
            self.faults.append("redirect")
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
            "preferred_username": self.user,
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(claims, self.sign_with, algorithm=self.algorithm, headers={"kid": KEY_ID})
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    identity: Identity

    def do_GET(self) -> None:
        """Description, keys, sign-in."""
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            self.send_response(302)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_header("Location", self.identity.authorize(query))
            self.end_headers()
            return
        pages = {"/.well-known/openid-configuration": self.identity.described, "/keys": self.identity.keys}
        self._json(pages[parts.path]() if parts.path in pages else None)

    def do_POST(self) -> None:
        """The token."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(self.identity.token(form, self.headers.get("Authorization", "")))

    def _json(self, value: Any) -> None:
        self.send_response(200 if value is not None else 400)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value or {"error": "invalid"}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def vouching() -> Iterator[Identity]:
    """A provider that answers on a port of this machine."""
    identity = Identity()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"identity": identity}))
    identity.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield identity
    finally:
        server.shutdown()
        server.server_close()
