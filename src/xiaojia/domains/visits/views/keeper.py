"""What does the keeper add? +1, +2, +3, +5 for those without a phone; capped, and back to the four buttons."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xiaojia.domains.stations.queries.detail import find_public
from xiaojia.domains.visits import actions
from xiaojia.domains.visits.actions import Outcome
from xiaojia.domains.visits.forms import number, plain
from xiaojia.domains.visits.queries.keepers import keeper_who
from xiaojia.domains.visits.rules.errors import VisitError
from xiaojia.web.errors import message_of


@never_cache
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add people at a station; only its claimed device or its keeper may."""
    found, now = find_public(plain(code, 16)), timezone.now()
    back = f"{reverse('keep:page', args=[code])}?scan={request.POST.get('scan', '')}"
    who = keeper_who(request.COOKIES, request.actor, found.station, timezone.localdate()) if found else None  # type: ignore[attr-defined]
    if found is None or who is None:
        return redirect(back)
    try:
        key = UUID(request.POST.get("key", ""))
        result = actions.add_by_keeper(
            actor=who, station=found.station, people=number(request.POST.get("people", "")), key=key, now=now
        )
    except ValueError:
        messages.error(request, _("这一页不完整，请再试一次。"))
    except VisitError as error:
        messages.error(request, message_of(error))
    else:
        if result.outcome is Outcome.ACCEPTED:
            messages.success(request, _("补记了 %(n)s 人。") % {"n": result.people})
    return redirect(back)
