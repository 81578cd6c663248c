"""Who does the long work? The background worker when one is alive, else whoever asked."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from xiaojia.kernel.imports.models import Batch

LARGE_WRITES = 300
"""Above this many rows to write the commit is handed over: about 30 ms each."""
LARGE_BYTES = 400_000
"""A sheet of so many bytes may have as many rows; its rows are not counted before it is kept."""
HEARTBEAT_S = 60
BUSY = "后台处理中"
"""The batch's message while the worker has it; no officer writes messages."""


def worker_alive() -> bool:
    """Return whether a background worker has shown a sign of life within the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > %s)",
            [timezone.now() - timedelta(seconds=HEARTBEAT_S)],
        )
        return bool(cursor.fetchone()[0])


def hand_over(batch: Batch, step: str, *, account_id: int | None, **more: bool) -> None:
    """Ask the worker for a step ("stage", "judge" or "commit") of a batch on behalf of an account."""
    from procrastinate.contrib.django import app

    batch.message = BUSY
    batch.save(update_fields=["message"])
    app.configure_task(f"imports.{step}", queueing_lock=f"imports.{batch.pk}.{step}").defer(
        batch_id=str(batch.pk), account_id=account_id, **more
    )
