"""How many phones came? Told apart within a month while their marks are kept; afterwards the figure that was taken then."""

from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits.models import Visit
from xiaojia.domains.visits.rules.hours import SHANGHAI, month_start
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap, reach
from xiaojia.kernel.places.models import Division
from xiaojia.kernel.retention.queries import figures

KEY = "visits.devices"


def by_month(found: QuerySet[Visit]) -> dict[str, int]:
    """Return {month: distinct devices} while marks are there: hashes change with the month, so months cannot be joined."""
    months = found.exclude(device=None).annotate(month=TruncMonth("hour", tzinfo=SHANGHAI)).values_list("month")
    return {f"{month:%Y-%m}": n for month, n in months.annotate(n=Count("device", distinct=True))}


def kept(actor: Actor, first: date, last: date, narrowed: str | None) -> dict[str, int]:
    """Return {month: devices} of the whole months of a period whose marks were taken off; {} where the scope has no figure."""
    periods = whole_months(first, last)
    scope = narrowed if narrowed is not None else everything(actor)
    return figures(KEY, scope, periods) if periods and scope else {}


def whole_months(first: date, last: date) -> list[str]:
    """Return the months that lie wholly in the period, as 2026-05."""
    month, found = month_start(first, 0 if first.day == 1 else 1), []
    while month_start(month, 1) - timedelta(days=1) <= last:
        found.append(f"{month:%Y-%m}")
        month = month_start(month, 1)
    return found


def everything(actor: Actor) -> str:
    """Return the scope of all that an actor reads: the root by its path, others by their one ground or path, else ""."""
    ground = reach(actor.grants, Cap.READ)
    root = next((path for path in ground.paths if path.count("/") <= 2), "")
    if root:
        return f"path:{root}"
    if len(ground.prefixes) == 1:
        return f"ground:{ground.prefixes[0]}"
    return f"path:{ground.paths[0]}" if len(ground.paths) == 1 and not ground.prefixes else ""


def narrowed(actor: Actor, *, org: int | None, division: str, station: str, seen: QuerySet[Visit]) -> str | None:
    """Return the scope of a narrowed question, "" where it has none of its own or is not the actor's, None if not narrowed."""
    if (org is not None) + bool(division) + bool(station) > 1:
        return ""
    ground = reach(actor.grants, Cap.READ)
    if station:
        pk = Station.objects.filter(code=station).values_list("pk", flat=True).first()
        return f"station:{pk}" if pk and seen.exists() else ""
    if division:
        prefix = Division.objects.filter(code=division).values_list("prefix", flat=True).first() or "-"
        root = any(path.count("/") <= 2 for path in ground.paths)
        return f"ground:{prefix}" if root or any(prefix.startswith(own) for own in ground.prefixes) else ""
    if org is not None:
        path = Organisation.objects.filter(pk=org).values_list("path", flat=True).first() or "-"
        return f"path:{path}" if any(path.startswith(own) for own in ground.paths) else ""
    return None
