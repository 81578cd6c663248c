"""What does the clock do here? Once a day the months ahead are made sure of."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from xiaojia.domains.visits.actions import ensure_partitions

log = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="visits.ensure_partitions", queueing_lock="visits.ensure_partitions", pass_context=False)
def keep_months(timestamp: int) -> None:
    """Make missing partitions; `timestamp` is the second that the run belongs to."""
    made = ensure_partitions(timezone.now())
    if made:
        log.info("partitions made: %s", ", ".join(made))
