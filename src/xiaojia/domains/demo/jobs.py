"""What does the clock do for the demo city? Every minute it lives on; real instances are left alone."""

from django.conf import settings
from procrastinate.contrib.django import app

from xiaojia.domains.demo.actions.life import minute_passed


@app.periodic(cron="* * * * *")
@app.task(name="demo.live", queueing_lock="demo.live", pass_context=False)
def live(timestamp: int) -> None:
    """Let the city live up to this minute."""
    if settings.IS_DEMO:
        minute_passed()
