"""What does every refusal of the product carry, so that one place can turn it into a form error or a JSON answer?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


def gettext_noop(message: str) -> str:
    """Return the Chinese message id unchanged; marks it for the catalogue where no Django may be imported."""
    return message


class XiaojiaError(Exception):
    """A refusal with an English code, a Chinese message id and its parameters.

    ``message`` is the id that the web layer translates and then fills: ``_(error.message) % error.params``.
    Without ``message`` the sentence of the code is taken from the class's ``sentences``.
    ``fields`` maps a form field to the message id that belongs beside it.
    """

    sentences: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        code: str,
        message: str = "",
        params: Mapping[str, object] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.message = message or self.sentences.get(code, code)
        self.params: dict[str, object] = dict(params or {})
        self.fields: dict[str, str] = dict(fields or {})
        super().__init__(code, self.message, self.params)

    def __str__(self) -> str:
        """Return the Chinese sentence with its parameters filled in."""
        try:
            return self.message % self.params if self.params else self.message
        except (KeyError, TypeError, ValueError):
            return self.message
