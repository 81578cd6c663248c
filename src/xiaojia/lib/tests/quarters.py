"""What does a schedule say for every quarter of an hour of three weeks? Signs to be compared with another evaluator."""

from datetime import date, timedelta

from xiaojia.lib.opening_hours import Hours, State

DAYS, DAY_QUARTERS = 21, 96
QUARTERS = DAYS * DAY_QUARTERS
STARTS = (date(2026, 9, 14), date(2026, 9, 28), date(2026, 10, 19), date(2026, 12, 21), date(2027, 2, 1))
"""Three weeks with Mid-Autumn, National Day with its make-up days, plain ones, New Year and Spring Festival unannounced."""
SIGNS = {State.CLOSED: ".", State.UNKNOWN: "?", State.UNATTENDED: "u", State.STAFFED: "o"}


def signs(hours: Hours, first: date) -> str:
    """Return o open, u unattended, ? unknown, . closed for every quarter."""
    found = ""
    for day in range(DAYS):
        row = ["."] * DAY_QUARTERS
        for piece in hours.pieces_on(first + timedelta(days=day)):
            for quarter in range(piece.start_min // 15, piece.end_min // 15):
                row[quarter] = SIGNS[piece.state]
        found += "".join(row)
    return found
