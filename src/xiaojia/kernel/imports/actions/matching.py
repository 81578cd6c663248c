"""What does a person say about a sheet? Columns, options, words and doubles; columns and words are remembered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.imports import access
from xiaojia.kernel.imports.models import Batch, ColumnMemory, Row, ValueMemory
from xiaojia.kernel.imports.registry import importer_of
from xiaojia.kernel.imports.rules import BatchError, Decision, Job
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import gettext_noop

OPEN = (Batch.State.STAGED, Batch.State.ASKING, Batch.State.READY)


@transaction.atomic
def match_columns(*, actor: Actor, batch: Batch, columns: Mapping[str, str]) -> Batch:
    """Set {title: field} for the whole sheet; a title left out or given "" is ignored. Remembered for the organisation.

    Raises: BatchError `field_twice`, `unknown_field`, `field_missing`. The rows must be judged anew afterwards.
    """
    held = open_batch(actor, batch)
    fields = {field.key: field for field in importer_of(held.kind).fields}
    chosen = {title: key for title, key in columns.items() if key and title in held.header}
    for key in chosen.values():
        if key not in fields:
            raise BatchError("unknown_field", gettext_noop("没有“%(field)s”这一项。"), {"field": key})
    for key, field in fields.items():
        titles = [title for title, used in chosen.items() if used == key]
        if len(titles) > 1:
            params = {"field": field.label, "first": titles[0], "second": titles[1]}
            raise BatchError(
                "field_twice", gettext_noop("“%(first)s”和“%(second)s”都对应到了“%(field)s”，请只留一列。"), params
            )
        if field.required and not titles:
            raise BatchError(
                "field_missing", gettext_noop("没有哪一列对应“%(field)s”，请选一列。"), {"field": field.label}
            )
    for title in held.header:
        ColumnMemory.objects.update_or_create(
            org=held.org, kind=held.kind, title=title[:120], defaults={"field": chosen.get(title, "")}
        )
    held.columns = chosen
    held.save(update_fields=["columns"])
    return held


@transaction.atomic
def choose(*, actor: Actor, batch: Batch, options: Mapping[str, Any]) -> Batch:
    """Answer an option of the whole sheet, e.g. its datum; raises BatchError `unknown_option`."""
    held = open_batch(actor, batch)
    known = {option.key: {choice.key for choice in option.choices} for option in importer_of(held.kind).options}
    for key, value in options.items():
        if value not in known.get(key, set()):
            raise BatchError(
                "unknown_option",
                gettext_noop("“%(value)s”不是可选的值。"),
                {"value": value},
                fields={key: gettext_noop("请选一项。")},
            )
    held.options = {**held.options, **options}
    held.save(update_fields=["options"])
    return held


@transaction.atomic
def answer(*, actor: Actor, batch: Batch, field: str, word: str, meaning: Mapping[str, Any]) -> Batch:
    """Say what a word of the sheet means; remembered for the organisation, so it is asked once.

    The importer checks the answer and may refuse it. The rows must be judged anew afterwards.
    """
    held = open_batch(actor, batch)
    checked = importer_of(held.kind).meaning(job_of(held, actor), field, word, meaning)
    ValueMemory.objects.update_or_create(
        org=held.org, kind=held.kind, field=field, word=word[:120], defaults={"meaning": checked}
    )
    return held


@transaction.atomic
def decide(*, actor: Actor, batch: Batch, numbers: Sequence[int], decision: str) -> int:
    """Say whether rows that look like doubles are the same thing, another one, or to be skipped ("" takes it back).

    Returns how many rows that are. Raises: BatchError `unknown_option`, `not_found` for a number that is no row.
    """
    held = open_batch(actor, batch)
    if decision not in (*Decision, ""):
        raise BatchError("unknown_option", gettext_noop("“%(value)s”不是可选的值。"), {"value": decision})
    decided = Row.objects.filter(batch=held, number__in=numbers).update(decision=decision)
    if decided != len(set(numbers)):
        raise access.not_found()
    return decided


def open_batch(actor: Actor, batch: Batch) -> Batch:
    """Return the batch, locked, if it can still be worked on; raises BatchError `closed`."""
    held = access.get(actor, batch.pk, lock=True)
    if held.state not in OPEN:
        raise BatchError(
            "closed", gettext_noop("这个批次已经%(state)s，不能再改。"), {"state": held.get_state_display()}, status=409
        )
    return held


def job_of(batch: Batch, actor: Actor) -> Job:
    """Return what the importer needs to know of a batch, with the words remembered so far. One query."""
    meanings: dict[str, dict[str, Any]] = {}
    for field, word, meaning in ValueMemory.objects.filter(org=batch.org, kind=batch.kind).values_list(
        "field", "word", "meaning"
    ):
        meanings.setdefault(field, {})[word] = meaning
    return Job(batch.org, batch.options, batch.columns, meanings, actor, timezone.now(), str(batch.pk))
