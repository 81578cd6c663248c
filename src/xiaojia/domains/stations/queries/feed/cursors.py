"""How does a reader elsewhere remember its place in the feed? An opaque text that is refused when it is of no use."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from xiaojia.domains.stations.queries.feed.following import Position
from xiaojia.domains.stations.rules.errors import CursorError

MAX_TEXT = 20_000


@dataclass(frozen=True)
class Cursor:
    """A place: everything up to `base` was read (None = nothing yet); in the middle of a page, also up to where.

    `issued_s` is when `base` was taken; `proof` names the newest change seen then (transaction, microseconds), which
    must still be there. `goal` and `after` are set between the pages of one answer.
    """

    epoch: str
    issued_s: int
    base: Position | None
    proof: tuple[int, int] | None = None
    goal: Position | None = None
    goal_proof: tuple[int, int] | None = None
    after: tuple[str, str] | None = None

    def text(self) -> str:
        """Return the cursor as a reader keeps it."""
        plain = [
            self.epoch, self.issued_s, _plain(self.base), self.proof, _plain(self.goal), self.goal_proof, self.after
        ]  # fmt: skip
        return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Return the cursor of a text; raises CursorError `bad_cursor`."""
    try:
        if len(text) > MAX_TEXT or not text.isascii():
            raise ValueError
        epoch, issued_s, base, proof, goal, goal_proof, after = json.loads(
            urlsafe_b64decode(text + "=" * (-len(text) % 4))
        )
        if not isinstance(epoch, str):
            raise TypeError
        return Cursor(
            epoch, _number(issued_s), _position(base), _pair(proof), _position(goal), _pair(goal_proof), _key(after)
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorError("bad_cursor") from error


def _plain(position: Position | None) -> list[Any] | None:
    return [position.xmax, position.running] if position else None


def _position(value: Any) -> Position | None:
    if value is None:
        return None
    xmax, running = value
    return Position(_number(xmax), tuple(_number(xid) for xid in running))


def _pair(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    first, second = value
    return _number(first), _number(second)


def _key(value: Any) -> tuple[str, str] | None:
    if value is None:
        return None
    first, second = value
    if not isinstance(first, str) or not isinstance(second, str) or "\x00" in first + second:
        raise TypeError
    return first, second


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise TypeError
    return value
