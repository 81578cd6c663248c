"""What stands in rows on the page? The new sites with what each is worth, and the districts."""

from html import escape
from typing import Any

from xiaojia_locate.command.report.words import Words
from xiaojia_locate.command.result import Result
from xiaojia_locate.command.words import number, share


def sites(result: Result, say: Words) -> str:
    has_cost = any("cost" in one for one in result["sites"])
    names = [("", "#", ""), ("", "地点", "place"), ("n", "新增", "adds"), ("n", "撤掉会少", "lost if closed")]
    names += [("n", "费用", "cost")] if has_cost else []
    names += [("", "最佳替代", "best replacement"), ("n", "替代后", "then")]
    head = "".join(f'<th class="{kind}">{say.both(zh, en)}</th>' for kind, zh, en in names)
    rows = "".join(_row(one, has_cost, say) for one in result["sites"])
    return (
        f'<section class="card long"><h2>{say.both("新站点", "New sites")}</h2>'
        f'<div class="scroll" tabindex="0"><table class="wide"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _row(one: dict[str, Any], has_cost: bool, say: Words) -> str:
    other = one["replacement"]
    cost = f'<td class="n">{number(one.get("cost"))}</td>' if has_cost else ""
    place = _place(one, say)
    instead = _place(other, say) if other else "–"
    change = f"{'+' if (other['change'] or 0) > 0 else ''}{number(other['change'])}" if other else "–"
    return (
        f'<tr><td><span class="rank">{one["rank"]}</span></td><td>{place}</td><td class="n">+{number(one["gain"])}</td>'
        f'<td class="n">{number(one["marginal"])}</td>{cost}<td>{instead}</td><td class="n">{change}</td></tr>'
    )


def _place(site: dict[str, Any], say: Words) -> str:
    name = site["name"] or site["id"] or (say.one("第", "row ") + str(site["row"]) + say.one("行", ""))
    given = ", ".join(f"{value:.{6 if abs(value) <= 180 else 1}f}" for value in site["given"])
    parts = [site["id"] if site["id"] != name else "", site["district"], given]
    return f'{escape(str(name))}<span class="sub">{escape(" · ".join(filter(None, parts)))}</span>'


def districts(result: Result, say: Words) -> str:
    """Return the table of districts, nothing where there are none."""
    if not result.get("districts"):
        return ""
    names = [
        ("", "区", "district"),
        ("n", "新增", "new"),
        ("n", "原来", "before"),
        ("n", "以后", "after"),
        ("", "证明", "proof"),
    ]
    head = "".join(f'<th class="{kind}">{say.both(zh, en)}</th>' for kind, zh, en in names)
    rows = "".join(_district(one, say) for one in result["districts"])
    title = say.both("各区", "By district")
    return (
        f'<section class="card long"><h2>{title}</h2><div class="scroll" tabindex="0"><table class="wide"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _district(one: dict[str, Any], say: Words) -> str:
    name = f"<td>{escape(one['district'])}</td>"
    if "error" in one:
        why = say.both(one["error"]["chinese"], one["error"]["message"])
        return f'<tr>{name}<td class="n">–</td><td class="n">–</td><td class="n">–</td><td class="bad">{why}</td></tr>'
    before, after = one["coverage"]["before"], one["coverage"]["after"]
    said = say.one("已证明", "proven") if one["proven"] else say.one("差距 ", "gap ") + f"{one['gap']:.2%}"
    cells = (len(one["sites"]), share(before["once_share"]), share(after["once_share"]))
    figures = "".join(f'<td class="n">{cell}</td>' for cell in cells)
    return f"<tr>{name}{figures}<td>{said}</td></tr>"
