"""What was assumed? Distance, speed, detour, coordinates, what demand and candidates are: a reader must see it all."""

from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.variants import full_m

Pair = tuple[str, str]


def assumptions(posed: Posed) -> list[Pair]:
    """Return every assumption in English and Chinese."""
    return [_distance(posed), _coordinates(posed), _candidates(posed), *_goal(posed), *posed.notes]


def _distance(posed: Posed) -> Pair:
    options = posed.options
    straight = options.walk_m / options.detour_used
    if options.network:
        return (
            f"Near enough = a walk of {options.walk_m:,.0f} m along the streets of {options.network.split('/')[-1]}.",
            f"“够得着”指沿路网（{options.network.split('/')[-1]}）步行不超过 {options.walk_m:,.0f} 米。",
        )
    if options.reach_m is not None:
        start = (f"Near enough = {options.walk_m:,.0f} m", f"“够得着”指距离不超过 {options.walk_m:,.0f} 米")
    else:
        start = (
            f"Near enough = {options.walk_minutes:g} minutes on foot at {options.speed_kmh:g} km/h = {options.walk_m:,.0f} m",
            f"“够得着”指步行 {options.walk_minutes:g} 分钟（时速 {options.speed_kmh:g} 公里，即 {options.walk_m:,.0f} 米）",
        )
    if options.detour_used == 1:
        return start[0] + " in a straight line.", start[1] + "，按直线距离计。"
    return (
        f"{start[0]}; a walk is taken to be {options.detour_used:g} × the straight line, so {straight:,.0f} m as the crow flies.",
        f"{start[1]}；绕行系数 {options.detour_used:g}，相当于直线 {straight:,.0f} 米。",
    )


def _coordinates(posed: Posed) -> Pair:
    parts = [(layer.name, layer.crs) for layer in (posed.demand, posed.candidates, posed.existing) if layer is not None]
    said = ", ".join(f"{name} {crs}" for name, crs in parts)
    zh_names = {"demand": "需求点", "candidates": "候选点", "existing": "已建站点"}
    zh = "，".join(f"{zh_names[name]} {crs}" for name, crs in parts)
    if posed.demand.crs == "metres":
        return f"Coordinates are metres: {said}.", f"坐标单位为米：{zh}。"
    return (
        f"Coordinates were read as: {said}; distances are great circles between WGS-84 positions.",
        f"坐标系：{zh}；距离按 WGS-84 大圆计算。",
    )


def _candidates(posed: Posed) -> Pair:
    status = posed.candidates.status
    points = posed.n_points or len(posed.demand)
    must, never = status.count("mandatory"), status.count("forbidden")
    return (
        f"{points:,} points of demand, {len(posed.candidates):,} candidates ({must} mandatory, {never} forbidden), "
        f"{len(posed.fixed):,} sites open already, which stay open.",
        f"需求点 {points:,} 个，候选点 {len(posed.candidates):,} 个（必选 {must}、禁止 {never}），"
        f"已建站点 {len(posed.fixed):,} 个，全部保留。",
    )


def _hours(posed: Posed) -> Pair:
    options = posed.options
    more = f"; {options.extend} of them may keep {options.extend_hours}" if options.extend else ""
    more_zh = f"，其中 {options.extend} 处可延长到 {options.extend_hours}" if options.extend else ""
    return (
        f"Demand is the mean of the days for each of {len(posed.slots)} times of day, and counts where a site within reach is "
        f"open then; sites without hours of their own are open {options.open_hours}{more}.",
        f"需求按一天 {len(posed.slots)} 个时段、各天平均计；够得着且当时开着才算覆盖；"
        f"未填开放时间的站点按 {options.open_hours} 计{more_zh}。",
    )


def _goal(posed: Posed) -> list[Pair]:
    options, share = posed.options, posed.options.second_share
    if options.cover_share is not None:
        by = ("cheapest", "费用最少") if posed.costs is not None else ("fewest", "数量最少")
        return [(
            f"Asked: the {by[0]} sites with which {options.cover_share:.1%} of the demand is within reach.",
            f"目标：使 {options.cover_share:.1%} 的需求够得着，且{by[1]}。",
        )]  # fmt: skip
    if options.problem == "gradual":
        return [(
            f"A site counts in full up to a walk of {full_m(posed):,.0f} m, then less and less, nothing from {options.walk_m:,.0f} m on.",
            f"步行 {full_m(posed):,.0f} 米以内按全部计，再远逐渐减少，到 {options.walk_m:,.0f} 米为零。",
        )]  # fmt: skip
    if options.problem == "expected":
        return [(
            f"A site is open with its own probability, or {options.open_probability:g} where none is given; independently of others.",
            f"每个站点按各自的开放概率计（未填按 {options.open_probability:g}），彼此独立。",
        )]  # fmt: skip
    if posed.options.problem == "hours":
        return [_hours(posed)]
    if posed.options.problem == "center":
        return [
            (
                "Everybody walks to the nearest open site; the longest of these walks is the shortest possible.",
                "每人去最近的站点；使最远的一段步行最短。",
            )
        ]
    if posed.options.problem == "median":
        return [(
            "Everybody walks to the nearest open site; the sum of weight × walk in metres is the least possible.",
            "每人去最近的站点；使“需求 × 步行米数”的总和最小。",
        )]  # fmt: skip
    if posed.options.problem == "backup":
        return [(
            f"A second site within reach counts {share:g} of a first one (backup coverage).",
            f"第二个站点够得着时，按第一次的 {share:g} 计（交叉覆盖）。",
        )]  # fmt: skip
    return []
