"""Which station and which kind does a photo's file name mean? 「SY-0007 门头.jpg」「SY-0007_室内_2.png」"""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

KINDS = {
    "door": ("门头", "大门", "正门", "门", "外观", "door"),
    "inside": ("室内", "内部", "内景", "里面", "inside"),
    "sign": ("标识", "招牌", "牌子", "标牌", "sign"),
    "rules": ("制度", "上墙", "rules"),
}
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic")
_CUT = re.compile(r"[\s_＿·,，、()（）\[\]【】]+")


class Named(NamedTuple):
    """What a name says: the key (a code or the list's own number, upper case) and the kind of photo."""

    key: str
    kind: str


def read_name(path: str) -> Named | None:
    """Return what the file's name says, or None when it is no photo's or says nothing; folders are looked at last."""
    name = unicodedata.normalize("NFKC", PurePosixPath(path.replace("\\", "/")).name)
    stem, dot, suffix = name.rpartition(".")
    if not dot or f".{suffix.lower()}" not in SUFFIXES or stem.startswith("."):
        return None
    parts = [part for part in _CUT.split(stem) if part]
    if not parts:
        return None
    key, kind = _without_kind(parts[0])
    rest = "".join(parts[1:])
    return Named(key.upper(), kind or _kind_in(rest) or "other")


def _without_kind(word: str) -> tuple[str, str]:
    """Split "SY-0007门头" into its key and its kind."""
    match = re.fullmatch(r"([A-Za-z]*-?\d+[A-Za-z]?)[-]?([^\W\d_]+)\d*", word)
    if match and _kind_in(match[2]):
        return match[1], _kind_in(match[2])
    return word, ""


def _kind_in(text: str) -> str:
    lowered = text.lower()
    return next((kind for kind, words in KINDS.items() if any(word in lowered for word in words)), "")
