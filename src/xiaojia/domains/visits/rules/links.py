"""How can a link at the door be trusted? Signatures over the permanent code, and a code that changes every minute."""

from datetime import datetime

from xiaojia.lib.ids import sign, verify

STEP_S = 60
STEPS_BACK = STEPS_AHEAD = 1


def link_key(secret: str) -> str:
    """Return the key for links, apart from the keys of other uses of the same secret."""
    return sign("key", "links", key=secret)


def qr_signature(code: str, *, key: str) -> str:
    """Return the signature printed on the plate of a station; it never changes."""
    return sign("qr", code, key=key)


def qr_ok(signature: str, code: str, *, key: str) -> bool:
    """Return whether the signature belongs to the plate of this code."""
    return verify(signature, "qr", code, key=key)


def screen_signature(code: str, *, key: str) -> str:
    """Return the signature of the page that a station's own screen shows."""
    return sign("screen", code, key=key)


def screen_ok(signature: str, code: str, *, key: str) -> bool:
    """Return whether the signature belongs to the screen of this code."""
    return verify(signature, "screen", code, key=key)


def step_of(now: datetime) -> int:
    """Return the number of the minute that a rotating code is made for."""
    return int(now.timestamp()) // STEP_S


def rotating(code: str, now: datetime, *, key: str) -> str:
    """Return the signature that a screen shows this minute."""
    return sign("rotating", code, step_of(now), key=key)


def rotating_ok(signature: str, code: str, now: datetime, *, key: str) -> bool:
    """Return whether a rotating code is of this minute or of a neighbouring one."""
    steps = range(step_of(now) - STEPS_BACK, step_of(now) + STEPS_AHEAD + 1)
    return any(verify(signature, "rotating", code, step, key=key) for step in steps)


def pass_text(code: str, source: str, at: datetime, *, key: str) -> str:
    """Return what a check-in form carries: that its page was opened by this source at this second."""
    moment = int(at.timestamp())
    return f"{source}.{moment}.{sign('pass', code, source, moment, key=key)}"


def read_pass(text: str, code: str, *, key: str) -> tuple[str, int] | None:
    """Return (source, epoch second of opening) of a form's pass, or None when it is forged or of another station."""
    source, _, rest = text.partition(".")
    moment, _, signature = rest.partition(".")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12) or not verify(
        signature, "pass", code, source, int(moment), key=key
    ):
        return None
    return source, int(moment)
