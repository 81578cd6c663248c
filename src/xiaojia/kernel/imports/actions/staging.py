"""How does a sheet come in? The file is kept as it is, then its rows are read in pieces."""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.files.actions import forget, store
from xiaojia.kernel.files.models import File
from xiaojia.kernel.files.queries import path_of
from xiaojia.kernel.imports import access
from xiaojia.kernel.imports.actions.judging import judge
from xiaojia.kernel.imports.actions.storing import CHUNK_ROWS, add_rows
from xiaojia.kernel.imports.models import Batch, ColumnMemory
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import BatchError, Importer, Progress, match_titles
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.lib.errors import XiaojiaError, gettext_noop
from xiaojia.lib.sheets import Cell, Sheet, SheetError, as_text, read_sheet
from xiaojia.lib.sheets import Row as SheetRow

MAX_ROWS = 200_000
MAX_BYTES = 30 * 2**20
MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def stage(
    *,
    actor: Actor,
    org: Organisation,
    kind: str,
    filename: str,
    content: bytes | None = None,
    path: Path | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Keep the sheet, read all its rows, match the columns by name and memory, and judge the rows; return the batch.

    Raises: SheetError when it is no sheet, BatchError `not_found` when the actor may not write for `org`.
    """
    source = content if content is not None else path
    if source is None:
        raise ValueError("either content or path")
    batch = receive(actor=actor, org=org, kind=kind, filename=filename, source=source, options=options)
    return judge(read_rows(batch, progress=progress), actor=actor, progress=progress)


def receive(
    *,
    actor: Actor,
    org: Organisation,
    kind: str,
    filename: str,
    source: bytes | Path | IO[bytes],
    options: Mapping[str, Any] | None = None,
) -> Batch:
    """Keep the file and read its header alone; the rows follow by `read_rows`. The same file twice is two batches."""
    if not access.may_import(actor, org):
        raise access.not_found()
    importer = importer_of(kind)
    options = dict(options or {})
    if not isinstance(source, bytes | Path):
        source = source.read(MAX_BYTES + 1)
    sheet = _open(source, filename, importer, options, head_only=True)
    file = store(
        source,
        kind=File.Kind.SHEET,
        media_type=MEDIA_TYPES.get(sheet.kind, "application/vnd.ms-excel"),
        original_name=filename,
    )
    header = [title for title in sheet.header if title]
    return Batch.objects.create(
        kind=kind,
        org=org,
        file=file,
        filename=filename[:200],
        header=header,
        columns=match_titles(header, importer.fields, _memory(org, kind)),
        options=options,
        created_by=actor.label[:120],
        created_at=timezone.now(),
    )


def read_rows(batch: Batch, *, progress: Progress | None = None) -> Batch:
    """Read the rows of a received batch in pieces, each kept as it is read; what was read before is read anew.

    When the sheet breaks off on the way the batch is FAILED, its message says why, and the error is raised.
    """
    importer = importer_of(batch.kind)
    batch.rows.all().delete()
    try:
        sheet = _open(path_of(batch.file), batch.filename, importer, batch.options)
        _read(batch, sheet, progress)
    except XiaojiaError as error:
        batch.state, batch.message = Batch.State.FAILED, str(error)[:300]
        batch.save(update_fields=["state", "message"])
        raise
    return batch


def _read(batch: Batch, sheet: Sheet, progress: Progress | None) -> None:
    batch.rows_done = 0
    rows = sheet.rows(MAX_ROWS)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        with transaction.atomic():
            add_rows(batch.pk, ((row.number, _raw(sheet.header, row)) for row in chunk))
            batch.rows_done += len(chunk)
            batch.rows_total = max(sheet.height, batch.rows_done)
            batch.save(update_fields=["rows_total", "rows_done"])
        if progress:
            progress(batch.rows_done, batch.rows_total)
    batch.rows_total = batch.rows_done
    batch.save(update_fields=["rows_total"])


def _raw(header: Iterable[str], row: SheetRow) -> dict[str, str]:
    return {title: _text(cell) for title, cell in zip(header, row.cells, strict=False) if title and cell is not None}


def _text(cell: Cell) -> str:
    try:
        return (cell if type(cell) is str else as_text(cell)).replace("\x00", "")
    except SheetError as error:
        return str(error.params.get("text", ""))


def _open(
    source: bytes | Path, filename: str, importer: Importer, options: Mapping[str, Any], *, head_only: bool = False
) -> Sheet:
    names = {name for field in importer.fields for name in (field.key, field.label, field.label_en, *field.synonyms)}
    return read_sheet(
        source,
        filename,
        sheet=options.get("sheet"),
        header_row=options.get("header_row"),
        known=names,
        max_bytes=MAX_BYTES,
        head_only=head_only,
    )


def _memory(org: Organisation, kind: str) -> dict[str, str]:
    return dict(ColumnMemory.objects.filter(org=org, kind=kind).values_list("title", "field"))


@transaction.atomic
def discard(*, actor: Actor, batch: Batch) -> None:
    """Throw away a batch that was never committed, with its file. Raises BatchError `committed`."""
    held = access.get(actor, batch.pk, lock=True)
    if held.state in (Batch.State.COMMITTED, Batch.State.UNDONE):
        raise BatchError("committed", gettext_noop("这个批次已经提交过，记录要留着；需要的话可以撤销。"), status=409)
    record(actor, "imports.discarded", kind="batch", id=held.pk, label=held.filename)
    file = held.file
    held.delete()
    forget(file)
