"""Can a few kilobytes of text keep a processor busy?"""

import time
from contextlib import suppress

import pytest
from django.test import Client

from xiaojia.lib.coordinates import CoordinateError
from xiaojia.lib.coordinates.paste import parse_pair
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.opening_hours import ScheduleError
from xiaojia.lib.opening_hours.osm import from_osm
from xiaojia.lib.opening_hours.parse_zh import parse
from xiaojia.lib.sheets import parse_date, parse_number
from xiaojia.lib.workdays import NoticeError
from xiaojia.lib.workdays.notice import parse_notice

LIMIT_S = 2.0
N = 20_000
PIECES = [
    "1", " ", "周", "周一", "周一至", "8:30-17:00", "8:30-17:00、", "8", ":", "-", "至", "，", "。", "（", "）", "24小时", "a", "\n", "\t",
    "1月1日", "１", "每天", "上午", "0.", ".", "°", "′", "N", "E", "https://", "%", "lng=1&", "&", "=", "1,", "Mo-Fr ", "08:00-12:00,",
    "PH off; ", ";", '"', "Jan 1-Dec 31: ", "||", "休息", "放假", "2026年", "1月1日至3日放假", "、", "一", "\u3000",
]  # fmt: skip


def texts() -> list[str]:
    """Long texts of one piece, of one piece with a tail that fits nothing, and of two in turn."""
    plain = [piece * (N // len(piece)) for piece in PIECES]
    pairs = [(a + b) * (N // (len(a) + len(b))) for a, b in zip(PIECES, PIECES[7:] + PIECES[:7], strict=True)]
    return plain + [text + "!" for text in plain] + pairs


def slowest(function, refusals) -> tuple[float, str]:
    """Return the longest time and the beginning of its text."""
    worst = (0.0, "")
    for text in texts():
        began = time.process_time()
        with suppress(refusals):
            function(text)
        worst = max(worst, (time.process_time() - began, text[:12]))
    return worst


@pytest.mark.parametrize(
    ("name", "function", "refusals"),
    [
        ("pasted coordinates", parse_pair, (CoordinateError,)),
        ("Chinese hours", lambda text: parse(text[:300]), (ScheduleError, XiaojiaError)),
        ("OSM hours", lambda text: from_osm(text[:2000]), (ScheduleError, XiaojiaError)),
        ("numbers in sheets", parse_number, (XiaojiaError,)),
        ("dates in sheets", parse_date, (XiaojiaError,)),
        ("holiday notices", lambda text: parse_notice(text, 2027), (NoticeError, XiaojiaError)),
    ],
)
def test_no_text_takes_long(name, function, refusals):
    took_s, text = slowest(function, refusals)
    assert took_s < LIMIT_S, f"{name}: {took_s:.1f} s for {text!r}…"


def test_what_a_stranger_may_ask_is_short_or_cut(cast):
    client = Client(raise_request_exception=False)
    for query in ("q", "d", "lng", "at", "have", "access", "page", "go", "open"):
        for text in ("9" * 6000, "a" * 6000, "周" * 2000, "," * 6000, "%00", "1e999", "nan", "-" * 6000):
            began = time.process_time()
            answer = client.get("/", {query: text, "lat": "18.2"})
            assert answer.status_code == 200, (query, text[:9])
            assert time.process_time() - began < LIMIT_S
    for path in ("/s/" + "A" * 3000 + "/", "/k/" + "9" * 3000 + "/", "/office/link/" + "x" * 3000 + "/"):
        assert client.get(path).status_code in (403, 404, 410)
