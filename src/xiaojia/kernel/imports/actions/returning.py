"""What does the person get back? Their own sheet with one more column, or a blank one to fill in."""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xiaojia.kernel.files.queries import path_of
from xiaojia.kernel.imports.models import Batch, Row
from xiaojia.kernel.imports.queries import issue_text, verdict_text
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import Field
from xiaojia.lib.sheets import read_sheet, write_annotated

TEMPLATE_ROWS = 2000
QUIET = (Row.Verdict.CREATE, Row.Verdict.CHANGE, Row.Verdict.SAME)


def annotated(batch: Batch) -> tuple[str, bytes]:
    """Return (filename, bytes) of the user's own file with what was said about each row in a last column."""
    content = path_of(batch.file).read_bytes()
    importer = importer_of(batch.kind)
    names = {name for f in importer.fields for name in (f.key, f.label, f.label_en, *f.synonyms)}
    sheet = read_sheet(
        content,
        batch.filename,
        sheet=batch.options.get("sheet"),
        header_row=batch.options.get("header_row"),
        known=names,
        head_only=True,
    )
    spoken = batch.rows.exclude(verdict__in=QUIET, errors=[], warnings=[])
    notes = {row.number: _notes(row) for row in spoken.defer("raw", "values", "before").iterator(chunk_size=2000)}
    made = write_annotated(
        content,
        batch.filename,
        {number: said for number, said in notes.items() if said},
        _("导入提示"),
        sheet=sheet.name or None,
        header_row=sheet.header_row,
    )
    return made.filename, made.data


def _notes(row: Row) -> list[str]:
    said = [issue_text(issue) for issue in [*row.errors, *row.warnings]]
    if row.verdict in (Row.Verdict.ERROR, Row.Verdict.ASK, Row.Verdict.DUPLICATE, Row.Verdict.SKIP) or said:
        return [f"{verdict_text(row.verdict)}：{'；'.join(said)}" if said else verdict_text(row.verdict)]
    return []


def blank_template(kind: str) -> tuple[str, bytes]:
    """Return (filename, bytes) of an xlsx to fill in: the header, an example, drop-down lists, and a page of explanations."""
    importer = importer_of(kind)
    fields = [field for field in importer.fields if field.in_template]
    book = Workbook()
    page = book.active
    page.title = importer.label[:31]
    page.freeze_panes = "A2"
    for index, field in enumerate(fields, start=1):
        _column(page, index, field)
    _explain(book.create_sheet(_("填写说明")), fields)
    target = io.BytesIO()
    book.save(target)
    blank = _("空白表")
    return f"{importer.label}-{blank}.xlsx", target.getvalue()


def _column(page: Worksheet, index: int, field: Field) -> None:
    letter = get_column_letter(index)
    head = page.cell(1, index, f"{_(field.label)}*" if field.required else _(field.label))
    head.font = Font(bold=True, color="FFFFFF")
    head.fill = PatternFill("solid", fgColor="A8201A" if field.required else "B8341B")
    page.column_dimensions[letter].width = max(12, 2 * len(field.label) + 6)
    for number in range(2, 202):
        page.cell(number, index).number_format = "@"
    choices = ",".join(field.choices)
    if choices and len(choices) < 250:
        rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = _("请从下拉列表里选一个。"), _(field.label)
        page.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")


def _explain(page: Worksheet, fields: list[Field]) -> None:
    rows = [(_("列名"), _("是否必填"), _("怎么填"), _("例子"))]
    rows += [
        (_(f.label), _("必填") if f.required else "", _(f.help) if f.help else "、".join(f.choices), f.example)
        for f in fields
    ]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = page.cell(number, column, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for letter, width in zip("ABCD", (18, 10, 60, 34), strict=True):
        page.column_dimensions[letter].width = width
