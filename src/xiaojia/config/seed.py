"""What must lie in every database, and how does an instance begin? Idempotent: run after each migration."""

from datetime import date

from xiaojia.domains.stations.actions import standards
from xiaojia.domains.visits.models import CountingRule
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.calendar.actions import seed as seed_calendar
from xiaojia.kernel.orgs.actions import set_up_instance
from xiaojia.kernel.orgs.models import Instance
from xiaojia.kernel.places.actions import load_edition


def seed_base() -> None:
    """Load what every instance shares: divisions with borders, the day table, facility standards, dated rules."""
    load_edition()
    seed_calendar()
    standards.seed()
    CountingRule.objects.get_or_create(
        name="2026-1",
        defaults={
            "effective_on": date(2023, 1, 1),
            "sources": {"qr": True, "code": True, "group": True, "keeper": True},
        },
    )


def seed_instance(division: str, name: str) -> Instance:
    """Load the base and create the root union of a civil division with one union for each county below it."""
    seed_base()
    return set_up_instance(actor=SYSTEM, division_code=division, name=name, is_demo=False)
