"""What do pages and commands ask about a batch? Counts, pages of rows by verdict, and what is said in words."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from xiaojia.kernel.imports.models import Batch, Row, Work
from xiaojia.kernel.imports.rules import Importer

PAGE_ROWS = 50
ORDER = ("error", "duplicate", "ask", "create", "change", "same", "skip")


def work_of(batch: Batch) -> Work | None:
    """Return what the worker does to a batch, or None when it has nothing to do with it."""
    return Work.objects.filter(pk=batch.pk).first()


def issue_text(issue: Mapping[str, Any]) -> str:
    """Return the sentence of a stored issue in the page's language, led by its column where it is about one cell."""
    sentence, params = _(issue["message"]), issue.get("params") or {}
    try:
        sentence = sentence % params if params else sentence
    except (KeyError, TypeError, ValueError):
        return sentence
    return f"{params['column']}：{sentence}" if params.get("column") else sentence


def verdict_text(verdict: str) -> str:
    """Return a verdict in the page's language."""
    return _(Row.Verdict(verdict).label)


def tabs(batch: Batch) -> list[tuple[str, str, int]]:
    """Return (key, label, rows) of each verdict that occurs, then "warned"; "" is all rows."""
    counts = batch.counts
    found = [(key, verdict_text(key), counts[key]) for key in ORDER if counts.get(key)]
    if counts.get("warned"):
        found.append(("warned", _("有提示"), counts["warned"]))
    return [("", _("全部"), batch.rows_total), *found]


def page_of(batch: Batch, verdict: str, number: int | str = 1) -> Page:
    """Return one page of rows, all, of a verdict, or "warned"."""
    rows = batch.rows.all()
    if verdict == "warned":
        rows = rows.exclude(warnings=[])
    elif verdict in Row.Verdict.values:
        rows = rows.filter(verdict=verdict)
    return Paginator(rows, PAGE_ROWS).get_page(number)


def held_rows(batch: Batch) -> list[Row]:
    """Return the rows that were not or will not be written because something is wrong with them."""
    return list(batch.rows.filter(verdict__in=["error", "duplicate", "ask"]))


def last_words(kind: str, org_id: int, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return {object id: values} as the last committed sheet of this organisation gave them. One query."""
    rows = (
        Row.objects.filter(
            target__in=ids,
            batch__kind=kind,
            batch__org_id=org_id,
            batch__state=Batch.State.COMMITTED,
            verdict__in=["create", "change", "same"],
        )
        .order_by("target", "-batch__committed_at")
        .distinct("target")
        .values_list("target", "values")
    )
    return dict(rows)


def samples(batch: Batch, per_column: int = 3) -> dict[str, list[str]]:
    """Return {title: first different cells} for the page that matches columns."""
    found: dict[str, list[str]] = {title: [] for title in batch.header}
    for raw in batch.rows.values_list("raw", flat=True)[:200]:
        for title, text in raw.items():
            cells = found.get(title)
            if cells is not None and text and text not in cells and len(cells) < per_column:
                cells.append(text)
    return found


def said_rows(page: Page, importer: Importer, columns: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the rows of a page as the preview shows them: cells, what is said, what changes, and links. One query."""
    rows = list(page.object_list)
    links = importer.describe({row.target or row.applied for row in rows})
    return [
        {
            "row": row,
            "verdict": verdict_text(row.verdict),
            "cells": [row.raw.get(title, "") for title, _key in columns],
            "errors": [issue_text(issue) for issue in row.errors],
            "warnings": [issue_text(issue) for issue in row.warnings],
            "changes": importer.changes(row.values) if row.verdict == Row.Verdict.CHANGE else [],
            "link": links.get(row.target or row.applied),
            "pill": {
                "error": "trouble",
                "duplicate": "unknown",
                "ask": "unknown",
                "create": "confirmed",
                "change": "posted",
            }.get(row.verdict, "plain"),
        }
        for row in rows
    ]
