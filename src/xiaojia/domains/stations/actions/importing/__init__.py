"""How do stations come in from a sheet? `STATIONS` is what config/wiring.py plugs into kernel/imports."""

from xiaojia.domains.stations.actions.importing.importer import STATIONS
from xiaojia.domains.stations.actions.importing.undoing import USED_BY

__all__ = ["STATIONS", "USED_BY"]
