"""What does an examination say? One finding for each check, with what to do about it in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One check: `state` is ok, warning or wrong; `mend` says what to do about it."""

    check: str
    state: str
    text: str
    mend: str = ""
    mend_chinese: str = ""


def ok(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check, "ok", text)
