"""Who may tap for a station right now? A claimed device by its cookie, a keeper by her post, and a fresh scan by its ticket."""

import hashlib
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from xiaojia.domains.stations.models import DeviceLink, Keeper, Station
from xiaojia.domains.stations.queries.hours import hours_of
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.ids import sign, verify

SCAN_S = 15 * 60
"""So long after the plate was scanned a tap counts as made at the door."""


def secret_hash(secret: str) -> str:
    """Return how the secret of a claim or of a device is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def claimable(secret: str, now: datetime) -> DeviceLink | None:
    """Return the link whose one-time code this is, if it is neither used, revoked nor over."""
    rows = DeviceLink.objects.select_related("station").filter(
        claimed_at=None, revoked_at=None, claim_expires_at__gt=now
    )
    return rows.filter(claim_hash=secret_hash(secret)).first()


def device_cookie(code: str) -> str:
    """Return the name of the cookie that makes a device the station's; one device may serve several stations."""
    return f"xj_keep_{code}"


def device_of(token: str, station: Station) -> DeviceLink | None:
    """Return the claimed, unrevoked device of this station that carries the token."""
    if not token:
        return None
    return DeviceLink.objects.filter(token_hash=secret_hash(token), station=station, revoked_at=None).first()


def device_who(link: DeviceLink) -> Who:
    """Return the doer that stands in the log for a device."""
    return Who(f"keeper-device:{link.pk}", f"站点设备：{link.label}")


def devices(station: Station) -> QuerySet[DeviceLink]:
    """Return the station's links, newest first."""
    return DeviceLink.objects.filter(station=station)


def kept_by(actor: Actor, on: date) -> QuerySet[Station]:
    """Return the stations that the actor keeps in person, by a post and an appointment both in force."""
    if not actor.person_id or not actor.has(Cap.KEEP):
        return Station.objects.none()
    mine = Keeper.objects.filter(Q(until=None) | Q(until__gte=on), person_id=actor.person_id, since__lte=on)
    return Station.objects.filter(pk__in=mine.values("station_id"), merged_into=None)


def scan_ticket(station: Station, now: datetime) -> str:
    """Return what a phone carries after it has scanned the plate of this station."""
    moment = int(now.timestamp())
    return f"{moment}.{sign('scan', station.pk, moment, key=settings.HASH_KEY)}"


def scan_ok(ticket: str, station: Station, now: datetime) -> bool:
    """Return whether the plate of this station was scanned within the last quarter of an hour."""
    moment, _, signature = ticket.partition(".")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12):
        return False
    fresh = 0 <= int(now.timestamp()) - int(moment) <= SCAN_S
    return fresh and verify(signature, "scan", station.pk, int(moment), key=settings.HASH_KEY)


def next_opening(station: Station, at: datetime) -> datetime | None:
    """Return when the posted hours open next, after the interval that is running; None when none is known to come."""
    hours = hours_of(station)
    was_open = hours.is_open(at) if hours else None
    moment = at
    for _ in range(4):
        change = hours.next_change(moment) if hours else None
        if change is None:
            return None
        if change.becomes == "unknown" or (change.becomes == "open" and was_open is False):
            return change.at
        was_open, moment = change.becomes == "open", change.at
    return None
