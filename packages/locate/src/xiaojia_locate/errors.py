"""What can be wrong with a question? Each fault has a code, a sentence that says what to do, and the rows it concerns."""

from collections.abc import Iterable

SHOWN = 8


class LocateError(ValueError):
    """A question that cannot be answered as it stands.

    `code` is stable for programs; `rows` are zero-based places in the input that is named in the sentence.
    """

    def __init__(self, code: str, message: str, rows: Iterable[int] = ()) -> None:
        self.code = code
        self.rows = tuple(int(row) for row in rows)
        shown = ", ".join(map(str, self.rows[:SHOWN])) + (" …" if len(self.rows) > SHOWN else "")
        super().__init__(f"{message} (rows {shown})" if self.rows else message)


class Infeasible(LocateError):
    """No choice satisfies all constraints; `by` says how much the named constraint is missed at least."""

    def __init__(self, code: str, message: str, by: float, rows: Iterable[int] = ()) -> None:
        self.by = by
        super().__init__(code, message, rows)
