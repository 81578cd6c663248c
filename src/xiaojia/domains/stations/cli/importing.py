"""How does a sheet come in and go out again on the command line?"""

import sys
from pathlib import Path

import click
from django.db import transaction

from xiaojia.domains.stations.cli import dialogue
from xiaojia.kernel.imports import access as batches
from xiaojia.kernel.imports import actions as imports
from xiaojia.kernel.imports.models import Batch
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.console import Exit, Stop, json_option, progress, result, say
from xiaojia.lib.errors import XiaojiaError


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=dialogue.DATUMS, help="Where the coordinates come from. 坐标来自哪种地图。")
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="WORD=DISTRICT[,DISTRICT]",
    help='What a development zone is, e.g. "高新区=中原区"; repeatable. 开发区落在哪些区县。',
)
@click.option(
    "--district", "words", multiple=True, metavar="WORD=DISTRICT", help="What a misspelt district means. 写错的区县。"
)
@click.option(
    "--good-only/--all",
    default=True,
    show_default=True,
    help="Commit the rows without errors, or nothing unless all are good. 只提交没问题的行，或全部都好才提交。",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; keep nothing. 只说明会怎样，不保留。")
@click.option("--yes", is_flag=True, help="Ask nothing. 不再询问。")
@click.option(
    "--annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Write your own sheet here with one more column. 把带提示的原表写到这里。",
)
@json_option
def import_command(
    file: Path,
    datum: str | None,
    zones: tuple[str, ...],
    words: tuple[str, ...],
    good_only: bool,
    dry_run: bool,
    yes: bool,
    annotated: Path | None,
) -> int:
    """Read a sheet of stations in: xlsx, xls or CSV. 导入站点表。

    Exit codes: 0 done; 3 a question is open; 4 the good rows are in, others were held.
    """
    asks = sys.stdin.isatty() and not yes
    actor, root = dialogue.command_actor()
    with transaction.atomic():
        batch = imports.receive(
            actor=actor,
            org=root,
            kind="stations",
            filename=file.name,
            source=file,
            options={"datum": datum} if datum else {},
        )
        try:
            with progress("Reading rows", 100) as show:
                imports.read_rows(batch, progress=lambda done, total: show(100 * done // max(1, total)))
            batch = dialogue.settle(actor, batch, zones, words, asks=asks)
            dialogue.tell(batch)
            if annotated:
                annotated.write_bytes(imports.annotated(batch)[1])
            if batch.state == Batch.State.ASKING:
                dialogue.open_questions(batch)
                if dry_run:
                    transaction.set_rollback(True)
                return Exit.NEEDS_ANSWER
            if dry_run or (asks and not click.confirm("Commit? 提交吗？", default=True)):
                outcome = dialogue.summary(batch, "not_kept")
                imports.discard(actor=actor, batch=batch)
                transaction.set_rollback(True)
                result(outcome, "Nothing was kept.", "没有保留任何内容。")
                return dialogue.exit_code(outcome)
        except (XiaojiaError, Stop, click.Abort):
            imports.discard(actor=actor, batch=batch)
            raise
    return _commit(actor, batch, good_only, annotated)


def _commit(actor: Actor, batch: Batch, good_only: bool, annotated: Path | None) -> int:
    writing = batch.counts.get("create", 0) + batch.counts.get("change", 0)
    with progress("Writing stations", writing) as show:
        batch = imports.commit(actor=actor, batch=batch, only_good=good_only, progress=lambda done, _total: show(done))
    if annotated:
        annotated.write_bytes(imports.annotated(batch)[1])
    outcome = dialogue.summary(batch, "committed")
    dialogue.tell_result(outcome)
    return dialogue.exit_code(outcome)


@click.command()
@click.argument("batch")
@click.option("--yes", is_flag=True, help="Do not ask. 不再询问。")
@json_option
def undo(batch: str, yes: bool) -> None:
    """Take a committed BATCH out again. 撤销一个已提交的批次。"""
    actor, _root = dialogue.command_actor()
    held = batches.get(actor, dialogue.batch_id(batch))
    if sys.stdin.isatty() and not yes:
        click.confirm(f"Undo {held.filename} of {held.created_at:%Y-%m-%d}? 撤销吗？", abort=True)
    with progress("Taking back", held.rows_total) as show:
        outcome = imports.undo(actor=actor, batch=held, progress=lambda done, _total: show(done))
    kept = [{"row": number, "station": label, "reason": why} for number, label, why in outcome.kept]
    for line in kept:
        say(f"Kept: row {line['row']} {line['station']}", f"保留：第{line['row']}行，{line['reason']}")
    result(
        {"batch": str(held.pk), "removed": outcome.removed, "restored": outcome.restored, "kept": kept},
        f"Removed {outcome.removed}, restored {outcome.restored}, kept {len(kept)}.",
        f"删去 {outcome.removed}，恢复 {outcome.restored}，保留 {len(kept)}。",
    )
