"""What do the catalogues say, and which sentences does the code ask for? Read without gettext's programs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "xiaojia"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CALLS = {"_", "_n", "gettext", "gettext_lazy", "gettext_noop", "noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(
    r"""\b(gettext|ngettext|pgettext)\(\s*u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)"""
)


@dataclass
class Entry:
    """One message of a catalogue: `said` holds one translation, or one for each plural form."""

    file: Path
    context: str = ""
    asked: str = ""
    plural: str = ""
    said: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False


def catalogues() -> list[Path]:
    """Return the English catalogues of the house."""
    return sorted(SOURCE.rglob("locale/en/LC_MESSAGES/django.po"))


def entries(path: Path) -> Iterator[Entry]:
    """Yield the messages of a .po file, without its header and what is obsolete."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        entry, slot = Entry(path), ""
        for line in block.split("\n"):
            if line.startswith("#,") and "fuzzy" in line:
                entry.fuzzy = True
            found = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")\s*$', line)
            if line.startswith("#") or not found:
                continue
            slot = found[1] or slot
            text = ast.literal_eval(found[2])
            if slot == "msgctxt":
                entry.context += text
            elif slot == "msgid":
                entry.asked += text
            elif slot == "msgid_plural":
                entry.plural += text
            else:
                form = int(slot[7]) if "[" in slot else 0
                entry.said[form] = entry.said.get(form, "") + text
        if entry.asked:
            yield entry


def asked_in_python(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (context, sentence) for each literal handed to a function of gettext."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in CALLS | PLURAL and texts:
            yield "", texts[0]
        elif name in CONTEXT and len(texts) > 1:
            yield texts[0], texts[1]


def asked_in_template(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (context, sentence) for each sentence of a template."""
    for call, arguments in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        texts = ast.literal_eval(f"({arguments},)")
        yield (texts[0], texts[1]) if call == "pgettext" else ("", texts[0])


def refusals_in_python(path: Path) -> Iterator[str]:
    """Yield the Chinese sentences that errors and remarks about rows are made of; commands speak both languages."""
    if "cli" in (path.stem, path.parent.name):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and called(node).endswith(("Error", "Issue")):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and CHINESE.search(part.value):
                    yield part.value


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def product_files(pattern: str) -> Iterator[Path]:
    """Yield the product's own files, without tests, migrations and vendored parts."""
    for path in sorted(SOURCE.rglob(pattern)):
        if not {"tests", "migrations", "vendor"} & set(path.relative_to(SOURCE).parts):
            yield path


def asked() -> dict[tuple[str, str], Path]:
    """Return every sentence that code or templates ask for, with one file that does."""
    found: dict[tuple[str, str], Path] = {}
    for path in product_files("*.py"):
        found |= dict.fromkeys((key for key in asked_in_python(path) if CHINESE.search(key[1])), path)
    for path in product_files("*.html"):
        found |= dict.fromkeys(asked_in_template(path), path)
    return found
