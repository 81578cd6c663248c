"""How long does a worker take to a station? On foot or riding, by the straight line and a detour.

Source: docs on siting (walking 1.1–1.2 m/s; streets are 1.08–1.4 times the straight line).
"""

WALK_M_S = 1.1
RIDE_M_S = 4.0
DETOUR = 1.3
NEAR_M = 3000
RING_MINUTES = (5, 10, 15)
SPEEDS_M_S = {"walk": WALK_M_S, "ride": RIDE_M_S}


def minutes(distance_m: float, how: str) -> int:
    """Return whole minutes (at least 1) for a straight-line distance, `how` being "walk" or "ride"."""
    return max(1, round(distance_m * DETOUR / SPEEDS_M_S[how] / 60))


def radius_m(ring_minutes: int, how: str) -> float:
    """Return the straight-line metres that one gets within so many minutes: the radius of a ring on the diagram."""
    return ring_minutes * 60 * SPEEDS_M_S[how] / DETOUR
