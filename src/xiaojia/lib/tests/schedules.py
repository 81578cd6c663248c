"""Which schedules can the editor make? (Hypothesis strategies for the property tests)"""

from datetime import date, timedelta

from hypothesis import strategies as st

from xiaojia.lib.opening_hours import DatedException, HolidayPolicy, Interval, MonthDay, Schedule, Season, Times, Week

FIRST_DAY = date(2026, 9, 14)
LAST_DAY = date(2027, 3, 10)


@st.composite
def times(draw: st.DrawFn, *, may_run_over: bool) -> Times:
    """Draw up to three disjoint intervals; the last may end after midnight, before 05:00."""
    if draw(st.integers(0, 9)) == 0:
        return (Interval(0, 1440, draw(st.booleans())),)
    count = draw(st.integers(0, 3))
    edges = sorted(draw(st.sets(st.integers(20, 95), min_size=2 * count, max_size=2 * count)))  # 05:00 to 23:45
    rows = [
        Interval(edges[2 * n] * 15, edges[2 * n + 1] * 15, draw(st.sampled_from([True, True, False])))
        for n in range(count)
    ]
    if rows and draw(st.booleans()):
        rows[-1] = Interval(rows[-1].start_min, 1440 if not may_run_over else 1440 + draw(st.integers(0, 18)) * 15)
    return tuple(rows)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Draw a week: office-like groups more often than seven different days; nights only where no day is 00:00-24:00."""
    workday, saturday = draw(times(may_run_over=True)), draw(times(may_run_over=True))
    shapes = [
        [workday] * 7,
        [workday] * 5 + [()] * 2,
        [workday] * 5 + [saturday] * 2,
        [()] + [workday] * 6,
        [draw(times(may_run_over=True)) for _ in range(7)],
    ]
    days = list(draw(st.sampled_from(shapes)))
    if any(day == (Interval(0, 1440, staffed),) for day in days for staffed in (True, False)):
        days = [tuple(Interval(r.start_min, min(r.end_min, 1440), r.staffed) for r in day) for day in days]
    return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Draw a schedule with up to two seasons (one over New Year), three exceptions and any policy."""
    names = st.sampled_from(["", "冬季", "夏令时", "winter hours"])
    seasons = draw(st.sampled_from([(), ("a",), ("b",), ("a", "b")]))
    built = []
    if "a" in seasons:
        start, end = MonthDay(11, draw(st.integers(1, 30))), MonthDay(draw(st.integers(1, 3)), draw(st.integers(1, 28)))
        built.append(Season(draw(names), start, end, draw(weeks())))
    if "b" in seasons:
        built.append(Season(draw(names), MonthDay(6, 15), MonthDay(10, draw(st.integers(1, 31))), draw(weeks())))
    policy = draw(st.sampled_from(HolidayPolicy))
    special = draw(times(may_run_over=True).filter(bool)) if policy is HolidayPolicy.SPECIAL else ()
    return Schedule(
        week=draw(st.one_of(weeks(), weeks(), weeks(), st.none())),
        seasons=tuple(built),
        exceptions=tuple(draw(exceptions())),
        holiday_policy=policy,
        holiday_intervals=special,
    )


@st.composite
def exceptions(draw: st.DrawFn) -> list[DatedException]:
    """Draw up to three exceptions that do not overlap."""
    at, found = FIRST_DAY, []
    for _ in range(draw(st.integers(0, 3))):
        start = at + timedelta(days=draw(st.integers(1, 50)))
        end = start + timedelta(days=draw(st.integers(0, 5)))
        found.append(
            DatedException(start, end, draw(times(may_run_over=False)), draw(st.sampled_from(["", "盘点", "台风"])))
        )
        at = end + timedelta(days=1)
    return found
