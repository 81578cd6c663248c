"""What can be done with stations? One function per verb: actor first, one transaction, one audit line."""

from xiaojia.domains.stations.actions.closing import close_stations, withdraw_closure
from xiaojia.domains.stations.actions.describing import (
    add_photo,
    appoint_keeper,
    dismiss_keeper,
    remove_photo,
    set_facilities,
    set_hours,
)
from xiaojia.domains.stations.actions.evidence import EVIDENCE, add_evidence
from xiaojia.domains.stations.actions.merging import merge_stations
from xiaojia.domains.stations.actions.registry import (
    change_station,
    change_status,
    place_station,
    register_station,
    verify_station,
)
from xiaojia.domains.stations.actions.standards import adopt_standard, new_standard, set_target
from xiaojia.domains.stations.actions.timetable import set_stops

__all__ = [
    "EVIDENCE", "add_evidence", "add_photo", "adopt_standard", "appoint_keeper", "change_station", "change_status",
    "close_stations",
    "dismiss_keeper", "merge_stations", "new_standard", "place_station", "register_station", "remove_photo",
    "set_facilities", "set_hours", "set_stops",
    "set_target", "verify_station", "withdraw_closure",
]  # fmt: skip
