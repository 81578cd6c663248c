"""Which organisations are there, and whose instance is this?"""

from django.db.models import QuerySet

from xiaojia.kernel.orgs.models import Instance, Organisation


def instance() -> Instance | None:
    """Return the instance row with its root organisation and division, or None before `xiaojia init`."""
    return Instance.objects.select_related("root", "division").first()


def below(path: str) -> QuerySet[Organisation]:
    """Return the open organisations at or below a path, in path order."""
    return Organisation.objects.filter(path__startswith=path, closed_on=None)
