"""What does `python -m xiaojia_locate` do with its arguments?"""

import sys
from collections.abc import Sequence

from xiaojia_locate.command.faults import Refused
from xiaojia_locate.command.ground import Ground, Plain
from xiaojia_locate.command.options import from_values, parser
from xiaojia_locate.command.running import EXITS, complain, run

ABOUT = """Where to open the next ones: the best choice of sites, with a proof or a stated gap.
在哪里开下一批：给出最好的选址方案，并附证明或差距。"""
ENDING = "exit codes 退出码:\n" + "\n".join(f"  {code:>3}  {line}" for code, line in EXITS.items())


def main(arguments: Sequence[str] | None = None, ground: Ground | None = None) -> int:
    """Run the command and return its exit code."""
    stand: Ground = ground or Plain()
    options = from_values(vars(parser(stand.program, ABOUT, ENDING, stand.coordinates).parse_args(arguments)))

    def write(text: str) -> None:
        sys.stdout.write(text + "\n")

    try:
        return run(options, stand, write)
    except Refused as refused:
        complain(refused, options.json, write)
        return refused.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before there was an answer.\n已停止，还没有方案。\n")
        return 130
