"""How are facilities called and drawn? The rows of FacilityKind, kept in memory for a minute."""

import time
from dataclasses import dataclass

from xiaojia.domains.stations.models import FacilityKind

KEEP_S = 60.0
ICONS = {
    "seat": "rest", "microwave": "meal", "first_aid": "firstaid", "emoto_charging": "emoto", "battery_swap": "swap",
    "power_bank": "charging", "air_purifier": "fan", "warm_events": "heart", "publicity": "news",
}  # fmt: skip
SHORT_EN = {
    "room": "Room", "seat": "Seats", "water": "Water", "microwave": "Heat food", "toilet": "Toilet", "first_aid": "First aid",
    "books": "Books", "charging": "Charging", "fridge": "Fridge", "umbrella": "Umbrella", "aircon": "Air-con",
    "heater": "Heating", "emoto_charging": "E-bike", "battery_swap": "Swap", "power_bank": "Power bank", "tools": "Tools",
}  # fmt: skip
"""Words short enough for a card; the Chinese ones stand in the rows."""
_kept: tuple[float, dict[str, "Facility"]] | None = None


@dataclass(frozen=True)
class Facility:
    """One kind: its full and short names in both languages, its icon, whether one may filter by it."""

    key: str
    name: str
    short: str
    name_en: str
    short_en: str
    group: str
    filterable: bool
    icon: str


def kinds() -> dict[str, Facility]:
    """Return all kinds by key, in their order; one query a minute and process."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_S:
        _kept = (now, {row.key: _facility(row) for row in FacilityKind.objects.all()})
    return _kept[1]


def forget() -> None:
    """Let the next question read anew: between tests."""
    global _kept  # noqa: PLW0603
    _kept = None


def _facility(row: FacilityKind) -> Facility:
    return Facility(
        row.key,
        row.name,
        row.short_name or row.name,
        row.name_en,
        SHORT_EN.get(row.key, row.name_en),
        row.group,
        row.filterable,
        ICONS.get(row.key, row.key),
    )
