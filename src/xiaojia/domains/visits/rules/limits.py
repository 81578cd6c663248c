"""How fast may taps come? A bucket per phone, per station, and per address for phones not seen before."""

from xiaojia.lib.buckets import Rate

DEVICE = Rate("phone", burst=10, per_minute=10)
"""A phone: more than enough for a double tap, a group and a retry."""
STATION = Rate("station", burst=600, per_minute=600)
"""A station: ten people a second for a minute, then as many again every minute."""
ADDRESS = Rate("address", burst=1000, per_minute=200)
"""New phones at one address: a carrier's NAT hides thousands, so only phones that never came before count here."""
