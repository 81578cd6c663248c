"""What changed about stations since a place in the feed? Exact although transactions commit out of order (ADR 0033)."""

from xiaojia.domains.stations.queries.feed.changes import Changes, Tombstone, changes_since
from xiaojia.domains.stations.queries.feed.following import Delta, Position, delta, here
from xiaojia.domains.stations.queries.feed.pruning import KEEP_DAYS, clean, prune
from xiaojia.domains.stations.queries.feed.stamps import Stamp, begin, expire, keep, stamp

__all__ = [
    "KEEP_DAYS", "Changes", "Delta", "Position", "Stamp", "Tombstone", "begin", "changes_since", "clean", "delta", "expire",
    "here", "keep", "prune", "stamp",
]  # fmt: skip
