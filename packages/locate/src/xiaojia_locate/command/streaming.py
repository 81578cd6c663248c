"""How is demand asked that does not fit into memory? Read batch by batch, merged exactly; a sample is kept for the picture."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.command import checks
from xiaojia_locate.command.columns import Floats, column_of, named, needed
from xiaojia_locate.command.estimate import rows_in_parquet
from xiaojia_locate.command.faults import Fault, Refused, fault, refuse, usage
from xiaojia_locate.command.grid import cell_size_m
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.layers import Layer
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.posing import Posed, reach_between
from xiaojia_locate.command.reading import read_sites
from xiaojia_locate.command.tables import Columns, Table
from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Reach

STREAM_ROWS = 2_000_000
BATCH = 1 << 18
SAMPLE = 100_000


@dataclass
class Source:
    """A file of demand that is read in batches; the sample grows while it is read."""

    path: Path
    rows: int
    names: tuple[str, str, str | None]
    crs: str
    ground: Ground
    kept: list[tuple[Floats, Floats | None]] = field(default_factory=list)

    def batches(self) -> Iterator[Any]:
        """Yield points (n, 2) as they are worked with, with their weights (n,) where there are any."""
        stride, first = max(1, self.rows // SAMPLE), 0
        for given, weights in self._raw():
            self._check_axes(given, first)
            points = np.ascontiguousarray(self.ground.to_work(given, self.crs))
            self.kept.append((points[::stride].copy(), None if weights is None else weights[::stride] * stride))
            first += len(points)
            yield points if weights is None else (points, weights)

    def _raw(self) -> Iterator[tuple[Floats, Floats | None]]:
        if self.path.suffix == ".npy":
            table = np.load(self.path, mmap_mode="r")
            for start in range(0, len(table), BATCH):
                part = np.asarray(table[start : start + BATCH], np.float64)
                yield part[:, :2], part[:, 2] if part.shape[1] > 2 else None
            return
        from pyarrow import parquet

        x, y, weight = self.names
        wanted = [x, y, *([weight] if weight else [])]
        for batch in parquet.ParquetFile(self.path).iter_batches(BATCH, columns=wanted):
            columns = [
                batch.column(batch.schema.get_field_index(name)).to_numpy(zero_copy_only=False).astype(np.float64)
                for name in wanted
            ]
            yield np.column_stack(columns[:2]), columns[2] if weight else None

    def _check_axes(self, given: Floats, first: int) -> None:
        home, turned = self.ground.home(given), self.ground.home(given[:, ::-1])
        if home is not None and turned is not None and self.crs not in ("metres", "bd09mc"):
            wrong = np.flatnonzero(~home & turned)
            if len(wrong):
                raise refuse("demand", "axis_order", wrong + first + 1, x=self.names[0])


def streamed_rows(options: Options) -> int | None:
    """Return how many rows a file of demand has that is to be streamed, None for one that is read whole."""
    path = Path(options.demand)
    if path.suffix == ".npy":
        try:
            table = np.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise refuse("demand", "damaged", file=path.name, kind="npy", why=error) from None
        if table.ndim != 2 or table.shape[1] not in (2, 3):
            raise refuse(
                "demand", "damaged", file=path.name, kind="npy", why=f"(n, 2) or (n, 3) needed, not {table.shape}"
            )
        return len(table)
    rows = rows_in_parquet(path)
    return rows if rows is not None and rows > STREAM_ROWS else None


def pose_streamed(options: Options, rows: int, ground: Ground, limits: Limits) -> Posed:
    """Return the question with merged demand: one point for each class, the last one for what nobody reaches."""
    _possible(options)
    source = _source(options, rows, ground)
    candidates, existing = read_sites(options, ground)
    sites = np.vstack([existing.places, candidates.places]) if existing else candidates.places
    reach, weights = _merged(source, sites, options, limits)
    sample = _sample(source, options)
    _belong(sample, candidates, existing, options, ground)
    notes = [
        (
            f"{rows:,} points of demand were read in batches and merged exactly into {len(weights) - 1:,}; the picture "
            f"is drawn from a sample of {len(sample):,}.",
            f"{rows:,} 个需求点按批读取，精确合并为 {len(weights) - 1:,} 类；图由其中 {len(sample):,} 个点画成。",
        )
    ]  # fmt: skip
    posed = Posed(options, sample, candidates, existing, reach, weights, notes, n_points=rows)
    drawn = np.ones(len(sample)) if sample.weights is None else sample.weights
    posed.drawn = Posed(options, sample, candidates, existing, reach_between(sample, sites, options, []), drawn)
    return posed


def _merged(source: Source, sites: Floats, options: Options, limits: Limits) -> tuple[Reach, Floats]:
    """Return the relation and weights of the classes, the last row being what nobody reaches; raises Refused."""
    from xiaojia_locate.stream import foresee, merge_stream

    in_degrees, detour = options.crs_of("demand") != "metres", options.detour_used
    try:
        free_mib = options.memory_mib or None
        foreseen = foresee(
            source.rows, sites, options.walk_m, degrees_given=in_degrees, detour=detour, free_mib=free_mib
        )
        foreseen.require(streamed=True)
        merged = merge_stream(source.batches(), sites, options.walk_m, degrees=in_degrees, detour=detour, limits=limits)
    except LocateError as error:
        if limits.cancel is not None and limits.cancel():
            raise KeyboardInterrupt from error  # half a stream has no answer
        row = [number + 1 for number in error.rows]
        raise Refused([fault("demand", "library", row, why=str(error).split(" (rows")[0], zh=_zh(error))]) from error
    classes = merged.classes
    starts = np.concatenate([classes.reach.starts, classes.reach.starts[-1:]])
    reach = Reach(starts, classes.reach.sites, classes.reach.n_site)
    return reach, np.concatenate([classes.weights[:, 0], classes.unreached[:1]])


def _possible(options: Options) -> None:
    """Refuse what cannot be asked of a stream."""
    first = "demand of this size (it is read in batches)"
    for name, used in (
        (f"--problem {options.problem}", options.problem not in ("cover", "backup")), ("--cover-share", options.cover_share is not None),
        ("--by-district", options.by_district), ("--network", bool(options.network)), ("--barriers", bool(options.barriers)),
        ("--good-only", options.good_only), (f"--candidates {options.candidates}", cell_size_m(options.candidates) is not None),
    ):  # fmt: skip
        if used:
            raise usage("not_together", first=first, second=name)


def _source(options: Options, rows: int, ground: Ground) -> Source:
    path, crs = Path(options.demand), options.crs_of("demand")
    if path.suffix == ".npy":
        return Source(path, rows, ("column 1", "column 2", None), crs, ground)
    from pyarrow import parquet

    columns: Columns = dict.fromkeys(parquet.ParquetFile(path).schema_arrow.names, ())
    table, wishes = Table(path, "parquet", columns, np.zeros(0, np.int64)), named(options.columns)
    x, y = (needed(table, "demand", role, wishes, crs) for role in ("x", "y"))
    return Source(path, rows, (x, y, column_of(table, "demand", "weight", wishes)), crs, ground)


def _sample(source: Source, options: Options) -> Layer:
    places = np.vstack([points for points, _ in source.kept])
    weighted = [weights for _, weights in source.kept if weights is not None]
    empty = [""] * len(places)
    found = Layer(
        "demand", options.crs_of("demand"), places, places, np.arange(1, len(places) + 1), empty, empty, empty
    )
    found.weights = np.concatenate(weighted) if weighted else np.full(len(places), max(1, source.rows // SAMPLE), float)
    found.read_as = {"x": source.names[0], "y": source.names[1]}
    return found


def _belong(sample: Layer, candidates: Layer, existing: Layer | None, options: Options, ground: Ground) -> None:
    faults: list[Fault] = []
    for layer in (candidates, existing):
        if layer is not None:
            faults += checks.between(sample, layer, options.walk_m / options.detour_used, ground)
    if faults:
        raise Refused(faults)


def _zh(error: LocateError) -> str:
    return {
        "not_a_number": "有空的坐标或权重，或不是数字。", "negative": "权重小于零。", "axis_order": "经纬度写反了。",
        "range": "坐标超出范围，是不是米？", "too_large": f"内存不够：{error}", "stopped": "读取还没完成就停止了。",
    }.get(error.code, str(error))  # fmt: skip
