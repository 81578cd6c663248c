"""How is the answer said? The headline and the proof in plain words, in English and Chinese."""

from typing import Any

Result = dict[str, Any]
Pair = tuple[str, str]


def number(value: float | int | None) -> str:
    """Return a number with thousands, at most one decimal.

    >>> number(9290), number(0.25), number(None)
    ('9,290', '0.25', '–')
    """
    if value is None:
        return "–"
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def share(value: float) -> str:
    """Return a share in per cent with one decimal.

    >>> share(0.5289)
    '52.9 %'
    """
    return f"{value * 100:.1f} %"


def headline(result: Result) -> Pair:
    """Return what the new sites do for the coverage."""
    before, after = result["coverage"]["before"], result["coverage"]["after"]
    if "slots" in result:
        return _by_hour(result)
    if result["problem"] == "center":
        was = result["before"]
        before, zh_before = (f"; before: {was:,.0f} m", f"，原来 {was:,.0f} 米") if was is not None else ("", "")
        return (
            f"{len(result['sites'])} new sites: nobody walks farther than {result['value']:,.0f} m{before}.",
            f"新增 {len(result['sites'])} 处：最远的人步行 {result['value']:,.0f} 米{zh_before}。",
        )
    if "mean_walk_m" in result:
        return _walks(result)
    count = len(result["sites"])
    return (
        f"{count} new sites: {number(after['once'])} of {number(result['demand_total'])} within reach "
        f"({share(after['once_share'])}); before: {number(before['once'])} ({share(before['once_share'])}).",
        f"新增 {count} 处：够得着的需求 {number(after['once'])}（{share(after['once_share'])}），"
        f"原来 {number(before['once'])}（{share(before['once_share'])}），共 {number(result['demand_total'])}。",
    )


def _by_hour(result: Result) -> Pair:
    count, total = len(result["sites"]), result["total"] or 1.0
    now, then = share((result["before"] or 0) / total), share((result["value"] or 0) / total)
    reach = share(result["coverage"]["after"]["once_share"])
    return (
        f"{count} new sites: {then} of the demand is within reach of a site that is open when it is needed; before: {now}. "
        f"Within reach at any hour: {reach}.",
        f"新增 {count} 处：{then} 的需求在需要的时候有开着的站点够得着，原来 {now}；不论几点，够得着的有 {reach}。",
    )


def _walks(result: Result) -> Pair:
    count, before, after = len(result["sites"]), result["mean_walk_m"]["before"], result["mean_walk_m"]["after"]
    was = (f"; before: {before:,.0f} m", f"，原来 {before:,.0f} 米") if before is not None else ("", "")
    return (
        f"{count} new sites: the mean walk to the nearest is {after:,.0f} m{was[0]}.",
        f"新增 {count} 处：到最近站点平均步行 {after:,.0f} 米{was[1]}。",
    )


def proof(result: Result) -> Pair:
    """Return what is proven, in plain words; a search that was ended never sounds like a proof."""
    if result.get("districts"):
        return _by_district(result)
    what, zh_what = MEASURES[result["problem"]]
    value, bound, count = number(result["value"]), number(result["bound"]), _asked(result)
    if result["proven"] and result["problem"] == "set_cover":
        return _least(result)
    if result["proven"]:
        if result["minimised"]:
            return (
                f"Proven: no other choice that satisfies the conditions needs less than {value} {what}.",
                f"已证明：满足同样条件的任何其他选法，{zh_what}都不会少于 {value}。",
            )
        same = "of the same cost" if result["options"]["budget"] is not None else f"of {count} places"
        zh_same = "不超预算的" if result["options"]["budget"] is not None else f"选 {count} 处的"
        return (
            f"Proven: no other choice {same} {what} more than {value}.",
            f"已证明：任何其他{zh_same}方案，{zh_what}都不会超过 {value}。",
        )
    why = WHY[result["reason"]]
    worse = share(result["gap"]) if result["gap"] >= 0.0005 else f"{result['gap'] * 100:.3f} %"
    sign, zh_sign = ("at least", "至少要") if result["minimised"] else ("at most", "至多能")
    return (
        f"Not proven best: {why[0]}. Any choice {sign} {bound}, found {value}: at most {worse} better is possible.",
        f"尚未证明最优：{why[1]}。任何方案{zh_sign}达到 {bound}，目前找到 {value}，最多还能好 {worse}。",
    )


def _least(result: Result) -> Pair:
    """What is proven of the fewest or cheapest sites for a share of the demand."""
    goal, value = share(result["options"]["cover_share"]), number(result["value"])
    if any("cost" in site for site in result["sites"]):
        return (
            f"Proven: no other choice that brings {goal} of the demand within reach costs less than {value}.",
            f"已证明：要让 {goal} 的需求够得着，任何其他选法的费用都不会少于 {value}。",
        )
    return (
        f"Proven: no other choice brings {goal} of the demand within reach with fewer than {value} new sites.",
        f"已证明：要让 {goal} 的需求够得着，任何其他选法都不会少于 {value} 处。",
    )


def _asked(result: Result) -> int:
    """How many sites were to be opened; fewer are chosen where no other adds anything."""
    asked = result["options"]["open"]
    return len(result["sites"]) if asked is None else int(asked)


def _by_district(result: Result) -> Pair:
    """What is proven district by district, and what is not: how the sites are split between districts."""
    districts = result["districts"]
    best = sum(bool(one.get("proven")) for one in districts)
    failed = [one["district"] for one in districts if "error" in one]
    value, bound = number(result["value"]), number(result["bound"])
    sum_en = (
        f"the districts together reach {value}, at most {bound} with this split"
        if not result["minimised"]
        else f"together {value}"
    )
    sum_zh = f"各区合计 {value}，按这样分配最多 {bound}" if not result["minimised"] else f"合计 {value}"
    english = f"{best} of {len(districts)} districts are proven best with the sites they were given; {sum_en}."
    chinese = f"{len(districts)} 个区中有 {best} 个区已证明在所分数量下最优；{sum_zh}。"
    if failed:
        english += f" No answer: {', '.join(failed)}."
        chinese += f"没有结果的区：{'、'.join(failed)}。"
    return (
        english + " How sites are split between districts is not part of the proof.",
        chinese + "区与区之间怎样分配不在证明之内。",
    )


WHY = {
    "time": ("the time limit ended the search", "求解到了时限"),
    "cancelled": ("the search was stopped by hand", "求解被人为停止"),
    "gap": ("the search stopped at the gap that was asked for", "已达到要求的差距，停止求解"),
    "proven": ("", ""),
}
MEASURES = {
    "cover": ("covers", "覆盖的需求"),
    "backup": ("covers, the second time counted as said,", "覆盖的需求（含第二次覆盖的折算）"),
    "gradual": ("covers, near counting more than far,", "按远近折算的覆盖需求"),
    "expected": ("covers, on average over sites that may be closed,", "考虑站点可能关闭后的期望覆盖"),
    "hours": ("covers, hour by hour,", "按时段计的覆盖需求"),
    "set_cover": ("for the same share", "所需的数量（或费用）"),
    "median": ("metres of walking in all", "总步行米数（需求 × 米）"),
    "center": ("metres as the longest walk", "最远一处的步行米数"),
}
