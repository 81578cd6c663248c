"""How does the demo city come to be, and how does it live on?"""

from xiaojia.domains.demo.actions.life import live_until
from xiaojia.domains.demo.actions.seeding import seed

__all__ = ["live_until", "seed"]
