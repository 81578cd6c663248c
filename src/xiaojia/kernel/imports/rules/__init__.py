"""What must a room offer so that its sheets can be read in, and what is said about each row?"""

from xiaojia.kernel.imports.rules.importer import Importer
from xiaojia.kernel.imports.rules.parts import (
    VERBS,
    BatchError,
    Choice,
    Decision,
    Field,
    Issue,
    Job,
    Judged,
    Judgement,
    Line,
    Option,
    Progress,
    Question,
    Taken,
    Verdict,
    Written,
)
from xiaojia.kernel.imports.rules.titles import match_titles, plain, read_line

__all__ = [
    "BatchError",
    "Choice",
    "Decision",
    "Field",
    "Importer",
    "Issue",
    "Job",
    "Judged",
    "Judgement",
    "Line",
    "Option",
    "Progress",
    "Question",
    "Taken",
    "VERBS",
    "Verdict",
    "Written",
    "match_titles",
    "plain",
    "read_line",
]
