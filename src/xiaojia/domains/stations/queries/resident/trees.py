"""Which stations are nearest to a point? Trees of points on the unit sphere, one for all and one for each facility."""

import math
import threading

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from xiaojia.domains.stations.queries.resident.columns import Columns, Floats
from xiaojia.lib.coordinates.measure import EARTH_RADIUS_M

EARTH_DIAMETER_M = 2 * EARTH_RADIUS_M


def unit(lng: float, lat: float) -> tuple[float, float, float]:
    """Return a point of the unit sphere; chords between such points order like distances on the ground."""
    at_lng, at_lat = math.radians(lng), math.radians(lat)
    flat = math.cos(at_lat)
    return flat * math.cos(at_lng), flat * math.sin(at_lng), math.sin(at_lat)


def units(lng: Floats, lat: Floats) -> Floats:
    """Return many points of the unit sphere, shape (n, 3)."""
    lng, lat = np.radians(lng), np.radians(lat)
    flat = np.cos(lat)
    found: Floats = np.column_stack([flat * np.cos(lng), flat * np.sin(lng), np.sin(lat)])
    return found


class Tree:
    """Points with the rows they belong to."""

    def __init__(self, columns: Columns, rows: npt.NDArray[np.intp]) -> None:
        self.rows = rows
        self.list = rows.tolist()
        self.size = len(rows)
        self.points = units(columns.lng[rows], columns.lat[rows])
        self.query = cKDTree(self.points, balanced_tree=False, compact_nodes=False).query if self.size else None


class Trees:
    """The trees of one state of the columns; those of facilities are grown when first asked for."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._lock = threading.Lock()
        standing = columns.alive & ~np.isnan(columns.lng)
        standing[list(columns.stops)] = False
        self._standing = standing
        self._grown: dict[str, Tree] = {"": Tree(columns, np.flatnonzero(standing))}

    def tree(self, kind: str = "") -> Tree:
        """Return the tree of the stations that have a facility, or of all."""
        found = self._grown.get(kind)
        if found is None:
            with self._lock:
                found = self._grown.get(kind)
                if found is None:
                    flags = self._columns.kinds.get(kind)
                    rows = np.flatnonzero(self._standing & flags) if flags is not None else np.zeros(0, np.intp)
                    found = self._grown[kind] = Tree(self._columns, rows)
        return found

    def grow_all(self) -> None:
        """Grow the trees of all facilities now, not at the first question."""
        for kind, flags in self._columns.kinds.items():
            if flags.any():
                self.tree(kind)
