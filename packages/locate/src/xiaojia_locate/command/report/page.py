"""Which page does a reader get? Headline, picture, proof, curve, chosen sites, assumptions: Chinese first, or English."""

from collections.abc import Iterable
from html import escape

from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.report import chart, diagram, slots, tables
from xiaojia_locate.command.report.style import sheet
from xiaojia_locate.command.report.words import Words
from xiaojia_locate.command.result import Result
from xiaojia_locate.command.words import headline, number, proof, share

LOGO = (
    '<svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><path d="M4 15 16 5l12 10" fill="none" stroke="var(--roof)" stroke-width="3" '
    'stroke-linecap="round" stroke-linejoin="round"/><rect x="10" y="17" width="12" height="10" rx="1.5" fill="var(--lamp)"/></svg>'
)


def page(posed: Posed, result: Result) -> str:
    """Return the report as one self-contained HTML page."""
    say = Words(posed.options.lang)
    title = posed.options.title or say.one("下一批站点选址报告", "Where to open the next sites")
    english, chinese = headline(result)
    parts = [
        f'<header>{LOGO}<div><h1>{escape(title)}</h1><p class="lead">{say.both(chinese, english)}</p></div></header>',
        _facts(result, say), _picture(posed, result, say), _proof(result, say), _slots(result, say), _curve(result, say),
        tables.districts(result, say), tables.sites(result, say),
        _assumptions(result, say), _footer(result, say),
    ]  # fmt: skip
    return document(title, posed.options.lang, parts)


def document(title: str, lang: str, parts: Iterable[str]) -> str:
    """Return a page of parts."""
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{sheet()}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _facts(result: Result, say: Words) -> str:
    before, after = result["coverage"]["before"], result["coverage"]["after"]
    twice = f"{share(before['twice_share'])} → {share(after['twice_share'])}"
    rows = [
        (say.both("现在够得着", "within reach now"), share(before["once_share"]), number(before["once"])),
        (say.both("新增以后", "with the new sites"), share(after["once_share"]), number(after["once"])),
        (
            say.both("新增覆盖", "added"),
            "+" + number(round(after["once"] - before["once"], 6)),
            f"{len(result['sites'])} " + say.one("处", "sites"),
        ),
        (
            say.both("有两处够得着", "reached by two"),
            twice.split(" → ")[1],
            say.one("原来 ", "before ") + twice.split(" → ", maxsplit=1)[0],
        ),
    ]
    return '<dl class="facts">' + "".join(
        f'<div class="fact"><dt>{name}</dt><dd>{value}<small>{below}</small></dd></div>' for name, value, below in rows
    ) + "</dl>"  # fmt: skip


def _picture(posed: Posed, result: Result, say: Words) -> str:
    drawing = diagram.draw(posed.drawn or posed, result)
    outside = f"图外有 {drawing.outside_sites} 个已建站点、{share(drawing.outside_share)} 的需求。"
    outside_en = f"Outside: {drawing.outside_sites} existing sites, {share(drawing.outside_share)} of the demand."
    by_foot = posed.options.network or posed.options.barriers
    ring = ("沿路步行，不画圈。", "walks bend, so no rings.") if by_foot else ("圈为服务半径。", "rings = reach.")
    note = say.both(
        f"示意图，无底图；每格约 {drawing.cell_m:,.0f} 米，颜色越深需求越多；{ring[0]}{outside}",
        f"A diagram without a map; a cell is about {drawing.cell_m:,.0f} m, stronger = more demand; {ring[1]} {outside_en}",
    )
    title = f"<h2>{say.both('在哪里', 'Where')}</h2>"
    near = ""
    if drawing.closer:
        head = say.both("放大：新站点最集中的一带", "Closer: where most new sites are")
        near = f'<section class="card"><h2>{head}</h2><div class="draw" tabindex="0">{drawing.closer}</div></section>'
    return (
        f'<section class="card">{title}<div class="draw" tabindex="0">{drawing.svg}</div>{_legend(say)}'
        f'<p class="note">{note}</p></section>{near}'
    )


def _legend(say: Words) -> str:
    square = '<svg viewBox="0 0 16 16"><rect class="{}" width="16" height="16" rx="2"/></svg>'
    keys = [
        (square.format("had"), "原来就够得着", "within reach before"), (square.format("fresh"), "新增后够得着", "newly within reach"),
        (square.format("none"), "仍够不着", "not within reach"),
        ('<svg viewBox="-9 -9 18 18"><use href="#house"/></svg>', "已建站点", "existing"),
        ('<svg viewBox="0 0 16 16"><circle class="stop" cx="8" cy="8" r="7"/></svg>', "新站点（数字为次序）", "new, numbered by gain"),
    ]  # fmt: skip
    return (
        '<ul class="legend">'
        + "".join(f"<li>{mark}<span>{say.one(zh, en)}</span></li>" for mark, zh, en in keys)
        + "</ul>"
    )


def _proof(result: Result, say: Words) -> str:
    english, chinese = proof(result)
    kind = ("proven", "已证明最优", "proven best") if result["proven"] else ("unproven", "尚未证明", "not proven")
    dot = '<svg class="dot" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.5" fill="{}" stroke="currentColor" stroke-width="1.6"/></svg>'
    dot = dot.format("currentColor" if result["proven"] else "none")
    figures = say.both(
        f"目标值 {number(result['value'])}，上界 {number(result['bound'])}，差距 {result['gap']:.4%}；求解 {result['elapsed_s']:.1f} 秒。",
        f"Value {number(result['value'])}, bound {number(result['bound'])}, gap {result['gap']:.4%}; {result['elapsed_s']:.1f} s.",
    )
    return (
        f'<section class="card"><h2>{say.both("为什么是这些", "Why these")}</h2>'
        f'<p><span class="pill {kind[0]}">{dot}{say.one(kind[1], kind[2])}</span></p>'
        f'<p class="lead">{say.both(chinese, english)}</p><p>{figures}</p></section>'
    )


def _slots(result: Result, say: Words) -> str:
    found = result.get("slots")
    if not found:
        return ""
    drawn = slots.draw(found["minutes"], found["total"], found["covered"])
    names = "、".join(str(one["name"] or one["id"] or one["row"]) for one in result["extended"])
    longer = say.both(f"建议延长开放：{names}", f"Should stay open longer: {names}") if names else ""
    return (
        f'<section class="card"><h2>{say.both("几点钟覆盖多少", "Coverage by the hour")}</h2>'
        f'<div class="draw fit">{drawn}</div><p>{longer}</p></section>'
    )


def _curve(result: Result, say: Words) -> str:
    points, chosen = result["curve"], len(result["sites"])
    if len(points) < 2 or not result["demand_total"]:
        return ""
    drawn = chart.draw(points, result["total"] if result["problem"] == "backup" else result["demand_total"], chosen)
    if all(one["bound"] is not None for one in points):
        best = all(one["bound"] <= one["value"] * (1 + 1e-9) for one in points)
        note = say.both(
            "每一点都是该数量下已证明的最优。" if best else "每一点都附有上界，见数据表。",
            "Every point is proven best for its number." if best else "Every point has its bound; see the table.",
        )
    else:
        note = say.both(
            "大圆点是所选方案；其余各点用逐个选最好的办法算出，是能做到的下限。",
            "The large dot is the answer; the others open the best next site each time: what can be reached at least.",
        )
    names = [("新增", "new"), ("覆盖", "covered"), ("比例", "share"), ("上界", "bound")]
    head = "<tr>" + "".join(f'<th class="n">{say.one(zh, en)}</th>' for zh, en in names) + "</tr>"
    total = result["total"] if result["problem"] == "backup" else result["demand_total"]
    rows = "".join(
        f'<tr><td class="n">{one["open"]}</td><td class="n">{number(one["value"])}</td><td class="n">{share(one["value"] / total)}</td>'
        f'<td class="n">{number(one["bound"])}</td></tr>' for one in points
    )  # fmt: skip
    table = f"<details><summary>{say.one('数据表', 'As a table')}</summary><table>{head}{rows}</table></details>"
    return (
        f'<section class="card"><h2>{say.both("多少处，覆盖多少", "How many sites for how much coverage")}</h2>'
        f'<div class="draw fit">{drawn}</div><p class="note">{note}</p>{table}</section>'
    )


def _assumptions(result: Result, say: Words) -> str:
    rows = "".join(f"<li>{say.both(one['zh'], one['en'])}</li>" for one in result["assumptions"])
    return (
        f'<section class="card"><h2>{say.both("前提", "What was assumed")}</h2><ul class="list">{rows}</ul></section>'
    )


def _footer(result: Result, say: Words) -> str:
    asked = " ".join(
        f"--{name.replace('_', '-')}" + ("" if value is True else f" {value}")
        for name, value in result["options"].items() if value not in (None, "", False)
    )  # fmt: skip
    packages = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return (
        f"<footer><details><summary>{say.one('怎样得出', 'How it was made')}</summary>"
        f"<pre>{escape(asked)}\n{escape(packages)}</pre></details>"
        f"<p>{escape(result['written'].replace('T', ' '))}</p></footer>"
    )
