"""Which rooms keep what, and which hold something about a person? Plugged in by the fuse box."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaojia.kernel.people.models import Person
from xiaojia.kernel.retention.rules import RetentionError
from xiaojia.lib.terms import Term

TERMS: dict[str, Term] = {}


@dataclass(frozen=True)
class Section:
    """What one room keeps of a person: a heading, titles of columns (message ids), rows of values."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Holder:
    """A room that holds something about persons.

    `about` gives its sections; `forget` deletes or empties it; `needs` says why she cannot be forgotten on a day yet
    (a message id), "" if nothing stands against it.
    """

    name: str
    about: Callable[[Person], Sequence[Section]]
    forget: Callable[[Person], None] = lambda person: None
    needs: Callable[[Person, date], str] = lambda person, on: ""


HOLDERS: dict[str, Holder] = {}


@dataclass(frozen=True)
class Stated:
    """A term that is set and kept elsewhere; the page only tells it. `title`, `why` and `basis` are message ids."""

    title: str
    days: int
    why: str
    basis: str
    by: str


STATED: dict[str, Stated] = {}


def state(*terms: Stated) -> None:
    """Let the page tell terms that are kept elsewhere."""
    STATED.update({term.title: term for term in terms})


def plug(*terms: Term) -> None:
    """Make terms known; plugging one again replaces it."""
    TERMS.update({term.key: term for term in terms})


def plug_holder(holder: Holder) -> None:
    """Make a room known that holds something about persons."""
    HOLDERS[holder.name] = holder


def term_of(key: str) -> Term:
    """Return a term. Raises: RetentionError `unknown_term`."""
    if key not in TERMS:
        raise RetentionError("unknown_term")
    return TERMS[key]
