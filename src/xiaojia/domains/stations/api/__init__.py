"""What does a program see of stations? Lists, one station, changes, the nearest, who is open now: all public reads."""

from ninja import Router

from xiaojia.domains.stations.api import finding, reading

router = Router()
router.add_router("", reading.router, tags=["stations"])
router.add_router("", finding.router, tags=["stations"])
