"""Is the phone that asks the station's own, and whose name stands in the log then?"""

from collections.abc import Mapping
from datetime import date

from django.conf import settings

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.keeping import device_cookie, device_of, device_who, kept_by
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor


def keeper_who(cookies: Mapping[str, str], actor: Actor, station: Station, on: date) -> Who | None:
    """Return the doer of a claimed device, or of a signed-in keeper, of this station; no query for a worker's phone."""
    token = cookies.get(device_cookie(station.code), "")
    link = device_of(token, station) if token else None
    if link:
        return device_who(link)
    if settings.SESSION_COOKIE_NAME in cookies and kept_by(actor, on).filter(pk=station.pk).exists():
        return actor.who
    return None
