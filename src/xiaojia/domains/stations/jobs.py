"""What does the clock do here? Once a day changes that nobody asks for any more are folded."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from xiaojia.domains.stations.queries import feed

log = logging.getLogger(__name__)


@app.periodic(cron="41 3 * * *")
@app.task(name="stations.prune_changes", queueing_lock="stations.prune_changes", pass_context=False)
def prune_changes(timestamp: int) -> None:
    """Fold old changes and those of a life before a restore; `timestamp` is the second that the run belongs to."""
    feed.clean()
    folded = feed.prune(timezone.now())
    if folded:
        log.info("changes folded: %d", folded)
