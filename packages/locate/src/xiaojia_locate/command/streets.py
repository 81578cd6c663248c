"""How is reach worked out where there are streets or barriers? The library's networks and walls, with what they leave out."""

from pathlib import Path
from typing import Any

from xiaojia_locate.command.columns import Floats
from xiaojia_locate.command.faults import Refused, fault, refuse
from xiaojia_locate.command.options import Options
from xiaojia_locate.errors import LocateError
from xiaojia_locate.reach import Reach
from xiaojia_locate.walking import Walks

Notes = list[tuple[str, str]]


def walks_on_streets(demand: Floats, sites: Floats, options: Options, work: str, *, distances: bool) -> Walks:
    """Return the walks along streets, around barriers, or both; raises Refused where the file cannot be used."""
    geographic = work != "metres"
    try:
        walls: Any = _barriers(options, geographic) if options.barriers else None
        if options.network:
            return _along(demand, sites, options, walls, geographic, distances)
        from xiaojia_locate.barriers import around

        return around(demand, sites, options.walk_m, walls, detour=options.detour_used, distances=distances)
    except LocateError as error:
        layer = "barriers" if "barrier" in error.code or not options.network else "network"
        raise Refused([fault(layer, "library", why=str(error), zh=f"不能使用：{error}")]) from error


def reach_on_streets(demand: Floats, sites: Floats, options: Options, work: str, notes: Notes) -> Reach:
    """Return the reach along streets, around barriers, or both; raises Refused where the file cannot be used."""
    found = walks_on_streets(demand, sites, options, work, distances=False)
    _say(found, options, len(demand), notes)
    return found.reach


def _barriers(options: Options, geographic: bool) -> Any:
    from xiaojia_locate.barriers import read_barriers

    return read_barriers(options.barriers, geographic=geographic)


def _along(demand: Floats, sites: Floats, options: Options, walls: Any, geographic: bool, distances: bool) -> Walks:
    from xiaojia_locate import network

    path = Path(options.network)
    name = path.name.lower()
    if name.endswith((".graphml", ".graphml.gz")):
        streets = network.read_graphml(path)
    elif name.endswith(".pbf"):
        streets = network.read_pbf(path)
    else:
        raise refuse("network", "damaged", file=path.name, kind="GraphML / OSM PBF", why="unknown ending")
    if not geographic and streets.geographic:
        raise refuse("network", "degrees_as_metres", flag="--crs wgs84")
    return network.walks(streets, demand, sites, options.walk_m, barriers=walls, distances=distances)


def _say(found: Walks, options: Options, n_demand: int, notes: Notes) -> None:
    off, apart = len(found.demand_off), len(found.demand_apart)
    if options.network and (off or apart):
        notes.append((
            f"{off:,} of {n_demand:,} points of demand lie farther than 100 m from every street and count as out of reach; "
            f"{apart:,} lie on streets that lead to no site.",
            f"{n_demand:,} 个需求点中，有 {off:,} 个离路网超过 100 米，按够不着计；{apart:,} 个所在的路不通任何站点。",
        ))  # fmt: skip
    if len(found.sites_off):
        notes.append((
            f"{len(found.sites_off):,} sites lie off the streets and reach nobody.",
            f"{len(found.sites_off):,} 个站点不在路网附近，按够不着计。",
        ))  # fmt: skip
    if options.barriers:
        notes.append((
            f"Lines of {Path(options.barriers).name} are crossed at their crossings only.",
            f"{Path(options.barriers).name} 中的线只能在给出的通道处穿越。",
        ))  # fmt: skip
