"""Are there months to write into? Partitions of the append-only tables are made ahead, by the owner's connection."""

from datetime import datetime

from xiaojia.domains.visits.rules.hours import day_of, month_start
from xiaojia.kernel.audit.months import ensure_months

TABLES = ("visits_visit", "audit_entry")
MONTHS_BACK, MONTHS_AHEAD = 1, 3


def ensure_partitions(now: datetime, *, using: str = "owner") -> list[str]:
    """Make the partitions of last month, this month and the next three where they are missing; return the names made."""
    first = month_start(day_of(now), -MONTHS_BACK)
    months = MONTHS_BACK + 1 + MONTHS_AHEAD
    return [name for table in TABLES for name in ensure_months(table, first=first, months=months, using=using)]
