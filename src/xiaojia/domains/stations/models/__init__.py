"""What is stored about stations?"""

from xiaojia.domains.stations.models.facilities import (
    Adoption,
    FacilityKind,
    Standard,
    StandardItem,
    StationFacility,
)
from xiaojia.domains.stations.models.keeping import DeviceLink, Keeper
from xiaojia.domains.stations.models.station import (
    OldCode,
    SourceKey,
    Station,
    StationPhoto,
    StatusChange,
    TimetableStop,
)
from xiaojia.domains.stations.models.targets import Target
from xiaojia.domains.stations.models.truth import Closure, Evidence, TruthRule

__all__ = [
    "Adoption", "Closure", "DeviceLink", "Evidence", "FacilityKind", "Keeper", "OldCode", "SourceKey", "Standard",
    "StandardItem", "Station",
    "Target", "StationFacility", "StationPhoto", "StatusChange", "TimetableStop", "TruthRule",
]  # fmt: skip
