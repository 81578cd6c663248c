"""When is a station truly open? The table of design decision 5, as pure functions over evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """What a page says of right now, in the order in which stations are listed."""

    CONFIRMED = "confirmed"
    POSTED = "posted"
    UNKNOWN = "unknown"
    CLOSED = "closed"


MICROSECOND = timedelta(microseconds=1)
RANK = {State.CONFIRMED: 1, State.POSTED: 2, State.UNKNOWN: 3, State.CLOSED: 4}
PASSES_OPEN_NOW = frozenset({State.CONFIRMED, State.POSTED})


class Reason(StrEnum):
    """Why a state is so; the sentence for each stands in `words.py`."""

    KEEPER_PROOF = "keeper_proof"
    VISIT_PROOF = "visit_proof"
    IN_HOURS = "in_hours"
    NO_HOURS = "no_hours"
    DAY_UNKNOWN = "day_unknown"
    ONE_REPORT = "one_report"
    OUT_OF_HOURS = "out_of_hours"
    CLOSURE = "closure"
    KEEPER_CLOSED = "keeper_closed"
    REPORTS = "reports"
    NOT_IN_SERVICE = "not_in_service"


@dataclass(frozen=True)
class Weights:
    """The dated rule values (model TruthRule); seconds and counts."""

    proof_fresh_s: int = 4 * 3600
    devices_for_proof: int = 3
    device_window_s: int = 3600
    report_decay_s: int = 2 * 3600
    reports_to_close: int = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence: its kind (models.truth.Evidence.Kind), time, device and, for a closing, its end."""

    kind: str
    at: datetime
    device: bytes = b""
    until: datetime | None = None


@dataclass(frozen=True)
class Posted:
    """What the posted hours say of an instant: open (None = unknown), the current interval, the next change.

    `becomes` is "open", "closed" or "unknown". `known` is False when no hours are known at all.
    """

    known: bool
    is_open: bool | None
    interval_start: datetime | None = None
    interval_end: datetime | None = None
    staffed: bool | None = None
    next_at: datetime | None = None
    becomes: str = ""


@dataclass(frozen=True)
class Shut:
    """A dated closure in force: its reason in words and its end (None = until further notice)."""

    reason: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Verdict:
    """The state of one station at one instant: why, since when, proven when, and what changes next."""

    state: State
    reason: Reason
    since: datetime | None = None
    proof_at: datetime | None = None
    next_at: datetime | None = None
    becomes: str = ""
    words: str = ""
    doubts: int = 0

    @property
    def rank(self) -> int:
        return RANK[self.state]

    @property
    def passes(self) -> bool:
        """Whether the filter 现在开放 lets it through."""
        return self.state in PASSES_OPEN_NOW


def judge(
    now: datetime,
    posted: Posted,
    signs: Sequence[Sign],
    shut: Shut | None,
    weights: Weights,
    *,
    in_service: bool = True,
) -> Verdict:
    """Return the verdict for one station at `now`; later evidence outweighs earlier, doubts fade by the rule.

    Source: design decision 5, the table of states.
    """
    if not in_service:
        return Verdict(State.CLOSED, Reason.NOT_IN_SERVICE)
    if shut is not None:
        return Verdict(
            State.CLOSED,
            Reason.CLOSURE,
            since=shut.since,
            next_at=shut.until,
            becomes="open" if shut.until else "",
            words=shut.reason,
        )
    past = sorted((sign for sign in signs if sign.at <= now), key=lambda sign: sign.at)
    proof = latest_proof(past, weights)
    closing = _latest_closing(past, now)
    if closing and (proof is None or proof.at <= closing.at):
        following = closing.until or posted.next_at
        return Verdict(
            State.CLOSED, Reason.KEEPER_CLOSED, since=closing.at, next_at=following, becomes="open" if following else ""
        )
    if not posted.known:
        return _without_hours(now, past, proof, weights)
    if posted.is_open is None:
        return Verdict(State.UNKNOWN, Reason.DAY_UNKNOWN, next_at=posted.next_at, becomes=posted.becomes)
    if not posted.is_open:
        return Verdict(State.CLOSED, Reason.OUT_OF_HOURS, next_at=posted.next_at, becomes=posted.becomes)
    return _inside_hours(now, posted, past, proof, weights)


def _inside_hours(now: datetime, posted: Posted, past: Sequence[Sign], proof: Sign | None, weights: Weights) -> Verdict:
    doubts = _fresh_doubts(now, posted.interval_start, past, proof, weights)
    if len(doubts) >= weights.reports_to_close:
        return Verdict(State.CLOSED, Reason.REPORTS, since=doubts[-1].at, doubts=len(doubts))
    if doubts:
        return Verdict(
            State.UNKNOWN,
            Reason.ONE_REPORT,
            since=doubts[-1].at,
            next_at=posted.next_at,
            becomes=posted.becomes,
            doubts=1,
        )
    fresh = proof is not None and proof.at >= now - timedelta(seconds=weights.proof_fresh_s)
    if proof is not None and fresh and (posted.interval_start is None or proof.at >= posted.interval_start):
        by_keeper = proof.kind == "keeper_open"
        return Verdict(
            State.CONFIRMED,
            Reason.KEEPER_PROOF if by_keeper else Reason.VISIT_PROOF,
            since=proof.at,
            proof_at=proof.at,
            next_at=posted.next_at,
            becomes=posted.becomes,
        )
    return Verdict(
        State.POSTED,
        Reason.IN_HOURS,
        since=posted.interval_start,
        proof_at=proof.at if proof else None,
        next_at=posted.next_at,
        becomes=posted.becomes,
    )


def _without_hours(now: datetime, past: Sequence[Sign], proof: Sign | None, weights: Weights) -> Verdict:
    doubts = _fresh_doubts(now, None, past, proof, weights)
    if len(doubts) >= weights.reports_to_close:
        return Verdict(State.CLOSED, Reason.REPORTS, since=doubts[-1].at, doubts=len(doubts))
    return Verdict(
        State.UNKNOWN,
        Reason.ONE_REPORT if doubts else Reason.NO_HOURS,
        proof_at=proof.at if proof else None,
        doubts=len(doubts),
    )


def latest_proof(past: Sequence[Sign], weights: Weights) -> Sign | None:
    """The latest keeper's opening, near or coded check-in, or third distinct device within the window."""
    best: Sign | None = None
    window: dict[bytes, datetime] = {}  # the devices of the last hour, the latest last
    for sign in past:
        if sign.kind in ("keeper_open", "checkin_near", "checkin_code"):
            best = sign
        if sign.kind.startswith("checkin") and sign.device:
            since = sign.at - timedelta(seconds=weights.device_window_s)
            window.pop(sign.device, None)
            window[sign.device] = sign.at
            while (oldest := next(iter(window))) and window[oldest] < since:
                del window[oldest]
            if len(window) >= weights.devices_for_proof:
                best = sign
    return best


def _latest_closing(past: Sequence[Sign], now: datetime) -> Sign | None:
    closings = [s for s in past if s.kind == "keeper_close" and (s.until is None or s.until > now)]
    return closings[-1] if closings else None


def _fresh_doubts(
    now: datetime, interval_start: datetime | None, past: Sequence[Sign], proof: Sign | None, weights: Weights
) -> list[Sign]:
    """Reports of 进不去 from distinct devices, later than the latest proof, not faded.

    A report fades after `report_decay_s`, unless it belongs to the interval that is still running.
    """
    limit = now - timedelta(seconds=weights.report_decay_s)
    fresh: dict[bytes, Sign] = {}
    for sign in past:
        same_interval = interval_start is not None and sign.at >= interval_start
        later = proof is None or sign.at > proof.at
        if sign.kind == "no_entry" and later and (sign.at >= limit or same_interval):
            fresh[sign.device or sign.at.isoformat().encode()] = sign
    return sorted(fresh.values(), key=lambda sign: sign.at)


def still_matters(signs: Sequence[Sign], weights: Weights) -> tuple[Sign, ...]:
    """Return signs without those that can never count again: older than a proof by more than the window of devices.

    `judge` says the same of both from the latest sign's time on.
    """
    proofs = [sign.at for sign in signs if sign.kind in ("keeper_open", "checkin_near", "checkin_code")]
    if not proofs:
        return tuple(signs)
    since = max(proofs) - timedelta(seconds=weights.device_window_s)
    return tuple(sign for sign in signs if sign.at >= since)


def breaks(now: datetime, signs: Sequence[Sign], weights: Weights, within: timedelta) -> list[datetime]:
    """Return the later instants at which evidence alone can change a verdict; `within` is how long a sign is looked at.

    A limit that is passed only after its instant is named a microsecond later.
    """
    limits = [timedelta(seconds=s) for s in (weights.proof_fresh_s, weights.report_decay_s)]
    found = []
    for sign in signs:
        found += [sign.at, sign.at + within, *(sign.at + limit + MICROSECOND for limit in limits)]
        if sign.until:
            found.append(sign.until)
    return [at for at in found if at > now]
