"""How are personal numbers kept? Encrypted with the instance's key, compared through a keyed hash (PIPL art. 51)."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def _key(purpose: str) -> bytes:
    return hmac.new(settings.HASH_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


def encrypt(value: str) -> bytes:
    """Return the value encrypted (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return Fernet(base64.urlsafe_b64encode(_key("encrypt"))).encrypt(value.encode())


def decrypt(value: bytes | memoryview) -> str:
    """Return the plain value."""
    return Fernet(base64.urlsafe_b64encode(_key("encrypt"))).decrypt(bytes(value)).decode()


def keyed_hash(kind: str, value: str) -> str:
    """Return a hex digest by which equal values of one kind can be found without keeping the value."""
    return hmac.new(_key(kind), value.strip().encode(), hashlib.sha256).hexdigest()


def seal(text: str) -> str:
    """Return a short text sealed for a text column."""
    return encrypt(text).decode()


def unseal(text: str) -> str:
    """Return the plain text; one that was stored before sealing began is returned as it is."""
    return decrypt(text.encode()) if text.startswith("gAAAA") else text
