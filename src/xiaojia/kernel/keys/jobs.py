"""What does the clock do here? Once an hour what is no longer asked for is deleted."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from xiaojia.kernel.keys.actions import clean

log = logging.getLogger(__name__)


@app.periodic(cron="41 * * * *")
@app.task(name="keys.clean", queueing_lock="keys.clean", pass_context=False)
def clean_requests(timestamp: int) -> None:
    """Delete old answers and counts; `timestamp` is the second that the run belongs to."""
    answers, counts = clean(timezone.now())
    if answers or counts:
        log.info("requests deleted: %s answers, %s counts", answers, counts)
