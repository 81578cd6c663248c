"""How does a request count once, however often it is sent? One row per Idempotency-Key; deed and answer are one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from xiaojia.kernel.keys.models import Once
from xiaojia.kernel.keys.rules import IDEMPOTENCY_KEY, TAKEOVER_S, KeyRefused


@dataclass(frozen=True)
class Answer:
    """What is sent back: the status and the JSON text; `replayed` when it was made by an earlier request."""

    status: int
    body: str
    replayed: bool = False


def once(*, scope: str, key: str | None, payload: str, now: datetime, run: Callable[[], Answer]) -> Answer:
    """Run a deed for the first request with this key and keep its answer; give the same answer to the others.

    `payload` is the hash of operation and payload. Deed and answer are written in one transaction. A refusal (whatever
    `run` raises) changes nothing and frees the key, so that the corrected request may use it. A request that died with
    its process is taken over after a minute; should it still live, only one of the two is written.
    Raises: KeyRefused `idempotency_key_missing`, `idempotency_key_bad`, `idempotency_key_reused`,
    `idempotency_key_running`, and whatever `run` raises.
    """
    if not key:
        raise KeyRefused("idempotency_key_missing")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise KeyRefused("idempotency_key_bad")
    fresh = Once(scope=scope, key=key, payload=payload, created_at=now, started_at=now)
    Once.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Once.objects.filter(scope=scope, key=key).first()
    if row is None:  # freed between the two statements: its request was refused, ours may try
        raise KeyRefused("idempotency_key_running", wait_s=1)
    if row.payload != payload:
        raise KeyRefused("idempotency_key_reused")
    if row.state == Once.State.DONE:
        return Answer(row.status or 200, row.body, replayed=True)
    if row.pk != fresh.pk and not _take_over(row, now):
        raise KeyRefused("idempotency_key_running", wait_s=1)
    return _run(row, run)


def _take_over(row: Once, now: datetime) -> bool:
    """Claim a row whose request has died; of several claims one succeeds."""
    if row.started_at > now - timedelta(seconds=TAKEOVER_S):
        return False
    claimed = Once.objects.filter(pk=row.pk, state=Once.State.RUNNING, started_at=row.started_at)
    won = claimed.update(started_at=now) == 1
    row.started_at = now
    return won


def _run(row: Once, run: Callable[[], Answer]) -> Answer:
    mine = Once.objects.filter(pk=row.pk, state=Once.State.RUNNING, started_at=row.started_at)
    try:
        with transaction.atomic():
            answer = run()
            if mine.update(state=Once.State.DONE, status=answer.status, body=answer.body) != 1:
                raise KeyRefused("idempotency_key_running", wait_s=1)
    except BaseException:
        mine.delete()
        raise
    return answer
