"""How is the library asked without writing a program? Files in, a proven choice and a report out."""

from xiaojia_locate.command.ground import Ground, Plain
from xiaojia_locate.command.main import ABOUT, ENDING, main
from xiaojia_locate.command.options import Options, Spelled, from_values, spelled
from xiaojia_locate.command.running import EXITS, complain, run

__all__ = [
    "ABOUT",
    "ENDING",
    "EXITS",
    "Ground",
    "Options",
    "Plain",
    "Spelled",
    "complain",
    "from_values",
    "main",
    "run",
    "spelled",
]
