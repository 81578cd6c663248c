"""Do the small charts say what the numbers say, in attributes that no locale can spoil?"""

from hypothesis import given
from hypothesis import strategies as st

from xiaojia.web.templatetags import drawing


def test_day_boxes_split_an_interval_over_midnight():
    boxes = drawing.day_boxes([(1320, 1500, "unsure")])
    assert [(b.x, b.w, b.kind) for b in boxes] == [("293.3", "26.7", "unsure"), ("0", "13.3", "unsure")]


def test_day_ticks_keep_now_and_the_edges():
    ticks = drawing.day_ticks([(420, 720), (840, 1110)], 975, "现在")
    assert {t.text for t in ticks} == {"0", "7", "12", "14", "现在", "18:30", "24"}


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4), st.none() | st.integers(0, 1439))
def test_day_ticks_never_touch(intervals, now_min):
    spans = sorted(
        (float(t.x), len(t.text) * (drawing.DIGIT_W if t.text.isascii() else drawing.WORD_W))
        for t in drawing.day_ticks(intervals, now_min, "现在")
    )
    for (x1, w1), (x2, w2) in zip(spans, spans[1:], strict=False):
        assert x2 - w2 / 2 - (x1 + w1 / 2) > drawing.GAP - 0.2


def test_week_boxes_scale_to_the_highest_and_mark_gaps():
    boxes = drawing.week_boxes([("一", 50), ("二", None), ("三", 100, True)])
    assert [(b.h, b.value, b.kind) for b in boxes] == [("32", "50", ""), ("0", "–", ""), ("64", "100", "is-now")]


def test_share_stays_between_nothing_and_all():
    assert [drawing.share(v, 10) for v in (-1, 0, 9, 12)] == ["0", "0", "90", "100"]
    assert drawing.share(3, 0) == "0"


def test_spark_boxes_mark_the_last():
    boxes = drawing.spark_boxes([0, None, 4])
    assert [(b.h, b.kind) for b in boxes] == [("1", ""), ("1", ""), ("18", "is-now")]
