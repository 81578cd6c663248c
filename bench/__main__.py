"""Which benchmarks are there? `script/bench NAME [WORDS] [--keep]`: each module of this folder with a `main`."""

import importlib
import sys
from pathlib import Path


def run(package: str, folder: Path, words: list[str]) -> int:
    """Run the module that the first word names, or say which there are."""
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    if not words or words[0] not in names:
        print(f"script/{package} NAME [WORDS]; names: {', '.join(names)}")
        return 2
    return int(importlib.import_module(f"{package}.{words[0]}").main(*words[1:]) or 0)


if __name__ == "__main__":
    sys.exit(run("bench", Path(__file__).parent, sys.argv[1:]))
