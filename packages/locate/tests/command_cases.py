"""Which small towns do the tests of the command plan for? Drawn by seed, written as the files that people have."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from xiaojia_locate.command import from_values, run
from xiaojia_locate.command.ground import Plain

LNG, LAT = 109.5, 18.25


def write_csv(
    path: Path, header: list[str], rows: list[list[object]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """Write a sheet as text."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def town(folder: Path, seed: int = 7, n_demand: int = 400, n_site: int = 40, n_old: int = 5) -> dict[str, str]:
    """Write demand, candidates and existing sites of a town around Sanya; return the three paths as options."""
    dice = np.random.default_rng(seed)
    centres = dice.uniform(-0.05, 0.05, (6, 2))
    demand = centres[dice.integers(0, 6, n_demand)] + dice.normal(0, 0.008, (n_demand, 2)) + (LNG, LAT)
    sites, old = (dice.uniform(-0.06, 0.06, (count, 2)) + (LNG, LAT) for count in (n_site, n_old))
    weights = dice.integers(1, 30, n_demand)
    halves = ["东" if x > LNG else "西" for x in demand[:, 0]]
    files = {
        "demand": write_csv(folder / "demand.csv", ["经度", "纬度", "人数", "区县"], [
            [f"{x:.6f}", f"{y:.6f}", int(w), half] for (x, y), w, half in zip(demand, weights, halves, strict=True)]),
        "candidates": write_csv(folder / "candidates.csv", ["编号", "名称", "经度", "纬度", "造价", "区县"], [
            [f"C{n}", f"网点{n}", f"{x:.6f}", f"{y:.6f}", int(5 + n % 7), "东" if x > LNG else "西"] for n, (x, y) in enumerate(sites)]),
        "existing": write_csv(folder / "existing.csv", ["编号", "名称", "经度", "纬度"], [
            [f"E{n}", f"驿站{n}", f"{x:.6f}", f"{y:.6f}"] for n, (x, y) in enumerate(old)]),
    }  # fmt: skip
    return {name: str(path) for name, path in files.items()}


def ask(**values: object) -> tuple[int, list[str]]:
    """Run the command in this process; return its exit code and what it printed."""
    said: list[str] = []
    return run(from_values(values), Plain(), said.append), said


def rows_of(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Change a sheet's rows in place (row 0 is the header)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
