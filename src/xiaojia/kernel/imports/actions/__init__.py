"""What can be done with a sheet on its way in? Stage, match, answer, judge, commit, undo, give back, discard."""

from xiaojia.kernel.imports.actions.committing import commit
from xiaojia.kernel.imports.actions.judging import judge
from xiaojia.kernel.imports.actions.matching import answer, choose, decide, match_columns
from xiaojia.kernel.imports.actions.returning import annotated, blank_template
from xiaojia.kernel.imports.actions.staging import discard, read_rows, receive, stage
from xiaojia.kernel.imports.actions.undoing import Undone, undo
from xiaojia.kernel.imports.actions.worker import hand_over, worker_alive

__all__ = [
    "Undone", "annotated", "answer", "blank_template", "choose", "commit", "decide", "discard", "hand_over", "judge",
    "match_columns", "read_rows", "receive", "stage", "undo", "worker_alive",
]  # fmt: skip
