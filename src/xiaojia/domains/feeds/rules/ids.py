"""Under which stable UUID does each thing of a feed go? Made from what is stored; nothing is kept beside it.

A station's own id (version 7, RFC 9562) names its service. What belongs to a station gets a version-8 UUID with the
same first half and a second half that a word turns: the station can be found again by the range of its first half.
"""

import hashlib
from functools import lru_cache
from uuid import UUID, uuid5

VOCABULARY = UUID("6f6b3f6e-0d43-5f0e-9d51-2f5b1a3c7d10")
"""The namespace of the product's own taxonomies: the same term has the same id in every union's feed."""
LOW = (1 << 62) - 1


@lru_cache(maxsize=65_536)
def _turn(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") & LOW


def derived(station: UUID, word: str) -> str:
    """Return the id of what `word` names at a station, such as "location"."""
    value = (station.int ^ _turn(word)) & ~(0xF << 76) & ~(0x3 << 62) | (0x8 << 76) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def station_range(one: UUID) -> tuple[UUID, UUID] | None:
    """Return the first and last id that the station of a derived id can have; None if it is not one of ours."""
    if one.version != 8:
        return None
    top = one.int >> 64 & ~(0xF << 12) | (0x7 << 12)
    return UUID(int=top << 64 | 0x2 << 62), UUID(int=top << 64 | 0x2 << 62 | LOW)


def organisation(instance: str, pk: int) -> str:
    """Return the id of a union; `instance` is a text that tells this installation from every other."""
    return str(uuid5(uuid5(VOCABULARY, f"instance:{instance}"), f"organisation:{pk}"))


def of_organisation(org: str, word: str) -> str:
    """Return the id of what belongs to a union, such as its "phone"."""
    return str(uuid5(UUID(org), word))


@lru_cache(maxsize=4096)
def taxonomy(key: str) -> str:
    """Return the id of a taxonomy by its key ("facility")."""
    return str(uuid5(VOCABULARY, f"taxonomy:{key}"))


@lru_cache(maxsize=4096)
def term(taxonomy_key: str, key: str) -> str:
    """Return the id of a term by its taxonomy's key and its own ("facility", "water")."""
    return str(uuid5(VOCABULARY, f"term:{taxonomy_key}:{key}"))


def read(text: str) -> UUID | None:
    """Return the UUID that somebody asks for, None for anything that is none."""
    try:
        found = UUID(text)
    except (ValueError, AttributeError):
        return None
    return found if str(found) == text.lower() else None
