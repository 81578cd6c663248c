"""Will it fit? How much memory a question needs, told from a sample before anything large is made."""

from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import refuse
from xiaojia_locate.command.grid import flat_m, middle
from xiaojia_locate.command.machine import free_mib

SAMPLE = 2_000
PAIR_BYTES, POINT_BYTES = 40, 400
"""Measured: the relation, its transpose and the search need about 40 bytes a pair; tables and layers 400 a point."""


def pairs_expected(demand: Floats, sites: Floats, straight_m: float, work: str) -> int:
    """Return about how many pairs of demand and site lie within reach, from a sample of the demand."""
    some = np.linspace(0, len(demand) - 1, min(SAMPLE, len(demand))).astype(np.int64)
    about = middle(demand)
    tree = cKDTree(flat_m(sites, work, about))
    counts = tree.query_ball_point(flat_m(demand[some], work, about), straight_m, return_length=True)
    return int(np.mean(counts) * len(demand))


def afford(demand: Floats, sites: Floats, straight_m: float, work: str, limit_mib: int) -> None:
    """Refuse a question that would not fit into memory, with the figures and a way out."""
    pairs = pairs_expected(demand, sites, straight_m, work)
    need = int((pairs * PAIR_BYTES + len(demand) * POINT_BYTES) / 2**20)
    have = limit_mib or free_mib()
    if need > have:
        raise refuse(
            "demand", "too_large", need=need, have=have, points=len(demand), pairs=pairs,
            do="Give the demand as Parquet (it is then streamed), use fewer candidates or a shorter reach.",
            zh="请把需求点存成 Parquet（按流读取），或减少候选点、缩短服务半径。",
        )  # fmt: skip


def rows_in_parquet(path: Path) -> int | None:
    """Return how many rows a Parquet file has, read from its foot alone; None for other files."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return None
        from pyarrow import parquet

        return int(parquet.ParquetFile(path).metadata.num_rows)
    except (OSError, ModuleNotFoundError, ValueError):  # who reads it whole says what is wrong with it
        return None
