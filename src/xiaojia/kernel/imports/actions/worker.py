"""Who does the long work? The background worker when one is alive, else whoever asked; a stopped one begins anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from xiaojia.kernel.imports.models import Batch, Work
from xiaojia.kernel.imports.rules import Progress

LARGE_WRITES = 2000
"""Above this many rows to write or to take back the worker does it: about 2 ms each."""
LARGE_ROWS = 5000
"""The same for judging anew: about 0.3 ms each."""
LARGE_BYTES = 400_000
"""A sheet of so many bytes may have as many rows; its rows are not counted before it is kept."""
HEARTBEAT_S = 60
SIGN_OF_LIFE_S = 0.5
STALLED_S = 90
TRIES = 3


def worker_alive() -> bool:
    """Return whether a background worker has shown a sign of life within the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > %s)",
            [timezone.now() - timedelta(seconds=HEARTBEAT_S)],
        )
        return bool(cursor.fetchone()[0])


def hand_over(batch: Batch, step: str, *, account_id: int | None, **options: bool) -> None:
    """Ask the worker for a step ("stage", "judge", "commit" or "undo") of a batch on behalf of an account."""
    values = {"step": step, "options": options, "account_id": account_id, "asked_at": timezone.now(), "seen_at": None}
    work, _made = Work.objects.update_or_create(
        batch=batch, defaults={**values, "done": 0, "total": batch.rows_total, "tries": 0}
    )
    _defer(work)


def _defer(work: Work) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    job = app.configure_task(f"imports.{work.step}", queueing_lock=f"imports.{work.pk}.{work.step}")
    with suppress(AlreadyEnqueued), transaction.atomic():  # it waits already
        job.defer(batch_id=str(work.pk), account_id=work.account_id, **work.options)


@contextmanager
def at_work(batch_id: str) -> Iterator[Progress]:
    """Give the function that tells how far the work is, seen at once by everybody; afterwards the work is gone."""
    line = connections.create_connection("default")
    last = 0.0

    def tell(done: int, total: int, **more: Any) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SIGN_OF_LIFE_S or done >= total:
            last = now
            with line.cursor() as cursor:
                cursor.execute(
                    "UPDATE imports_work SET done = %s, total = %s, seen_at = now() WHERE batch_id = %s",
                    [done, total, batch_id],
                )

    try:
        tell(0, 0)
        yield tell
        Work.objects.filter(batch__id=batch_id).delete()
    finally:
        line.close()


def is_stalled(work: Work, now: datetime) -> bool:
    """Return whether the worker was stopped in the middle of this; nothing of the step is kept then."""
    return work.seen_at is not None and now - work.seen_at > timedelta(seconds=STALLED_S)


def revive(now: datetime) -> int:
    """Begin stalled work anew, each at most TRIES times, then let go of it with words; return how many began."""
    begun = 0
    for work in Work.objects.filter(seen_at__lt=now - timedelta(seconds=STALLED_S)):
        if work.tries + 1 >= TRIES:
            Batch.objects.filter(pk=work.pk).update(message=GIVEN_UP)
            work.delete()
            continue
        work.tries, work.seen_at, work.asked_at = work.tries + 1, None, now
        work.save(update_fields=["tries", "seen_at", "asked_at"])
        _defer(work)
        begun += 1
    return begun


GIVEN_UP = "后台处理几次都中断了，这一步没有写入任何内容。请再试一次；还不行时请联系系统管理员。"
