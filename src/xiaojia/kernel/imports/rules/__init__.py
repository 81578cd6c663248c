"""What must a room offer so that its sheets can be read in, and what is said about each row?"""

from xiaojia.kernel.imports.rules.importer import Importer, Judging
from xiaojia.kernel.imports.rules.parts import (
    VERBS,
    BatchError,
    Choice,
    Decision,
    Field,
    Issue,
    Job,
    Judged,
    Line,
    Option,
    Progress,
    Question,
    Taken,
    Verdict,
    Written,
)
from xiaojia.kernel.imports.rules.titles import LineReader, match_titles, plain

__all__ = [
    "BatchError",
    "Choice",
    "Decision",
    "Field",
    "Importer",
    "Issue",
    "Job",
    "Judged",
    "Judging",
    "Line",
    "LineReader",
    "Option",
    "Progress",
    "Question",
    "Taken",
    "VERBS",
    "Verdict",
    "Written",
    "match_titles",
    "plain",
]
