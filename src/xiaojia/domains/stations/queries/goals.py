"""How far is an organisation on the way to its year's number of stations?"""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.stations import access
from xiaojia.domains.stations.models import Target
from xiaojia.kernel.orgs.access import Actor

COUNTED = ("trial", "running", "suspended", "rectifying")


def goal(_request: HttpRequest, actor: Actor, **_subject: Any) -> dict[str, Any] | None:
    """Return {label, value, top} of this year's target of the actor's own organisation, or None without one."""
    home = actor.home
    target = Target.objects.filter(org_id=home.org_id, year=timezone.localdate().year).first() if home else None
    if target is None:
        return None
    built = access.visible(actor).filter(merged_into=None, status__in=COUNTED).count()
    return {"label": _("今年目标 %(n)s 家") % {"n": target.stations}, "value": built, "top": target.stations}
