"""Where to open the next ones? Covering and location problems at the size of a city, each answer with a proven bound."""

from xiaojia_locate.answer import Answer, Limits, Progress, Reason
from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.reach import Reach, from_matrix, geodesic, within

__all__ = [
    "Answer",
    "Infeasible",
    "Limits",
    "LocateError",
    "Progress",
    "Reach",
    "Reason",
    "from_matrix",
    "geodesic",
    "within",
]
