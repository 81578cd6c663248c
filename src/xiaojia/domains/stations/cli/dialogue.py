"""What is said and asked while a sheet comes in on the command line? English with a Chinese line."""

import shlex
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import click
from django.utils import translation

from xiaojia.domains.stations.rules import districts
from xiaojia.domains.stations.rules.districts import County
from xiaojia.kernel.imports import actions as imports
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.queries import held_rows, issue_text
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.queries import instance
from xiaojia.kernel.orgs.rules import Grant
from xiaojia.kernel.places.queries import counties
from xiaojia.lib.console import Exit, Stop, say

DATUMS = click.Choice(["wgs84", "gcj02", "bd09"])


def command_actor() -> tuple[Actor, Organisation]:
    """Return the actor of the command line, who may do everything below the instance's root, and that root."""
    found = instance()
    if found is None:
        raise Stop(
            Exit.CANNOT_REACH,
            "no_instance",
            "There is no instance here yet: xiaojia init",
            "这里还没有实例：xiaojia init",
        )
    root = found.root
    grant = Grant(root.pk, root.path, root.name, "admin", found.division.prefix)
    return Actor(account_id="cli", label="命令行", grants=(grant,)), root  # type: ignore[arg-type]


def settle(actor: Actor, batch: Batch, zones: Iterable[str], words: Iterable[str], *, asks: bool) -> Batch:
    """Give the answers from the command line, then ask for the rest once; return the judged batch.

    Its state is ASKING when a question stays open.
    """
    known = _counties()
    for text in zones:
        word, name, codes = _zone(text, known)
        _answer(actor, batch, word, {"zone": name, "lies_in": codes})
    for text in words:
        word, _name, codes = _zone(text, known)
        _answer(actor, batch, word, {"division": codes[0]})
    batch = imports.judge(batch, actor=actor)
    if asks and batch.state == Batch.State.ASKING:
        batch = _ask_all(actor, batch, known)
    return batch


def _counties() -> list[County]:
    found = instance()
    prefix = found.division.prefix if found else ""
    return [County(d.code, d.name, d.short_name) for d in counties(prefix)]


def _zone(text: str, known: list[County]) -> tuple[str, str, list[str]]:
    """Return (word, zone's name, codes) of WORD=DISTRICT,… or WORD:NAME=DISTRICT,…."""
    left, _equals, right = text.partition("=")
    word, _colon, name = left.partition(":")
    codes = [code for part in right.replace("，", ",").replace("、", ",").split(",") for code in _codes(part, known)]
    if not word.strip() or not codes:
        raise Stop(
            Exit.USAGE,
            "bad_zone",
            f'Write it as "高新区=中原区", not {text!r}.',
            f"请写成“高新区=中原区”，而不是“{text}”。",
        )
    return word.strip(), name.strip() or word.strip(), codes


def _codes(name: str, known: list[County]) -> list[str]:
    name = name.strip()
    codes = [county.code for county in known if county.code == name] or districts.find(name, known)
    if not codes:
        names = "、".join(county.name for county in known)
        raise Stop(
            Exit.USAGE,
            "unknown_district",
            f"No district {name!r} here. Known: {names}.",
            f"没有“{name}”这个区县。现有：{names}。",
        )
    return codes


def _answer(actor: Actor, batch: Batch, word: str, meaning: dict[str, Any]) -> None:
    imports.answer(actor=actor, batch=batch, field="district", word=word, meaning=meaning)


def _ask_all(actor: Actor, batch: Batch, known: list[County]) -> Batch:
    for question in [q for q in batch.questions if q["field"] == "_option"]:
        value = click.prompt(f"{question['word']}: coordinates of which map? 坐标来自哪种地图", type=DATUMS)
        imports.choose(actor=actor, batch=batch, options={question["word"]: value})
        batch = imports.judge(Batch.objects.get(pk=batch.pk), actor=actor)
    for question in [q for q in batch.questions if q["field"] == "district" and q["blocking"]]:
        say(
            f"{question['word']}: {question['rows']} rows; their points lie in {_spread(question)}.",
            f"“{question['word']}”有{question['rows']}行，不是有代码的区县。",
        )
        text = click.prompt(
            "  Lies in (districts, by comma) 落在哪些区县", default=",".join(_suggested(question)) or None
        )
        word, name, codes = _zone(f"{question['word']}={text}", known)
        _answer(actor, batch, word, {"zone": name, "lies_in": codes})
    return imports.judge(batch, actor=actor)


def _spread(question: dict[str, Any]) -> str:
    return "、".join(f"{c['name']} {c['rows']}" for c in question["details"].get("candidates", []) if c["rows"]) or "–"


def _suggested(question: dict[str, Any]) -> list[str]:
    return [c["name"] for c in question["details"].get("candidates", []) if c["suggested"]]


def open_questions(batch: Batch) -> dict[str, Any]:
    """Say what must be answered first and with which options; return the outcome with the questions for programs."""
    from xiaojia.lib.console import result

    asked, lines = [], []
    for question in batch.questions:
        option, line = _option_for(question, batch)
        if line:
            lines.append(line)
            asked.append({"word": question["word"], "rows": question["rows"], "option": option, **question["details"]})
    text, options = "\n".join(lines), " ".join(q["option"] for q in asked if q["option"])
    outcome = summary(batch, "asking") | {"questions": asked}
    result(
        outcome,
        "Staged; nothing is in the registry yet, because the sheet leaves something open. "
        f"Check, and run it again with these options:\n{text}\nAll at once: {options}",
        "已读入，但还没有写入站点：表里有几处要先说明。请核对上面的建议，加上这些选项再运行一次；也可以在办公端“导入”里回答。",
    )
    return outcome


def _option_for(question: dict[str, Any], batch: Batch) -> tuple[str, str]:
    """The option that answers a question and the line that explains it; two empty texts when it need not be answered."""
    if question["field"] == "_option":
        return "--datum gcj02", "  --datum gcj02|wgs84|bd09"
    if question["field"] == "_column":
        return "", f"  the sheet has no column for {question['word']!r}; its columns: {'、'.join(batch.header)}"
    if not question["blocking"]:
        return "", ""
    option = f"--zone {shlex.quote(question['word'] + '=' + ','.join(_suggested(question)))}"
    return option, f"  {option}    ({question['rows']} rows lie in {_spread(question)})"


def tell(batch: Batch) -> None:
    """Say what the sheet amounts to, and what is wrong with which row."""
    counts = batch.counts
    said = ", ".join(f"{counts[key]} {key}" for key in Row.Verdict.values if counts.get(key))
    chinese = "，".join(f"{Row.Verdict(key).label} {counts[key]}" for key in Row.Verdict.values if counts.get(key))
    say(f"{batch.rows_total} rows staged: {said}.", f"读入 {batch.rows_total} 行：{chinese}。")
    for note in batch.notes:
        say(f"Warning: {_english(note)}", f"注意：{issue_text(note)}")
    for row in held_rows(batch):
        _tell_row(row, [*row.errors, *row.warnings])
    for row in batch.rows.filter(warnings__contains=[{"code": "border"}], verdict__in=["create", "change"]):
        _tell_row(row, [w for w in row.warnings if w["code"] == "border"], mark="warning")
    if counts.get("warning:unplaced"):
        count = counts["warning:unplaced"]
        say(
            f"{count} rows have no position yet: they wait on the list of unplaced stations.",
            f"{count} 行没有坐标，进入待定位清单。",
        )


def _tell_row(row: Row, issues: list[dict[str, Any]], mark: str = "") -> None:
    name = " ".join(str(row.values.get(key, "")) for key in ("source_key", "name")).strip()
    for issue in issues:
        english, chinese = _english(issue), issue_text(issue)
        say(
            f"  row {row.number:>4}  {mark or row.verdict:<9} {name}: {issue['code']}",
            f"            {chinese}" + (f"\n            {english}" if english != chinese else ""),
        )


def _english(issue: dict[str, Any]) -> str:
    with translation.override("en"):
        return issue_text(issue)


def tell_result(outcome: dict[str, Any]) -> None:
    """Say what came in, and how to take it out again."""
    from xiaojia.lib.console import result

    counts = outcome["counts"]
    new, changed, same, held = (
        counts.get("create", 0),
        counts.get("change", 0),
        counts.get("same", 0),
        len(outcome["held"]),
    )
    result(
        outcome,
        f"{new} created, {changed} changed, {same} unchanged, {held} held. "
        f"To take it back: xiaojia stations undo {outcome['batch']}",
        f"新增 {new}，更新 {changed}，无变化 {same}，未提交 {held}。",
    )


def summary(batch: Batch, state: str) -> dict[str, Any]:
    """Return the outcome for programs: counts, the rows that were held with why, notes."""
    held = [
        {"row": row.number, "key": row.values.get("source_key", ""), "name": row.values.get("name", ""),
         "verdict": row.verdict, "errors": [issue_text(i) for i in [*row.errors, *row.warnings]]}
        for row in held_rows(batch)
    ]  # fmt: skip
    counts = {key: batch.counts[key] for key in Row.Verdict.values if batch.counts.get(key)}
    return {
        "batch": str(batch.pk),
        "state": state,
        "rows": batch.rows_total,
        "counts": counts,
        "unplaced": batch.counts.get("warning:unplaced", 0),
        "border": batch.counts.get("warning:border", 0),
        "held": held,
        "notes": [issue_text(note) for note in batch.notes],
    }


def exit_code(outcome: dict[str, Any]) -> int:
    """Return 4 when rows were held, else 0."""
    return Exit.PARTLY_REJECTED if outcome["held"] else Exit.OK


def batch_id(text: str) -> UUID:
    """Return a batch's id; raises Stop for what is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Stop(Exit.USAGE, "bad_batch", f"{text!r} is no batch id.", f"“{text}”不是批次编号。") from error
