"""What may be asked? Every option once: its name, type, default and help; both commands are built from this list."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

Kind = type[int] | type[float] | type[str] | type[bool]


def option(
    group: str, kind: Kind, text: str, default: Any = None, choices: Sequence[str] = (), metavar: str = ""
) -> Any:
    """Return a field that carries what its option needs; without a default the option is required."""
    about = {"group": group, "kind": kind, "help": text, "choices": tuple(choices), "metavar": metavar}
    return field(default=MISSING, metadata=about) if default is ... else field(default=default, metadata=about)


PROBLEMS = ("cover", "backup", "gradual", "expected", "hours", "median", "center")


@dataclass(frozen=True)
class Options:
    """The question as it was asked. Distances in metres, speeds in km/h, times in minutes or seconds as named."""

    demand: str = option(
        "Layers 图层", str, "Points of demand: CSV, Excel, GeoJSON, Parquet. 需求点。", ..., metavar="FILE"
    )
    candidates: str = option(
        "Layers 图层", str, "Candidate sites: a file, or grid:250 for cells of 250 m that hold demand. 候选点。", ...,
        metavar="FILE|grid:M",
    )  # fmt: skip
    existing: str = option("Layers 图层", str, "Sites that are open already. 已建站点。", "", metavar="FILE")
    crs: str = option("Layers 图层", str, "What the coordinates of all layers are. 坐标系。", "wgs84")
    demand_crs: str = option("Layers 图层", str, "The same for the demand alone. 需求点的坐标系。", "")
    candidates_crs: str = option("Layers 图层", str, "The same for the candidates alone. 候选点的坐标系。", "")
    existing_crs: str = option("Layers 图层", str, "The same for the existing sites alone. 已建站点的坐标系。", "")
    columns: str = option(
        "Layers 图层", str,
        "Names of columns where they are not found by themselves, e.g. demand.weight=人流,candidates.cost=租金. 指定列名。",
        "", metavar="LAYER.ROLE=NAME,…",
    )  # fmt: skip
    sheet: str = option("Layers 图层", str, "Which sheet of Excel files is read (default: the first). 工作表。", "")

    good_only: bool = option(
        "Layers 图层", bool, "Leave out rows with faults, name them, exit code 4. 跳过有问题的行。", False
    )

    walk_minutes: float = option("Distance 距离", float, "How long a walk may be, minutes. 步行分钟数。", 15.0)
    speed_kmh: float = option("Distance 距离", float, "Walking speed, km/h. 步行速度。", 4.0)
    detour: float = option(
        "Distance 距离", float,
        "Walk ÷ straight line; default 1.3, or 1 with --reach-m and on a network. 绕行系数。",
    )  # fmt: skip
    reach_m: float = option("Distance 距离", float, "The reach in metres instead of minutes. 服务半径（米）。")
    full_m: float = option(
        "Distance 距离",
        float,
        "Gradual: full credit up to here, none from the reach on; default half of it. 渐减起点。",
    )
    network: str = option(
        "Distance 距离", str, "Streets: .graphml, .graphml.gz or .osm.pbf. 路网。", "", metavar="FILE"
    )
    barriers: str = option(
        "Distance 距离", str, "Lines that cannot be crossed, GeoJSON. 不可穿越的线。", "", metavar="FILE"
    )

    open: int = option("Goal 目标", int, "How many sites to open. 新增数量。", metavar="K")
    budget: float = option("Goal 目标", float, "What may be spent on new sites; the candidates need costs. 预算。")
    cover_share: float = option(
        "Goal 目标", float, "Least sites or cost that cover this share of the demand, e.g. 0.9. 覆盖率目标。"
    )
    problem: str = option("Goal 目标", str, "What is best. 目标类型。", "cover", PROBLEMS)
    second_share: float = option(
        "Goal 目标", float, "Backup: what a second coverage counts, relative to the first. 第二次覆盖的权重。", 0.5
    )
    open_probability: float = option(
        "Goal 目标", float, "Expected: how likely a site is open, where no column says so. 开放概率。", 0.9
    )
    spacing_m: float = option(
        "Goal 目标", float, "Least distance between new sites and to existing ones, metres. 最小间距。"
    )
    least_district_share: float = option(
        "Goal 目标", float, "Every district's share covered at least. 各区覆盖率下限。"
    )

    open_hours: str = option(
        "Goal 目标", str, "Hours: opening hours where no column gives them. 未填时的开放时间。", "08:30-17:30", metavar="HH:MM-HH:MM",
    )  # fmt: skip
    extend: int = option("Goal 目标", int, "Hours: how many sites may keep longer hours. 可延长的站点数。", 0)
    extend_hours: str = option(
        "Goal 目标", str, "Hours: the longer hours. 延长后的开放时间。", "06:00-22:00", metavar="HH:MM-HH:MM"
    )

    by_district: bool = option(
        "Districts 分区", bool, "Answer every district by itself, on all cores. 分区求解。", False
    )
    districts: str = option(
        "Districts 分区",
        str,
        "Polygons of the districts, GeoJSON; else the district column. 区界。",
        "",
        metavar="FILE",
    )
    districts_crs: str = option(
        "Districts 分区", str, "Coordinates of the polygons (default: WGS-84). 区界的坐标系。", ""
    )
    district_open: str = option(
        "Districts 分区", str, "Sites (or budget) of each district; else split by uncovered demand. 各区数量。", "",
        metavar="A=3,B=2",
    )  # fmt: skip
    engine: str = option(
        "Districts 分区", str, "local, local-spark, or spark://HOST:PORT. 计算引擎。", "local", metavar="ENGINE"
    )
    jobs: int = option("Districts 分区", int, "Processes at once; 0 = as many as cores. 进程数。", 0)

    time_limit: float = option(
        "Search 求解", float, "Seconds until the best known answer is taken. 时限（秒）。", 150.0
    )
    gap: float = option(
        "Search 求解", float, "Stop when the best possible is at most this share better. 允许差距。", 0.0
    )
    seed: int = option("Search 求解", int, "Same seed, same answer (unless time ends the search). 随机种子。", 1)
    memory_mib: int = option(
        "Search 求解", int, "Refuse what would need more; 0 = what is free here. 内存上限（MiB）。", 0
    )
    curve: int = option(
        "Search 求解", int, "Sites on the curve of the report; 0 = as many as asked, -1 = none. 曲线。", 0
    )

    curve_proof: bool = option(
        "Search 求解", bool, "Prove every point of the curve; takes longer. 逐点证明曲线。", False
    )

    out: str = option(
        "Answer 结果", str, "Folder for result.json, .geojson, .xlsx and report.html. 输出目录。", "", metavar="DIR"
    )
    title: str = option("Answer 结果", str, "Title of the report. 报告标题。", "")
    lang: str = option("Answer 结果", str, "First language of the report. 报告语言。", "zh", ("zh", "en"))
    json: bool = option("Answer 结果", bool, "Print the result as one JSON object. 以 JSON 输出。", False)

    def crs_of(self, layer: str) -> str:
        """Return what the coordinates of a layer are."""
        return str(getattr(self, f"{layer}_crs") or self.crs)

    @property
    def walk_m(self) -> float:
        """The walk that is taken to be near enough, metres."""
        return self.reach_m if self.reach_m is not None else self.walk_minutes * self.speed_kmh * 1000 / 60

    @property
    def detour_used(self) -> float:
        """Walk ÷ straight line as it is used."""
        if self.detour is not None:
            return self.detour
        return 1.0 if self.reach_m is not None or self.network else 1.3


@dataclass(frozen=True)
class Spelled:
    """An option as both commands spell it."""

    name: str
    flags: tuple[str, ...]
    kind: Kind
    default: Any
    required: bool
    help: str
    choices: tuple[str, ...]
    metavar: str
    group: str


def spelled(coordinates: Sequence[str], word: str = "crs") -> Iterator[Spelled]:
    """Yield every option; `word` is how this command calls the kind of coordinates, `coordinates` what it knows."""
    for one in fields(Options):
        about, choices = one.metadata, one.metadata["choices"]
        flag = "--" + one.name.replace("_", "-")
        flags: tuple[str, ...] = (flag,)
        if one.name.endswith("crs"):
            choices = tuple(coordinates)
            flags = (flag[:-3] + word,) if word == "crs" else (flag[:-3] + word, flag)
        required = one.default is MISSING
        default = None if required else one.default
        yield Spelled(
            one.name, flags, about["kind"], default, required, about["help"], choices, about["metavar"], about["group"]
        )


def parser(program: str, about: str, end: str, coordinates: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of `python -m xiaojia_locate`."""
    made = argparse.ArgumentParser(
        prog=program,
        description=about,
        epilog=end,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    groups: dict[str, Any] = {}
    for one in spelled(coordinates):
        group = groups.setdefault(one.group, made.add_argument_group(one.group))
        if one.kind is bool:
            group.add_argument(*one.flags, dest=one.name, action="store_true", help=one.help)
            continue
        shown = "" if one.default in (None, "") else f" [{one.default}]"
        more: dict[str, Any] = (
            {"choices": one.choices} if one.choices else {"metavar": one.metavar or one.kind.__name__.upper()}
        )
        group.add_argument(
            *one.flags, dest=one.name, type=one.kind, default=one.default, required=one.required,
            help=(one.help + shown).replace("%", "%%"), **more,
        )  # fmt: skip
    return made


def from_values(values: Mapping[str, Any]) -> Options:
    """Return the options from what a parser found; an option left out (None) keeps its default."""
    known = {one.name for one in fields(Options)}
    kept = {name: value for name, value in values.items() if name in known and value is not None}
    return Options(**kept)
