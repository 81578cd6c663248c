"""Is the file there, and the library that reads it? Readers of the extra `network` are imported when they are needed."""

import importlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from xiaojia_locate.errors import LocateError


def extra(module: str, why: str) -> ModuleType:
    """Return a module of the extra `network`, or say how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise LocateError(
            "missing_extra", f"{why}: the package {module} is needed; pip install 'xiaojia-locate[network]'."
        ) from error


def there(path: str | Path) -> Path:
    """Return the path of a file that exists, or raise LocateError `unreadable`."""
    if not Path(path).is_file():
        raise LocateError("unreadable", f"{path}: there is no such file.")
    return Path(path)


def told(counts: Mapping[str, int]) -> str:
    """Return the most frequent reasons for leaving streets out, as text."""
    return ", ".join(f"{reason} {count}" for reason, count in Counter(counts).most_common(4)) or "nothing"
