"""Does the editor write the hours that its rows say, with season, dated days and holidays, and lose nothing typed?"""

from datetime import date

from xiaojia.domains.stations import actions
from xiaojia.domains.stations.forms import hours as form
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.hours import schedule_of
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.lib.opening_hours import (
    DatedException,
    HolidayPolicy,
    Interval,
    MonthDay,
    Schedule,
    Season,
    every_day,
    week_of,
)

FULL = Schedule(
    week_of((range(5), [Interval(510, 720), Interval(840, 1080)]), ([5], [Interval(1320, 1800, staffed=False)])),
    seasons=(Season("夏令", MonthDay(5, 1), MonthDay(9, 30), every_day(Interval(420, 1200))),),
    exceptions=(DatedException(date(2026, 12, 1), date(2026, 12, 3), (), "检修"),),
    holiday_policy=HolidayPolicy.SPECIAL,
    holiday_intervals=(Interval(600, 960),),
)


def posted(typed: form.Typed) -> dict[str, str]:
    """What a browser sends for the rows, the spare ones too."""
    typed, data = form.with_spares(typed), {"policy": typed.policy}

    def lines(prefix: str, rows: list[form.Line]) -> None:
        for n, line in enumerate(rows):
            data[f"{prefix}-{n}-start"], data[f"{prefix}-{n}-end"] = line.start, line.end
            if line.next_day:
                data[f"{prefix}-{n}-next"] = "1"
            if line.unattended:
                data[f"{prefix}-{n}-un"] = "1"

    for days in [typed.week, *(row.days for row in typed.seasons)]:
        for weekday, rows in enumerate(days.lines):
            lines(f"{days.prefix}-{weekday}", rows)
    for row in typed.seasons:
        data |= {f"s{row.number}-name": row.name, f"s{row.number}-first": row.first, f"s{row.number}-last": row.last}
    for row in typed.exceptions:
        data |= {
            f"e{row.number}-first": row.first,
            f"e{row.number}-last": row.last,
            f"e{row.number}-reason": row.reason,
        }
        lines(row.prefix, row.lines)
    lines("h-0", typed.holiday)
    return data


def test_a_schedule_survives_the_form():
    assert form.to_schedule(form.from_post(posted(form.from_schedule(FULL)))) == FULL


def test_nothing_typed_is_no_schedule():
    assert form.to_schedule(form.from_post(posted(form.from_schedule(None)))) is None


def test_times_are_read_as_people_write_them():
    data = {"w-0-0-start": "830", "w-0-0-end": "１２：００", "w-1-0-start": "8", "w-1-0-end": "17.30", "w-2-all": "1"}
    schedule = form.to_schedule(form.from_post(data | {"policy": "closed"}))
    assert schedule.week[:3] == ((Interval(510, 720),), (Interval(480, 1050),), (Interval(0, 1440),))
    assert schedule.holiday_policy is HolidayPolicy.CLOSED


def edit(cast) -> str:
    return f"/office/stations/{cast.own.code}/edit/hours/"


def test_an_officer_sets_a_season_and_a_holiday_policy(sign_in, cast):
    data = posted(form.from_schedule(FULL)) | {"version": str(cast.own.version), "verb": "save", "text": ""}
    assert sign_in("officer", cast).post(edit(cast), data).status_code == 302
    assert schedule_of(Station.objects.get(pk=cast.own.pk)) == FULL


def test_a_preview_writes_nothing(sign_in, cast):
    data = posted(form.from_schedule(FULL)) | {"version": str(cast.own.version), "verb": "preview"}
    html = sign_in("officer", cast).post(edit(cast), data).content.decode()
    assert "夏令（5月1日–9月30日）" in html
    assert Station.objects.get(pk=cast.own.pk).version == cast.own.version


def test_a_mistake_is_said_and_what_was_typed_stays(sign_in, cast):
    data = {
        "version": str(cast.own.version),
        "verb": "save",
        "policy": "normal",
        "w-0-0-start": "18:00",
        "w-0-0-end": "8:00",
    }
    page = sign_in("officer", cast).post(edit(cast), data)
    html = page.content.decode()
    assert page.status_code == 400
    assert "过夜请勾选“次日”" in html
    assert 'name="w-0-0-start" value="18:00"' in html


def test_a_chinese_text_fills_the_rows(sign_in, cast):
    client = sign_in("officer", cast)
    data = {
        "version": str(cast.own.version),
        "verb": "read",
        "text": "周一至周五8:30-12:00、14:30-17:30，周末9:00-17:00",
    }
    page = client.post(edit(cast), data)
    assert [line.start for line in page.context["typed"].week.lines[0] if not line.empty] == ["08:30", "14:30"]
    page = client.post(edit(cast), data | {"text": "以现场公告为准", "w-0-0-start": "9:00", "w-0-0-end": "10:00"})
    assert page.context["typed"].week.lines[0][0].start == "9:00"
    assert Station.objects.get(pk=cast.own.pk).version == cast.own.version


def test_two_officers_edit_hours_and_both_are_shown(sign_in, cast):
    client = sign_in("officer", cast)
    data = posted(form.from_schedule(FULL)) | {"version": str(cast.own.version), "verb": "save", "text": ""}
    other = Schedule(every_day(Interval(0, 1440)))
    theirs = actions.set_hours(actor=SYSTEM, station_id=cast.own.pk, version=cast.own.version, schedule=other)
    page = client.post(edit(cast), data)
    assert page.status_code == 409
    assert "24小时" in page.content.decode()
    again = dict(page.context["typed"]) | {"version": str(theirs.version)}
    client.post(edit(cast), again | {"choose-all": "theirs"})
    assert schedule_of(Station.objects.get(pk=cast.own.pk)) == other
    client.post(edit(cast), again | {"choose-all": "mine"})
    assert schedule_of(Station.objects.get(pk=cast.own.pk)) == FULL
