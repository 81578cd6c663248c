"""What can be done with keys and requests? Make, revoke, limit, and let a request count once."""

from xiaojia.kernel.keys.actions.cleaning import clean
from xiaojia.kernel.keys.actions.limiting import allow, forget_leases, set_limits
from xiaojia.kernel.keys.actions.making import make_key, mark_used, revoke_key
from xiaojia.kernel.keys.actions.once import Answer, once

__all__ = [
    "Answer",
    "allow",
    "clean",
    "forget_leases",
    "make_key",
    "mark_used",
    "once",
    "revoke_key",
    "set_limits",
]
