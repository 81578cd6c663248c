"""How does a day come to differ from its week? By a State Council notice, or by a single change with a reason."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import SYSTEM, Who
from xiaojia.kernel.calendar.access import require_editor
from xiaojia.kernel.calendar.models import Notice, SpecialDay
from xiaojia.kernel.calendar.queries import as_day, forget
from xiaojia.kernel.calendar.rules import ORDINARY, difference
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.workdays import Day, DayKind, parse_notice, seed_from_chinesecalendar


class CalendarError(XiaojiaError):
    """A day or a notice cannot be so."""

    sentences = {  # noqa: RUF012
        "no_notice": _("%(year)s年的通知还没有录入，请先录入通知，再改单独的日子。"),
        "no_reason": _("请写明改动的原因。"),
        "not_a_weekend": _("%(date)s不是周末，不能设为调休上班。"),
    }


@transaction.atomic
def enter_notice(*, actor: Doer | Who, year: int, text: str, source: str = "") -> Notice:
    """Replace the days of a year by those that the text of its notice lists; entering the same twice changes nothing.

    Raises: lib.workdays.NoticeError when the text cannot be used as it stands.
    """
    require_editor(actor)
    days = parse_notice(text, year)
    who = actor if isinstance(actor, Who) else actor.who
    notice, made = Notice.objects.select_for_update().get_or_create(
        year=year, defaults={"title": _title(year), "entered_at": timezone.now(), "entered_by": who.label}
    )
    before = [as_day(row) for row in notice.days.all()]
    changed = difference(before, days)
    if not made and not changed and notice.text == text:
        return notice
    notice.days.all().delete()
    _store(notice, days)
    notice.text, notice.source, notice.entered_by, notice.entered_at = text, source[:300], who.label, timezone.now()
    notice.save()
    details: dict[str, Any] = {"source": source, "changes": changed}
    record(actor, "calendar.notice_entered", kind="calendar", id=year, label=notice.title, **details)
    _forget()
    return notice


@transaction.atomic
def change_day(
    *, actor: Doer | Who, on: date, kind: str, reason: str, name: str = "", follows_weekday: int | None = None
) -> None:
    """Make one day a "holiday", a "makeup" working day or "ordinary" again; the reason goes into the audit line.

    Raises: CalendarError `no_notice`, `no_reason`, `not_a_weekend`.
    """
    require_editor(actor)
    notice = Notice.objects.select_for_update().filter(year=on.year).first()
    if notice is None:
        raise CalendarError("no_notice", params={"year": on.year})
    if not reason.strip():
        raise CalendarError("no_reason", fields={"reason": _("请写明改动的原因。")})
    if kind == SpecialDay.Kind.MAKEUP and on.weekday() < 5:
        raise CalendarError("not_a_weekend", params={"date": on.isoformat()})
    before = [as_day(row) for row in SpecialDay.objects.filter(date=on)]
    after = [] if kind == ORDINARY else [Day(on, DayKind(kind), name or reason[:40], follows_weekday)]
    changed = difference(before, after)
    if not changed:
        return
    _store(notice, after, clear=[on])
    notice.entered_at = timezone.now()
    notice.save(update_fields=["entered_at"])
    details: dict[str, Any] = {"reason": reason, "changes": changed}
    record(actor, "calendar.day_changed", kind="calendar", id=on.year, label=on.isoformat(), **details)
    _forget()


@transaction.atomic
def seed() -> int:
    """Fill the years that nobody has entered from the package `chinesecalendar`; return how many years were new."""
    days, years = seed_from_chinesecalendar()
    missing = sorted(years - set(Notice.objects.values_list("year", flat=True)))
    now = timezone.now()
    made = {
        notice.year: notice
        for notice in Notice.objects.bulk_create(
            Notice(year=year, title=_title(year), source="chinesecalendar", entered_at=now, entered_by=SYSTEM.label)
            for year in missing
        )
    }
    rows = [_row(made[day.date.year], day) for day in days if day.date.year in made and day.kind != DayKind.WORKDAY]
    SpecialDay.objects.bulk_create(rows, ignore_conflicts=True)
    if missing:
        record(SYSTEM, "calendar.seeded", kind="calendar", label=f"{missing[0]}–{missing[-1]}", years=missing)
    _forget()
    return len(missing)


def _store(notice: Notice, days: list[Day], clear: list[date] | None = None) -> None:
    SpecialDay.objects.filter(date__in=clear or [day.date for day in days]).delete()
    SpecialDay.objects.bulk_create([_row(notice, day) for day in days if day.kind != DayKind.WORKDAY])


def _row(notice: Notice, day: Day) -> SpecialDay:
    return SpecialDay(
        notice=notice, date=day.date, kind=day.kind.value, name=day.name[:40], follows_weekday=day.follows_weekday
    )


def _title(year: int) -> str:
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


def _forget() -> None:
    forget()
    transaction.on_commit(forget)
