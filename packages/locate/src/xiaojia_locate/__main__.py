"""What does `python -m xiaojia_locate` start? The command; `--help` says everything."""

import sys

from xiaojia_locate.command import main

if __name__ == "__main__":
    sys.exit(main())
