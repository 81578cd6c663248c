"""How are things numbered, signed and looked up without being guessed?

Time-ordered UUIDs made in Python (RFC 9562 §5.7), check characters (ISO 7064 MOD 37,36), short signatures for
printed links (HMAC-SHA-256 cut to 96 bits), unified social credit codes (GB 32100-2015).
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
import time
import unicodedata
import uuid

_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_SHAPE = re.compile(rf"[{_USCC_ALPHABET}]{{2}}\d{{6}}[{_USCC_ALPHABET}]{{10}}")
_SIGNATURE_BYTES = 12


def uuid7() -> uuid.UUID:
    """Return a version-7 UUID: 48 bits of milliseconds, then randomness."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def unguessable(nbytes: int = 16) -> str:
    """Return a URL-safe random text of ``nbytes`` bytes of entropy."""
    return secrets.token_urlsafe(nbytes)


def normalise_code(text: str) -> str:
    """Return a typed code as it is stored: half-width, upper case, no spaces, plain hyphens."""
    text = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"\s", "", re.sub("[‐‑‒–—―−]", "-", text))


def check_character(code: str) -> str:
    """Return the check character of a code; every single slip and nearly every swap of neighbours is caught.

    Characters other than 0-9 and A-Z (hyphens) do not count. Raises ValueError if nothing is left.
    """
    characters = [character for character in normalise_code(code) if character in _CHECK_ALPHABET]
    if not characters:
        raise ValueError("a code needs at least one letter or digit")
    product = 36
    for character in characters:
        total = (product + _CHECK_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _CHECK_ALPHABET[(37 - product) % 36]


def with_check(code: str) -> str:
    """Return the code with its check character added after a hyphen: SY-0007 becomes SY-0007-W or the like."""
    code = normalise_code(code)
    return f"{code}-{check_character(code)}"


def check_ok(code: str) -> bool:
    """Return whether the last character of a typed code is its check character."""
    code = normalise_code(code)
    body = code[:-1].rstrip("-")
    return any(character in _CHECK_ALPHABET for character in body) and check_character(body) == code[-1]


def _mac(kind: str, parts: tuple[object, ...], key: str | bytes) -> bytes:
    fields = [kind.encode(), *(str(part).encode() for part in parts)]
    message = b"".join(
        len(field).to_bytes(4, "big") + field for field in fields
    )  # lengths: ("ab","c") is not ("a","bc")
    return hmac.digest(_key_bytes(key), message, "sha256")


def _key_bytes(key: str | bytes) -> bytes:
    raw = key.encode() if isinstance(key, str) else key
    if not raw:
        raise ValueError("the key is empty")
    return raw


def sign(kind: str, *parts: object, key: str | bytes) -> str:
    """Return the 16-character URL-safe signature (96 bits) of some parts; ``kind`` keeps uses of links apart."""
    return base64.urlsafe_b64encode(_mac(kind, parts, key)[:_SIGNATURE_BYTES]).decode()


def verify(signature: str, kind: str, *parts: object, key: str | bytes) -> bool:
    """Return whether the signature belongs to these parts, in constant time."""
    return hmac.compare_digest(signature.encode(), sign(kind, *parts, key=key).encode())


def keyed_hash(value: str, key: str | bytes) -> str:
    """Return 64 hex characters by which a value can be looked up but not guessed without the key."""
    return _mac("keyed_hash", (value,), key).hex()


def normalise_uscc(text: str) -> str:
    """Return a typed credit code as it is stored: half-width, upper case, no spaces."""
    return normalise_code(text).replace("-", "")


def uscc_ok(code: str) -> bool:
    """Return whether an 18-character unified social credit code has the right shape and check character (GB 32100).

    Unions carry the leading 81. Case and spaces are not forgiven here: normalise first.
    """
    if not _USCC_SHAPE.fullmatch(code):
        return False
    total = sum(_USCC_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == code[17]
