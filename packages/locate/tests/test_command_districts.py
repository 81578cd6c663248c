"""Is every district answered by itself, alike on every engine, and is one that fails named?"""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from command_cases import ask, rows_of, town
from xiaojia_locate.command.engines import run_all
from xiaojia_locate.command.faults import Refused
from xiaojia_locate.command.polygons import district_of
from xiaojia_locate.command.sharing import proportional


@pytest.fixture
def files(tmp_path):
    return town(tmp_path)


def answered(files, tmp_path, name="out", **more):
    code, _ = ask(**files, **{"open": 6, "by_district": True, "jobs": 2, "out": str(tmp_path / name), **more})
    return code, json.loads((tmp_path / name / "result.json").read_text(encoding="utf-8"))


def same(one):
    """Return a result without what differs from run to run."""
    if isinstance(one, dict):
        return {
            name: same(value)
            for name, value in one.items()
            if name not in ("elapsed_s", "memory_mib", "written", "options")
        }
    return [same(value) for value in one] if isinstance(one, list) else one


def test_each_district_is_proven_with_what_it_was_given(files, tmp_path):
    code, whole = answered(files, tmp_path)
    assert code == 0
    assert [one["district"] for one in whole["districts"]] == ["东", "西"]
    assert sum(one["open"] for one in whole["districts"]) == 6 == len(whole["sites"])
    assert all(one["proven"] for one in whole["districts"])
    for one in whole["districts"]:
        chosen = {site["id"] for site in whole["sites"] if site["district"] == one["district"]}
        assert chosen == set(one["sites"]) and len(chosen) == one["open"]
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "2 个区中有 2 个区已证明" in text and "不在证明之内" in text
    assert "任何其他" not in text


def test_a_district_is_the_same_question_asked_alone(files, tmp_path):
    _, whole = answered(files, tmp_path, district_open="东=2，西=1")
    east = next(one for one in whole["districts"] if one["district"] == "东")

    def only(rows):
        rows[1:] = [row for row in rows[1:] if row[-1] == "东"]

    for layer in ("demand", "candidates"):
        rows_of(Path(files[layer]), only)
    ask(**files, open=2, out=str(tmp_path / "alone"))
    alone = json.loads((tmp_path / "alone" / "result.json").read_text(encoding="utf-8"))
    assert (east["open"], east["value"], sorted(east["sites"])) == (
        2,
        alone["value"],
        sorted(one["id"] for one in alone["sites"]),
    )


def test_one_process_and_two_give_the_same(files, tmp_path):
    _, one = answered(files, tmp_path, "one", jobs=1)
    _, two = answered(files, tmp_path, "two", jobs=2)
    assert same(one) == same(two)


def test_a_district_without_candidates_is_named_and_the_others_are_written(files, tmp_path):
    rows_of(
        Path(files["candidates"]),
        lambda rows: rows.__setitem__(slice(1, None), [row for row in rows[1:] if row[-1] == "东"]),
    )
    code, whole = answered(files, tmp_path, district_open="东=2,西=1")
    assert code == 4
    failed = next(one for one in whole["districts"] if "error" in one)
    assert (failed["district"], failed["error"]["code"]) == ("西", "no_candidates")
    assert not whole["proven"] and len(whole["sites"]) == 2
    assert "没有结果的区：西" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def dies_once(payload: bytes) -> bytes:
    """Kill the process when a marker file is there, and take the marker away: the second try succeeds."""
    marker = Path(payload.decode())
    if marker.exists():
        marker.unlink()
        os._exit(9)
    return b"done"


def dies_always(payload: bytes) -> bytes:
    """Kill the process for one of the payloads."""
    if payload == b"bad":
        os._exit(9)
    return payload


def test_a_process_that_dies_is_tried_again_alone(tmp_path):
    (tmp_path / "marker").touch()
    first, second = run_all(
        "local", dies_once, [str(tmp_path / "marker").encode(), str(tmp_path / "none").encode()], 2, lambda done: None
    )
    assert (first.answer, first.tries, second.answer) == (b"done", 2, b"done")


def test_one_that_always_dies_takes_no_other_with_it():
    outcomes = run_all("local", dies_always, [b"a", b"bad", b"b"], 2, lambda done: None)
    assert [one.answer for one in outcomes] == [b"a", None, b"b"]
    assert outcomes[1].tries == 2 and "BrokenProcessPool" in outcomes[1].error


def spark_is_here() -> str:
    """Return why Spark cannot run here, or nothing."""
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        return "pyspark is not installed"
    return "" if shutil.which("java") else "there is no Java"


@pytest.mark.skipif(bool(spark_is_here()), reason=spark_is_here() or "-")
def test_spark_gives_the_same_as_processes(files, tmp_path):
    _, here = answered(files, tmp_path, "here")
    _, there = answered(files, tmp_path, "there", engine="local-spark")
    assert same(here) == same(there)


def test_an_unknown_engine_is_refused(files, tmp_path):
    with pytest.raises(Refused) as caught:
        answered(files, tmp_path, engine="cloud")
    assert caught.value.exit_code == 2


def test_polygons_give_districts_and_a_candidate_outside_is_named(files, tmp_path):
    def box(west, east):
        return [[[west, 18.1], [east, 18.1], [east, 18.4], [west, 18.4], [west, 18.1]]]

    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": box(west, east)},
            "properties": {"名称": name},
        }
        for name, west, east in (("西", 109.3, 109.5), ("东", 109.5, 109.7))
    ]
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    _, by_column = answered(files, tmp_path, "a")
    _, by_polygon = answered(files, tmp_path, "b", districts=str(path))
    assert by_polygon["value"] == by_column["value"]

    rows_of(Path(files["candidates"]), lambda rows: rows[3].__setitem__(2, "109.72"))
    with pytest.raises(Refused) as caught:
        answered(files, tmp_path, districts=str(path))
    assert [(one.code, one.rows) for one in caught.value.faults] == [("outside_districts", (4,))]


def test_a_hole_is_outside():
    outline = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], float)
    hole = np.array([[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]], float)
    found = district_of(np.array([[1, 1], [5, 5], [11, 5]], float), {"A": [[outline, hole]]})
    assert found == ["A", "", ""]


@pytest.mark.parametrize("total", [0, 1, 7, 26, 40])
def test_shares_add_up_and_stay_within_the_candidates(total):
    need, room = [50.0, 0.0, 20.0, 30.0], [3, 9, 20, 9]
    counts = proportional(total, need, room)
    assert sum(counts) == min(total, 3 + 20 + 9)
    assert all(0 <= count <= there for count, there in zip(counts, room, strict=True))
    assert counts[1] == 0


def waits_until_stopped(payload: bytes) -> bytes:
    """Work until the parent says stop, then return what there is."""
    import time

    from xiaojia_locate.command.engines import stopped

    for _ in range(600):
        if stopped():
            return b"best so far"
        time.sleep(0.05)
    return b"never told"


def test_a_stop_keeps_what_works_and_leaves_what_has_not_begun():
    asked = []

    def cancel() -> bool:
        asked.append(True)
        return len(asked) > 3  # the process has begun by then

    outcomes = run_all("local", waits_until_stopped, [b"1", b"2", b"3"], 1, lambda done: None, cancel)
    assert outcomes[0].answer == b"best so far"
    assert {one.error for one in outcomes[1:] if one.answer is None} <= {"stopped"}
    assert outcomes[2] == type(outcomes[2])(None, "stopped")
