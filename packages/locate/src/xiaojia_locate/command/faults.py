"""What is wrong with the input, in which row of the person's own sheet, and what should be done about it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xiaojia_locate.command.sentences import sentence

SHOWN = 6
NAMES = {
    "": ("", ""),
    "demand": ("Demand: ", "需求点："),
    "candidates": ("Candidates: ", "候选点："),
    "existing": ("Existing sites: ", "已建站点："),
    "network": ("Network: ", "路网："),
    "barriers": ("Barriers: ", "障碍线："),
    "districts": ("Districts: ", "区界："),
}


@dataclass(frozen=True)
class Fault:
    """One fault: the layer, a code for programs, a sentence in two languages, and the rows as the person sees them.

    Rows: the header of a sheet is row 1; a feature of GeoJSON and a row of Parquet are counted from 1.
    """

    layer: str
    code: str
    english: str
    chinese: str
    rows: tuple[int, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """Where it is, in English and Chinese; empty without rows."""
        if not self.rows:
            return "", ""
        shown = ", ".join(map(str, self.rows[:SHOWN]))
        more = len(self.rows) - SHOWN
        word = "Row" if len(self.rows) == 1 else "Rows"
        return (
            f" {word} {shown}{f' and {more} more' if more > 0 else ''}.",
            f"第{shown.replace(', ', '、')}行{f'等，另有{more}行' if more > 0 else ''}。",
        )

    def sentences(self) -> tuple[str, str]:
        """Return the English and the Chinese sentence."""
        rows_en, rows_zh = self.place
        name_en, name_zh = NAMES[self.layer]
        return f"{name_en}{self.english}{rows_en}", f"{name_zh}{self.chinese}{rows_zh}"

    def as_json(self) -> dict[str, object]:
        """Return the fault for programs."""
        english, chinese = self.sentences()
        return {"layer": self.layer, "code": self.code, "message": english, "chinese": chinese, "rows": list(self.rows)}


class Refused(Exception):
    """The question cannot be answered as it stands; nothing was solved.

    `exit_code`: 1 for data, 2 for options, 7 for constraints that contradict each other. `annotated`: copies of the
    person's sheets with the faults written beside the rows.
    """

    def __init__(self, faults: Sequence[Fault], exit_code: int = 1) -> None:
        self.faults = tuple(faults)
        self.exit_code = exit_code
        self.annotated: list[Path] = []
        super().__init__(" ".join(one.sentences()[0] for one in faults))

    def as_json(self) -> dict[str, object]:
        """Return the refusal for programs, in the form of the product's commands."""
        english, chinese = self.faults[0].sentences()
        error = {"code": self.faults[0].code, "message": english, "chinese": chinese}
        faults = [one.as_json() for one in self.faults]
        return {"error": {**error, "faults": faults, "annotated": [str(path) for path in self.annotated]}}


def fault(layer: str, code: str, rows: Iterable[int] = (), **values: object) -> Fault:
    """Return a fault in the words of its code."""
    return Fault(layer, code, *sentence(code, layer=layer, **values), tuple(int(row) for row in rows))


def refuse(layer: str, code: str, rows: Iterable[int] = (), **values: object) -> Refused:
    """Return a refusal of one fault."""
    return Refused([fault(layer, code, rows, **values)])


def usage(code: str, **values: str | float) -> Refused:
    """Return a refusal of the options."""
    return Refused([Fault("", code, *sentence(code, **values))], exit_code=2)
