"""Which column is which field, and what does a row then say?"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from xiaojia.kernel.imports.rules.parts import Field, Issue, Line
from xiaojia.lib.errors import XiaojiaError

KNOWN_CHARACTERS, KNOWN_WORDS = 24, 500
"""So long a cell, and so many of a column, are remembered with their meaning."""
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


def plain(title: str) -> str:
    """Return a column title as it is compared: half-width, lower case, without spaces, stars and marks."""
    text = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[\s*:：_\-.、·]+", "", text)


def match_titles(header: Sequence[str], fields: Sequence[Field], memory: Mapping[str, str]) -> dict[str, str]:
    """Return {title: field key}: by what was remembered, then by the names of the fields; each field once, the first wins.

    `memory` gives "" for a title that is to be ignored.
    """
    names = {
        plain(name): f.key for f in reversed(fields) for name in (*reversed(f.synonyms), f.label_en, f.label, f.key)
    }
    known = {f.key for f in fields}
    found: dict[str, str] = {t: memory[t] for t in header if memory.get(t) in known}
    for read in (_whole, _without_brackets, _last_part):
        for title in header:
            key = names.get(plain(read(title)))
            if title and title not in found and title not in memory and key and key not in found.values():
                found[title] = key
    return {title: found[title] for title in header if title in found}


def _whole(title: str) -> str:
    return title


def _without_brackets(title: str) -> str:
    return _BRACKETS.sub("", title)


def _last_part(title: str) -> str:
    return _BRACKETS.sub("", title.rsplit("/", 1)[-1])


class LineReader:
    """Reads the rows of one sheet; what a short cell means is worked out once, for the same words come again and again."""

    def __init__(self, columns: Mapping[str, str], fields: Mapping[str, Field]) -> None:
        self._columns: list[tuple[str, Field, dict[str, tuple[Any, Issue | None]]]] = [
            (title, fields[key], {}) for title, key in columns.items() if key in fields
        ]

    def read(self, number: int, cells: Mapping[str, str], decision: str = "") -> Line:
        """Return the row's values by field; blank cells are left out, for they say nothing."""
        values: dict[str, Any] = {}
        errors: list[Issue] = []
        for title, field, known in self._columns:
            text = cells.get(title)
            if text is None or not (text := text.strip()):
                continue
            found = known.get(text)
            if found is None:
                found = _meaning(title, field, text)
                if len(text) <= KNOWN_CHARACTERS and len(known) < KNOWN_WORDS:
                    known[text] = found
            value, error = found
            if error is None:
                values[field.key] = value
            else:
                errors.append(error)
        return Line(number, values, tuple(errors), decision)


def _meaning(title: str, field: Field, text: str) -> tuple[Any, Issue | None]:
    try:
        return field.parse(text), None
    except XiaojiaError as error:
        return None, Issue(error.code, error.message, {**error.params, "column": title}, field.key)
