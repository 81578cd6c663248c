"""Is the English complete and in step? Sentences are Chinese in the code; each has one translation in a catalogue."""

import gettext
import re
from pathlib import Path

import pytest
from django.apps import apps

from tests.catalogues import CHINESE, SOURCE, Entry, asked, catalogues, entries, product_files, refusals_in_python
from xiaojia.kernel.audit.rules import NAMES, WORDS

HOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def book() -> dict[tuple[str, str], Entry]:
    """All messages of all catalogues by context and sentence."""
    return {(entry.context, entry.asked): entry for path in catalogues() for entry in entries(path)}


@pytest.fixture(scope="module")
def lines() -> list[Entry]:
    """All messages of all catalogues, those that stand in several included."""
    return [entry for path in catalogues() for entry in entries(path)]


def place(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_every_sentence_has_an_english_one(book: dict[tuple[str, str], Entry], lines: list[Entry]) -> None:
    """Run script/messages, then write what is empty."""
    missing = [f"{place(path)}: {key[1]}" for key, path in asked().items() if key not in book]
    empty = [f"{place(e.file)}: {e.asked}" for e in lines if not e.said or not all(e.said.values())]
    assert sorted(missing) == []
    assert sorted(empty) == []


def test_no_translation_is_a_guess(lines: list[Entry]) -> None:
    assert [f"{place(e.file)}: {e.asked}" for e in lines if e.fuzzy] == []


def test_english_is_english(lines: list[Entry]) -> None:
    """Chinese stands in it only as an example or as a word that one meets on the spot."""
    texts = [(e, text) for e in lines for text in e.said.values()]
    chinese = [
        f"{place(e.file)}: {e.asked} → {text}" for e, text in texts if len(CHINESE.findall(text)) > len(text) / 3
    ]
    assert chinese == []


def test_placeholders_are_the_same(lines: list[Entry]) -> None:
    odd = [
        f"{place(e.file)}: {e.asked} → {text}"
        for e in lines
        for text in e.said.values()
        if text and sorted(HOLDER.findall(e.plural or e.asked)) != sorted(HOLDER.findall(text))
    ]
    assert odd == []


def test_one_sentence_has_one_translation() -> None:
    """Django merges the catalogues: two translations of one sentence would depend on the order of the rooms."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for path in catalogues():
        for entry in entries(path):
            said.setdefault((entry.context, entry.asked), {})[entry.said.get(0, "")] = place(path)
    assert {key[1]: texts for key, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("path", catalogues(), ids=place)
def test_compiled_catalogue_is_in_step(path: Path) -> None:
    """Run script/messages: what is compiled is what the .po file says."""
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}
    written = {}
    for entry in entries(path):
        key = f"{entry.context}\x04{entry.asked}" if entry.context else entry.asked
        forms = (
            {(key, form): text for form, text in entry.said.items()} if entry.plural else {key: entry.said.get(0, "")}
        )
        written |= {} if entry.fuzzy else {name: text for name, text in forms.items() if text}
    assert compiled == written


def test_choices_have_an_english_word(book: dict[tuple[str, str], Entry]) -> None:
    """Labels of choices reach pages through `_(label)`: mark them with gettext_noop."""
    missing = [
        f"{model._meta.label}.{field.name}: {label}"
        for model in apps.get_models()
        if model.__module__.startswith("xiaojia.")
        for field in model._meta.get_fields()
        for _, label in getattr(field, "flatchoices", None) or []
        if CHINESE.search(str(label)) and ("", str(label)) not in book
    ]
    assert sorted(missing) == []


def test_refusals_have_an_english_sentence(book: dict[tuple[str, str], Entry]) -> None:
    """What an error says to a person is a message id: mark it with gettext_noop."""
    missing = [
        f"{place(path)}: {text}"
        for path in product_files("*.py")
        if path.relative_to(SOURCE).parts[0] in ("kernel", "domains", "web")
        for text in refusals_in_python(path)
        if ("", text) not in book
    ]
    assert sorted(missing) == []


def test_the_log_has_english_words(book: dict[tuple[str, str], Entry]) -> None:
    """Each room's table of verbs is marked with gettext_noop and handed to the log by the fuse box."""
    words = set(WORDS.values()) | set(NAMES.values())
    assert len(words) > 20
    assert sorted(word for word in words if ("", word) not in book) == []


def test_what_is_recorded_has_words() -> None:
    """A verb that the log cannot name would show its code."""
    verbs = {
        found
        for path in product_files("*.py")
        for found in re.findall(r"record\(\s*\w+,\s*\"(\w+\.\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(verbs) > 20
    assert sorted(verbs - set(WORDS)) == []
