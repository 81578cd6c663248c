"""How are personal numbers kept? Encrypted with the instance's key, compared through a keyed hash (PIPL art. 51)."""

import base64
import hashlib
import hmac
import os

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

SEALED = b"xj1."
"""The first form: AES-256-GCM, a fresh nonce of 96 bits before the text. Another form gets another mark; old ones are read."""
NONCE_BYTES = 12
FERNET = b"gAAAA"
"""How a text of Fernet (AES-128-CBC with HMAC-SHA256) begins: what was sealed before the first form."""


def _key(purpose: str) -> bytes:
    return hmac.new(settings.HASH_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


def encrypt(value: str) -> bytes:
    """Return the value encrypted and protected against change (AES-256-GCM), as ASCII."""
    nonce = os.urandom(NONCE_BYTES)
    return SEALED + base64.urlsafe_b64encode(nonce + AESGCM(_key("seal")).encrypt(nonce, value.encode(), SEALED))


def decrypt(value: bytes | memoryview) -> str:
    """Return the plain value. Raises InvalidTag or InvalidToken for one that was changed."""
    data = bytes(value)
    if not data.startswith(SEALED):
        return Fernet(base64.urlsafe_b64encode(_key("encrypt"))).decrypt(data).decode()
    raw = base64.urlsafe_b64decode(data.removeprefix(SEALED))
    return AESGCM(_key("seal")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], SEALED).decode()


def keyed_hash(kind: str, value: str) -> str:
    """Return a hex digest by which equal values of one kind can be found without keeping the value."""
    return hmac.new(_key(kind), value.strip().encode(), hashlib.sha256).hexdigest()


def seal(text: str) -> str:
    """Return a short text sealed for a text column."""
    return encrypt(text).decode()


def unseal(text: str) -> str:
    """Return the plain text; one that was stored before sealing began is returned as it is."""
    return decrypt(text.encode()) if text.encode().startswith((SEALED, FERNET)) else text
