"""Are lines whole JSON objects with nothing too much, kept by day for as long as the law asks, and then gone?"""

import json
import logging
import subprocess
import sys
from datetime import date, timedelta

import pytest

from xiaojia.config.env import EnvError, load_env
from xiaojia.config.logs import DayFile, Json, Plain, RequestFilter, logging_settings, prune
from xiaojia.config.watch import Watch
from xiaojia.lib.terms import ASSESSMENT_LEAST_DAYS, LOG_LEAST_DAYS

TODAY = date(2026, 11, 25)


def record(message="hello %s", *args, name="xiaojia.test", level=logging.INFO, exc_info=None, **extra):
    made = logging.LogRecord(name, level, __file__, 1, message, args, exc_info)
    made.__dict__.update(extra)
    RequestFilter().filter(made)
    return made


def test_a_line_is_one_object_with_fixed_fields():
    text = Json().format(
        record("你好 %s", "x", route="/s/<str:code>/", status=200, duration_ms=1.5, phone="13800000000")
    )
    told = json.loads(text)
    assert "\n" not in text and "你好" in text
    assert told.pop("time").endswith("+08:00")
    assert told == {
        "level": "info", "logger": "xiaojia.test", "message": "你好 x", "route": "/s/<str:code>/", "status": 200,
        "duration_ms": 1.5,
    }  # fmt: skip


def test_values_of_rows_are_left_out_of_tracebacks():
    try:
        raise ValueError(
            'duplicate key\nDETAIL:  Key (phone)=(13800000000) already exists.\nCONTEXT:  COPY people, line 1: "张三"'
        )
    except ValueError:
        made = record("broken", exc_info=sys.exc_info())
    for form in (Json(), Plain()):
        text = form.format(made)
        assert "13800000000" not in text and "张三" not in text and "ValueError" in text


def test_djangos_own_lines_name_the_route(rf):
    request = rf.get("/office/link/secret-of-somebody/?q=1")
    made = record("%s: %s", "Internal Server Error", request.path, name="django.request", request=request)
    assert made.getMessage() == "Internal Server Error: unknown"


@pytest.fixture
def day_file(tmp_path):
    handler = DayFile(str(tmp_path), 184)
    handler.setFormatter(Json())
    yield handler
    handler.close()


def at(day: date, message: str):
    from datetime import datetime

    from xiaojia.config.logs import ZONE

    made = record(message)
    made.created = datetime(day.year, day.month, day.day, 0, 0, 1, tzinfo=ZONE).timestamp()
    return made


def test_a_file_for_each_day_and_old_ones_go_at_the_turn(day_file, tmp_path):
    old = [
        tmp_path / f"xiaojia-{TODAY - timedelta(days=n)}.jsonl{end}" for n, end in ((184, ""), (185, ""), (400, ".gz"))
    ]
    foreign = [tmp_path / "xiaojia-notes.jsonl", tmp_path / "backup-2020-01-01.jsonl"]
    for path in (*old, *foreign):
        path.write_text("x")
    day_file.handle(at(TODAY - timedelta(days=1), "before"))
    day_file.handle(at(TODAY, "after"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(
        [
            foreign[0].name,
            foreign[1].name,
            old[0].name,
            f"xiaojia-{TODAY - timedelta(days=1)}.jsonl",
            f"xiaojia-{TODAY}.jsonl",
        ]
    )
    assert json.loads((tmp_path / f"xiaojia-{TODAY}.jsonl").read_text())["message"] == "after"
    assert (tmp_path / f"xiaojia-{TODAY}.jsonl").stat().st_mode & 0o777 == 0o640


def test_a_late_line_of_yesterday_opens_no_file_again(day_file, tmp_path):
    day_file.handle(at(TODAY, "new"))
    day_file.handle(at(TODAY - timedelta(days=1), "late"))
    assert [path.name for path in tmp_path.iterdir()] == [f"xiaojia-{TODAY}.jsonl"]


def test_prune_names_what_it_deleted(tmp_path):
    (tmp_path / "xiaojia-2020-01-01.jsonl").touch()
    assert prune(tmp_path, 184, TODAY) == ["xiaojia-2020-01-01.jsonl"]
    assert prune(tmp_path, 184, TODAY) == []


WRITE = """
import logging, sys
from xiaojia.config.logs import DayFile, Json
handler = DayFile(sys.argv[1], 184); handler.setFormatter(Json())
log = logging.getLogger(sys.argv[2]); log.addHandler(handler); log.setLevel("INFO")
for n in range(500): log.info("%s %s", n, "x" * 300)
"""


def test_several_processes_write_whole_lines_to_one_file(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path), f"p{n}"]) for n in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    lines = [json.loads(line) for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert sorted({line["logger"] for line in lines}) == ["p0", "p1", "p2"]
    assert len(lines) == 1500


def test_good_requests_cost_nothing_where_nobody_keeps_them():
    assert logging_settings(Watch())["loggers"]["xiaojia.request"]["level"] == "ERROR"
    assert logging_settings(Watch(form="json"))["loggers"]["xiaojia.request"]["level"] == "INFO"


def test_a_folder_is_made_and_one_that_cannot_be_is_left_out(tmp_path):
    made = logging_settings(Watch(folder=tmp_path / "a" / "b"))
    assert set(made["handlers"]) == {"console", "file"} and (tmp_path / "a" / "b").is_dir()
    (tmp_path / "plain").touch()
    assert set(logging_settings(Watch(folder=tmp_path / "plain" / "x"))["handlers"]) == {"console"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "XIAOJIA_LOG_DAYS",
            "183",
            "XIAOJIA_LOG_DAYS must be at least 184 days, not 183: network logs are kept for six months",
        ),
        ("XIAOJIA_LOG_DAYS", "half a year", "XIAOJIA_LOG_DAYS must be a number of days"),
        ("XIAOJIA_AUDIT_DAYS", "365", "XIAOJIA_AUDIT_DAYS must be at least 1098 days, not 365: who read personal data"),
        ("XIAOJIA_LOG", "xml", "XIAOJIA_LOG must be text or json, not 'xml'"),
        ("XIAOJIA_METRICS_TOKEN", "short", "XIAOJIA_METRICS_TOKEN must be 16 to 200 letters and digits"),
    ],
)
def test_a_term_below_the_law_is_refused_in_a_sentence(tmp_path, name, value, said):
    with pytest.raises(EnvError) as caught:
        load_env({"XIAOJIA_HOME": str(tmp_path), name: value})
    assert str(caught.value).startswith(said)


def test_the_terms_are_those_of_the_law(tmp_path):
    watch = load_env({"XIAOJIA_HOME": str(tmp_path), "XIAOJIA_LOG_DAYS": "400"}).watch
    assert (watch.log_days, watch.audit_days) == (400, ASSESSMENT_LEAST_DAYS)
    longest = max(
        (date(2026 + (month > 6), (month + 5) % 12 + 1, 1) - date(2026, month, 1)).days for month in range(1, 13)
    )
    assert longest == LOG_LEAST_DAYS == 184
