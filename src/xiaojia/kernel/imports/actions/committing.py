"""How do the rows of a sheet become real? All or the good ones, in one transaction, piece by piece."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.imports import access
from xiaojia.kernel.imports.actions.judging import judge
from xiaojia.kernel.imports.actions.matching import job_of
from xiaojia.kernel.imports.actions.storing import chunks_of, count, keep_written
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import BatchError, Importer, Issue, Job, Judged, Progress, Verdict
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import XiaojiaError, gettext_noop

WRITING = (Row.Verdict.CREATE, Row.Verdict.CHANGE)
PIECE_ROWS = 500
HELD = (Row.Verdict.ERROR, Row.Verdict.DUPLICATE, Row.Verdict.ASK)


def commit(*, actor: Actor, batch: Batch, only_good: bool, progress: Progress | None = None) -> Batch:
    """Write the rows that create or change something; return the batch with what became of each row.

    The rows are judged once more first, since the registry may have moved on. With `only_good` rows in error stay behind,
    also one that fails only now; without it one such row undoes everything. It is one transaction: whoever stops it on the
    way leaves nothing. Raises: BatchError `questions_open`, `rows_held` (with their number), `closed`.
    """
    try:
        with transaction.atomic():
            return _commit(actor, batch, only_good, progress)
    except _RowFailed as failure:
        failure.remember(batch)
        raise BatchError(
            "row_failed",
            gettext_noop("第%(number)s行没有写进去：%(why)s 整批都没有提交；改好这一行，或只提交没问题的行。"),
            {"number": failure.number, "why": str(failure.issue)},
        ) from failure


class _RowFailed(Exception):
    """A row failed in the all-or-nothing commit; the transaction is gone, this is what is left."""

    def __init__(self, number: int, issue: Issue) -> None:
        super().__init__(number)
        self.number, self.issue = number, issue

    def remember(self, batch: Batch) -> None:
        """Write the error beside the row, outside the lost transaction."""
        row = batch.rows.get(number=self.number)
        row.verdict, row.errors = Row.Verdict.ERROR, [*row.errors, self.issue.as_json()]
        row.save(update_fields=["verdict", "errors"])
        batch.counts = count(batch)
        batch.save(update_fields=["counts"])


def _commit(actor: Actor, batch: Batch, only_good: bool, progress: Progress | None) -> Batch:
    held = judge(access.get(actor, batch.pk, lock=True), actor=actor, progress=progress)
    if held.state != Batch.State.READY:
        raise BatchError(
            "questions_open",
            gettext_noop("还有%(count)s个问题没有回答，回答后才能提交。"),
            {"count": len(held.questions)},
        )
    stuck = held.rows.filter(verdict__in=HELD)
    if not only_good and (first := stuck.first()) is not None:
        raise BatchError(
            "rows_held",
            gettext_noop("有%(count)s行不能提交（先看第%(number)s行）。改好再传，或只提交没问题的行。"),
            {"count": stuck.count(), "number": first.number},
        )
    importer, job = importer_of(held.kind), job_of(held, actor)
    done, writes = 0, sum(held.counts.get(verdict, 0) for verdict in WRITING)
    for rows in chunks_of(held, *WRITING, size=PIECE_ROWS):
        _write(importer, job, rows, only_good)
        keep_written(held.pk, rows)
        done += len(rows)
        if progress:
            progress(done, writes)
    return _close(held, actor)


def _write(importer: Importer, job: Job, rows: Sequence[Row], only_good: bool) -> None:
    """Write a piece at once; when a row of it cannot be written, row by row."""
    try:
        with transaction.atomic():
            _apply(importer, job, rows)
    except XiaojiaError:
        for row in rows:
            _write_one(importer, job, row, only_good)


def _write_one(importer: Importer, job: Job, row: Row, only_good: bool) -> None:
    try:
        with transaction.atomic():
            _apply(importer, job, [row])
    except XiaojiaError as error:
        if not only_good:
            raise _RowFailed(row.number, Issue.of(error)) from error
        row.verdict, row.errors = Row.Verdict.ERROR, [*row.errors, Issue.of(error).as_json()]


def _apply(importer: Importer, job: Job, rows: Sequence[Row]) -> None:
    for row, written in zip(rows, importer.apply(job, [_judged(row) for row in rows]), strict=True):
        row.applied = row.target = written.id
        row.before, row.version = written.before, written.version


def _judged(row: Row) -> Judged:
    return Judged(row.number, Verdict(row.verdict), row.values, [], [], row.target, row.confidence)


def _close(batch: Batch, actor: Actor) -> Batch:
    batch.counts = count(batch)
    batch.state, batch.committed_at, batch.message = Batch.State.COMMITTED, timezone.now(), ""
    batch.save(update_fields=["counts", "state", "committed_at", "message"])
    record(
        actor,
        "imports.committed",
        kind="batch",
        id=batch.pk,
        label=batch.filename,
        sheet=batch.kind,
        rows=batch.rows_total,
        **{name: batch.counts.get(name, 0) for name in ("create", "change", "same", "error")},
    )
    return batch
