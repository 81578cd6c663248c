"""What does the clock do here? Once a day it clears what is due."""

import logging
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from xiaojia.kernel.retention.actions import run

log = logging.getLogger(__name__)


@app.periodic(cron="41 19 * * *")
@app.task(name="retention.run", queueing_lock="retention.run", pass_context=False)
def clear_what_is_due(timestamp: int) -> None:
    """Clear; `timestamp` is the second that the run belongs to."""
    done = run(datetime.fromtimestamp(timestamp, UTC))
    cleared = {outcome.key: outcome.cleared for outcome in done if outcome.cleared}
    if cleared:
        log.info("retention: %s", ", ".join(f"{key} {n}" for key, n in cleared.items()))
