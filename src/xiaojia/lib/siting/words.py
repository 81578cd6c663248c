"""How is a refusal said in English where no Django runs? By the catalogue of this floor, read plainly."""

import gettext
from functools import cache
from pathlib import Path

from xiaojia.lib.errors import XiaojiaError


@cache
def _catalogue() -> gettext.NullTranslations:
    folder = Path(__file__).resolve().parent.parent / "locale"
    return gettext.translation("django", localedir=folder, languages=["en"], fallback=True)


def in_english(error: XiaojiaError) -> str:
    """Return the English sentence of a refusal, its parameters filled in."""
    text = _catalogue().gettext(error.message)
    return text % error.params if error.params else text
