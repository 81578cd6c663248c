"""How is a committed sheet taken back? Row by row from the end; what somebody touched since is kept and named."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.imports import access
from xiaojia.kernel.imports.actions.matching import job_of
from xiaojia.kernel.imports.actions.storing import chunks_of, keep_written
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import BatchError, Importer, Issue, Job, Progress, Taken
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import XiaojiaError, gettext_noop

PIECE_ROWS = 500


@dataclass
class Undone:
    """What an undo did: how many objects were removed, how many got their earlier values back, and which were kept."""

    removed: int = 0
    restored: int = 0
    kept: list[tuple[int, str, str]] = field(default_factory=list)
    """(row number, label, reason in Chinese)"""


@transaction.atomic
def undo(*, actor: Actor, batch: Batch, progress: Progress | None = None) -> Undone:
    """Take back what the commit wrote, as one deed; return what became of it. Raises BatchError `not_committed`.

    Mappings that were answered, and organisations founded for them, stay.
    """
    held = access.get(actor, batch.pk, lock=True)
    if held.state != Batch.State.COMMITTED:
        raise BatchError(
            "not_committed",
            gettext_noop("这个批次现在是“%(state)s”，没有可撤销的内容。"),
            {"state": held.get_state_display()},
            status=409,
        )
    importer, job = importer_of(held.kind), job_of(held, actor)
    outcome = Undone()
    done, writes = 0, held.rows.exclude(applied="").count()
    for rows in chunks_of(held, written=True, size=PIECE_ROWS):
        for row, taken in zip(rows, _take_back(importer, job, rows), strict=True):
            _note(outcome, row, taken)
        keep_written(held.pk, rows)
        done += len(rows)
        if progress:
            progress(done, writes)
    held.state, held.undone_at = Batch.State.UNDONE, timezone.now()
    held.message = _summary(outcome)[:300]
    held.save(update_fields=["state", "undone_at", "message"])
    record(
        actor,
        "imports.undone",
        kind="batch",
        id=held.pk,
        label=held.filename,
        removed=outcome.removed,
        restored=outcome.restored,
        kept=[number for number, _label, _why in outcome.kept],
    )
    return outcome


def _take_back(importer: Importer, job: Job, rows: list[Row]) -> list[Taken]:
    """Take a piece back at once; where something stands against it, row by row."""
    try:
        with transaction.atomic():
            return importer.revert(job, [(row.applied, row.before, row.version or 0) for row in rows])
    except XiaojiaError as error:
        if len(rows) == 1:
            return [Taken("kept", rows[0].values.get("name", rows[0].applied), Issue.of(error))]
    return [taken for row in rows for taken in _take_back(importer, job, [row])]


def _note(outcome: Undone, row: Row, taken: Taken) -> None:
    if taken.what == "kept":
        reason = taken.reason or Issue("kept", gettext_noop("之后有人改过，保留。"))
        row.warnings = [*row.warnings, reason.as_json()]
        outcome.kept.append((row.number, taken.label, str(reason)))
        return
    if taken.what == "removed":
        outcome.removed += 1
        row.target = ""
    else:
        outcome.restored += 1
    row.applied = ""


def _summary(outcome: Undone) -> str:
    text = f"撤销：删去 {outcome.removed}，恢复 {outcome.restored}，保留 {len(outcome.kept)}。"
    return text + "、".join(f"第{number}行{label}" for number, label, _why in outcome.kept)
