"""What can be done with visits? Check in, answer, add by the keeper, keep the months ready. Rows are only ever added."""

from xiaojia.domains.visits.actions.answers import answer
from xiaojia.domains.visits.actions.checking import Outcome, Result, check_in, check_in_at
from xiaojia.domains.visits.actions.earlier import enter_earlier_count, remove_earlier_count
from xiaojia.domains.visits.actions.keeping import add_by_keeper
from xiaojia.domains.visits.actions.limits import allow_new_phone, allow_tap, forget_limits
from xiaojia.domains.visits.actions.partitions import ensure_partitions
from xiaojia.domains.visits.actions.together import check_in_together

__all__ = [
    "Outcome",
    "Result",
    "add_by_keeper",
    "allow_new_phone",
    "allow_tap",
    "answer",
    "check_in",
    "check_in_at",
    "check_in_together",
    "ensure_partitions",
    "enter_earlier_count",
    "remove_earlier_count",
    "forget_limits",
]
