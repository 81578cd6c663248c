"""Which benchmarks and grids are there? `script/bench NAME [ADDRESS]`: each module of this folder with a `main`."""

import importlib
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))

if __name__ == "__main__":
    words = sys.argv[1:]
    if not words or words[0] not in NAMES:
        print(f"script/bench NAME [ADDRESS]; names: {', '.join(NAMES)}")
        sys.exit(2)
    sys.exit(importlib.import_module(f"bench.{words[0]}").main(*words[1:]))
