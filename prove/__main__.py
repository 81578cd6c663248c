"""Which provers are there? `script/prove NAME [ADDRESS]`: each module of this folder with a `main`."""

import sys
from pathlib import Path

from bench.__main__ import run

if __name__ == "__main__":
    sys.exit(run("prove", Path(__file__).parent, sys.argv[1:]))
