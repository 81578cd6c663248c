"""How does xiaojia_locate answer one job? In a process of its own, compiled loops loaded before the clock starts."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.side import report

Asked = Mapping[str, Any]


def answer(asked: Asked, limit_s: float) -> Any:
    """Return the answer of the solver that an instance asks for."""
    from xiaojia_locate import Limits

    return SOLVERS[str(asked["kind"])](asked, Limits(time_s=limit_s))


def _options(asked: Asked) -> dict[str, Any]:
    named: dict[str, Any] = {}
    if "costs" in asked:
        named |= {"costs": asked["costs"], "budget": float(asked["budget"])}
    else:
        named["open_sites"] = int(asked["open_sites"])
    if "fixed" in asked:
        named["fixed"] = asked["fixed"].tolist()
    return named


def _cover(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate import Reach, within
    from xiaojia_locate.covering import maximal_cover

    if "starts" in asked:
        reach = Reach(asked["starts"], asked["columns"], int(asked["n_site"]))
    else:
        reach = within(asked["points"], asked["sites"], float(asked["limit_m"]))
    return maximal_cover(reach, asked.get("weights"), limits=limits, **_options(asked))


def _stream(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate.stream import maximal_cover_streamed

    source: Any = str(asked["path"]) if "path" in asked else asked["points"]
    if "again" in asked:
        source = (source, np.column_stack([asked["weights"], asked["again"]]))
    elif "weights" in asked:
        source = (source, asked["weights"])
    return maximal_cover_streamed(source, asked["sites"], float(asked["limit_m"]), limits=limits, **_options(asked))


def _share(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate import Reach
    from xiaojia_locate.set_cover import set_cover
    from xiaojia_locate.stream import aggregate

    found = aggregate(asked["points"], asked["sites"], float(asked["limit_m"]), asked["weights"])
    reach = found.reach  # and one more point, which nothing reaches, for the share is one of all demand
    starts = np.append(reach.starts, reach.starts[-1])
    weights = np.append(found.weights[:, 0], found.unreached[0])
    return set_cover(Reach(starts, reach.sites, reach.n_site), weights, float(asked["share"]), limits=limits)


def _hours(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate.hours import cover_by_hour
    from xiaojia_locate.stream import aggregate

    found = aggregate(asked["points"], asked["sites"], float(asked["limit_m"]))
    reached = found.of_point >= 0
    of_class, size = found.of_point[reached], found.reach.n_demand
    demand = np.column_stack([np.bincount(of_class, slot[reached], size) for slot in asked["by_slot"].T])
    return cover_by_hour(found.reach, demand, asked["hours"], limits=limits, **_options(asked))


def _center(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate.center import p_center

    if "table" in asked:
        return p_center(asked["table"], limits=limits, **_options(asked))
    return p_center(positions_m=asked["points"], sites_m=asked["sites"], limits=limits, **_options(asked))


def _median(asked: Asked, limits: Any) -> Any:
    from xiaojia_locate.median import Positions, p_median

    where = asked["table"] if "table" in asked else Positions(asked["points"], asked["sites"])
    return p_median(where, asked.get("weights"), limits=limits, **_options(asked))


SOLVERS: dict[str, Callable[[Asked, Any], Any]] = {
    "cover": _cover, "stream": _stream, "share": _share, "hours": _hours, "center": _center, "median": _median,
}  # fmt: skip


def main(job_file: str) -> None:
    """Answer one job; a solver that is not there is said to be missing."""
    job = json.loads(Path(job_file).read_text())
    out: dict[str, Any] = {"sites": None, "bound": None, "proven": False}
    try:
        answer(dict(np.load(job["warm"])), 5.0)
        asked = dict(np.load(job["instance"]))
        began = time.perf_counter()
        found = answer(asked, job["limit_s"])
        out = {"sites": found.sites.tolist(), "bound": found.bound, "claims": found.value, "proven": found.proven,
               "says": str(found.reason), "time_s": time.perf_counter() - began}  # fmt: skip
    except ImportError as error:
        out["says"] = f"missing: {error}"
    except Exception as error:  # noqa: BLE001 - our failure is a row as well
        out["says"] = f"{type(error).__name__}: {error}"[:120]
    Path(job["answer"]).write_text(json.dumps(out | {"peak_mib": report.peak_mib()}))


if __name__ == "__main__":
    main(sys.argv[1])
