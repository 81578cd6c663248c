"""Where do the points come from? Arrays, iterators, .npy files, Parquet files, Arrow batches: all become checked batches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Floats

ROWS = 1 << 18
NAMED = 10_000  # so many rows are named in an error
BAD = {
    "not_a_number": "demand: {n} positions are empty or no numbers.",
    "axis_order": "demand: latitude stands before longitude in {n} rows; longitude comes first.",
    "range": "demand: {n} positions outside ±180, ±90 degrees; are they metres?",
    "weight_not_a_number": "weights: {n} values are empty or no numbers.",
    "negative": "weights: {n} rows are below zero.",
    "again_above_first": "The weight of a later coverage is above that of an earlier one in {n} rows.",
}


@dataclass(frozen=True)
class Batch:
    """Some points in a row: `points` (n, 2) float64 in C order, `weights` (n, levels) or None for ones, the first row's number."""

    points: Floats
    weights: Floats | None
    first: int


def batches_of(
    source: Any, columns: tuple[str, ...] = ("x", "y"), weight: str | tuple[str, ...] | None = None
) -> Iterator[Batch]:
    """Yield the points of a source in order.

    `source`: an array or memory map (n, 2), or (n, 3) with the weight in the third column, or (n, 4) with the weights of
    the first and second coverage; a pair (points, weights); the path of a .npy or Parquet file; Arrow record batches or a
    table; or any iterable of these but paths. `columns` and `weight` name the columns of Parquet and Arrow.
    """
    first = 0
    names = (*columns, *((weight,) if isinstance(weight, str) else weight or ()))
    for part in _parts(source, names):
        points, weights = _split(part, names)
        for start in range(0, max(len(points), 1), ROWS):
            rows = slice(start, start + ROWS)
            batch = Batch(_clean(points[rows]), None if weights is None else _clean(weights[rows]), first)
            first += len(batch.points)
            yield batch


def refuse(batch: Batch, rest: Iterable[Batch], degrees: bool) -> LocateError:
    """Return the error that names all rows with the first fault of a batch, in it and in the rest."""
    code = next(iter(faults(batch, degrees)))
    named: list[int] = []
    total = 0
    for one in chain([batch], rest):
        rows = faults(one, degrees).get(code, [])
        total += len(rows)
        named.extend(rows[: NAMED - len(named)])
    return LocateError(code.removeprefix("weight_"), BAD[code].format(n=total), named)


def faults(batch: Batch, degrees: bool) -> dict[str, list[int]]:
    """Return the rows of a batch that cannot be used, by fault, numbered through all batches."""
    x, y = batch.points.T
    found = {"not_a_number": ~(np.isfinite(x) & np.isfinite(y))}
    if degrees:
        found["axis_order"] = (np.abs(y) > 90) & (np.abs(x) <= 90)
        found["range"] = (np.abs(x) > 180) | (np.abs(y) > 90)
    if batch.weights is not None:
        found["weight_not_a_number"] = ~np.isfinite(batch.weights).all(axis=1)
        found["negative"] = (batch.weights < 0).any(axis=1)
        found["again_above_first"] = (np.diff(batch.weights, axis=1) > 0).any(axis=1)
    return {code: (np.flatnonzero(wrong) + batch.first).tolist() for code, wrong in found.items() if wrong.any()}


def _parts(source: Any, names: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(source, str | Path):
        yield from _file(Path(source), names)
    elif hasattr(source, "to_batches"):  # an Arrow table
        yield from source.to_batches()
    elif isinstance(source, np.ndarray | tuple) or hasattr(source, "schema"):
        yield source
    elif isinstance(source, list) and source and _is_position(source[0]):
        yield np.asarray(source, dtype=np.float64)
    else:
        for part in source:
            if isinstance(part, str | Path):
                raise LocateError("shape", "A list of files: read one file at a time.")
            yield part


def _is_position(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], int | float)


def _file(path: Path, names: tuple[str, ...]) -> Iterator[Any]:
    if path.suffix == ".npy":
        yield from _npy(path)
        return
    if path.suffix not in {".parquet", ".pq"}:
        raise LocateError("format", f"{path.name}: .npy or Parquet files can be streamed.")
    try:
        from pyarrow import parquet
    except ImportError:
        raise LocateError("missing", "Parquet needs pyarrow: install xiaojia-locate[tables].") from None
    with parquet.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=ROWS, columns=list(names))


def _npy(path: Path) -> Iterator[Floats]:
    """Read rows of a .npy file; reading, not mapping, so that what was read does not stay in the process."""
    table = np.load(path, mmap_mode="r", allow_pickle=False)
    if table.ndim != 2 or not table.flags.c_contiguous:
        for start in range(0, len(table), ROWS):
            yield np.array(table[start : start + ROWS])
        return
    shape, kind, offset = table.shape, table.dtype, table.offset
    del table
    with path.open("rb") as file:
        file.seek(offset)
        for start in range(0, shape[0], ROWS):
            rows = min(ROWS, shape[0] - start)
            yield np.fromfile(file, kind, rows * shape[1]).reshape(rows, shape[1])


def _split(part: Any, names: tuple[str, ...]) -> tuple[Any, Any]:
    """Return points and weights of one part."""
    if hasattr(part, "schema"):
        missing = [name for name in names if name not in part.schema.names]
        if missing:
            raise LocateError(
                "column", f"There is no column {', '.join(missing)}; there are {', '.join(part.schema.names)}."
            )
        taken = [np.asarray(part.column(name).to_numpy(zero_copy_only=False), dtype=np.float64) for name in names]
        points, weights = np.column_stack(taken[:2]), np.column_stack(taken[2:]) if len(taken) > 2 else None
        return points, weights
    points, weights = part if isinstance(part, tuple) else (part, None)
    points = np.asanyarray(points)
    if points.ndim == 1 and points.size == 0:
        points = points.reshape(0, 2)
    if points.ndim != 2 or not 2 <= points.shape[1] <= 4 or (weights is not None and points.shape[1] != 2):
        raise LocateError("shape", f"demand: positions need two columns, got an array of shape {points.shape}.")
    if weights is None:
        return points[:, :2], points[:, 2:] if points.shape[1] > 2 else None
    weights = np.asanyarray(weights)
    weights = weights[:, None] if weights.ndim == 1 else weights
    if weights.ndim != 2 or len(weights) != len(points):
        raise LocateError("shape", f"weights: {len(points)} values needed, got an array of shape {weights.shape}.")
    return points, weights


def _clean(values: Any) -> Floats:
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise LocateError("not_a_number", "demand: positions and weights must be numbers.") from None
