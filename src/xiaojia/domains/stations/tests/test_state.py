"""Does the rule of open-now say what design decision 5 says, line by line?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xiaojia.domains.stations.rules.state import Posted, Reason, Shut, Sign, State, Weights, judge

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
OPEN = Posted(
    True,
    True,
    NOW.replace(hour=14, minute=0),
    NOW.replace(hour=18, minute=30),
    True,
    NOW.replace(hour=18, minute=30),
    "closed",
)
SHUT = Posted(True, False, next_at=NOW.replace(hour=18), becomes="open")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def state_of(*signs: Sign, posted: Posted = OPEN, shut: Shut | None = None, in_service: bool = True):
    verdict = judge(NOW, posted, signs, shut, Weights(), in_service=in_service)
    return verdict.state, verdict.reason


def test_inside_hours_without_proof_is_posted_with_its_next_change():
    verdict = judge(NOW, OPEN, [], None, Weights())
    assert (verdict.state, verdict.reason, verdict.becomes) == (State.POSTED, Reason.IN_HOURS, "closed")
    assert verdict.next_at == NOW.replace(hour=18, minute=30)
    assert verdict.passes and verdict.rank == 2


@pytest.mark.parametrize("kind", ["keeper_open", "checkin_near", "checkin_code"])
def test_one_proof_confirms(kind):
    verdict = judge(NOW, OPEN, [Sign(kind, ago(20), b"a")], None, Weights())
    assert verdict.state == State.CONFIRMED and verdict.proof_at == ago(20)
    assert verdict.reason == (Reason.KEEPER_PROOF if kind == "keeper_open" else Reason.VISIT_PROOF)


def test_far_check_ins_prove_only_from_three_devices_within_the_hour():
    two = [Sign("checkin_far", ago(30), b"a"), Sign("checkin_far", ago(20), b"b")]
    assert state_of(*two) == (State.POSTED, Reason.IN_HOURS)
    assert state_of(*two, Sign("checkin_far", ago(10), b"a")) == (State.POSTED, Reason.IN_HOURS)
    assert state_of(*two, Sign("checkin_far", ago(10), b"c")) == (State.CONFIRMED, Reason.VISIT_PROOF)
    slow = [Sign("checkin_far", ago(75), b"a"), Sign("checkin_far", ago(20), b"b"), Sign("checkin_far", ago(10), b"c")]
    assert state_of(*slow) == (State.POSTED, Reason.IN_HOURS)


def test_a_proof_from_before_the_present_interval_or_older_than_four_hours_does_not_confirm():
    assert state_of(Sign("keeper_open", ago(61))) == (State.POSTED, Reason.IN_HOURS)
    long_day = Posted(True, True, NOW.replace(hour=7), NOW.replace(hour=20), True, NOW.replace(hour=20), "closed")
    assert state_of(Sign("keeper_open", ago(239)), posted=long_day)[0] == State.CONFIRMED
    assert state_of(Sign("keeper_open", ago(241)), posted=long_day)[0] == State.POSTED


def test_one_report_makes_it_unknown_and_a_second_device_closes_it():
    one = Sign("no_entry", ago(8), b"a")
    assert state_of(one) == (State.UNKNOWN, Reason.ONE_REPORT)
    assert state_of(one, Sign("no_entry", ago(5), b"a")) == (State.UNKNOWN, Reason.ONE_REPORT)
    assert state_of(one, Sign("no_entry", ago(5), b"b")) == (State.CLOSED, Reason.REPORTS)


def test_later_outweighs_earlier_both_ways():
    report, proof = Sign("no_entry", ago(20), b"a"), Sign("keeper_open", ago(10))
    assert state_of(report, proof) == (State.CONFIRMED, Reason.KEEPER_PROOF)
    assert state_of(Sign("keeper_open", ago(30)), report) == (State.UNKNOWN, Reason.ONE_REPORT)


def test_a_report_fades_after_two_hours_once_its_interval_is_over():
    assert state_of(Sign("no_entry", ago(121), b"a"))[0] == State.POSTED
    assert state_of(Sign("no_entry", ago(90), b"a"))[0] == State.UNKNOWN
    long_day = Posted(True, True, NOW.replace(hour=7), NOW.replace(hour=20), True, NOW.replace(hour=20), "closed")
    assert state_of(Sign("no_entry", ago(180), b"a"), posted=long_day)[0] == State.UNKNOWN


def test_closed_outside_hours_by_closure_by_keeper_and_out_of_service():
    assert state_of(posted=SHUT) == (State.CLOSED, Reason.OUT_OF_HOURS)
    assert state_of(Sign("keeper_open", ago(5)), shut=Shut("台风", ago(60), NOW + timedelta(hours=9))) == (
        State.CLOSED,
        Reason.CLOSURE,
    )
    assert state_of(Sign("keeper_open", ago(50)), Sign("keeper_close", ago(5))) == (State.CLOSED, Reason.KEEPER_CLOSED)
    assert state_of(Sign("keeper_close", ago(50)), Sign("keeper_open", ago(5))) == (
        State.CONFIRMED,
        Reason.KEEPER_PROOF,
    )
    over = Sign("keeper_close", ago(50), until=ago(1))
    assert state_of(over) == (State.POSTED, Reason.IN_HOURS)
    assert state_of(in_service=False) == (State.CLOSED, Reason.NOT_IN_SERVICE)


def test_no_hours_or_an_unknown_day_is_unknown_and_does_not_pass():
    assert state_of(posted=Posted(False, None)) == (State.UNKNOWN, Reason.NO_HOURS)
    assert state_of(posted=Posted(True, None)) == (State.UNKNOWN, Reason.DAY_UNKNOWN)
    assert not judge(NOW, Posted(False, None), [], None, Weights()).passes


def test_evidence_from_the_future_is_ignored():
    assert state_of(Sign("keeper_open", NOW + timedelta(minutes=1))) == (State.POSTED, Reason.IN_HOURS)
