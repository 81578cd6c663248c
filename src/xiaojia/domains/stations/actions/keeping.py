"""What can the one at the door do? Claim a device, say open or closed in two taps, and take it back within five minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.closing import close_stations, withdraw_closure
from xiaojia.domains.stations.actions.evidence import add_evidence
from xiaojia.domains.stations.models import Closure, DeviceLink, Evidence, Station
from xiaojia.domains.stations.queries.keeping import claimable, device_who, next_opening, secret_hash
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.rules.words import SHANGHAI
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.ids import unguessable

CLAIM_HOURS = 24
UNDO_S = 5 * 60
SCAN_FIRST = _("开门要先扫门口牌子上的码：这样大家才知道门真的开了。")
NO_LABEL = _("请给设备起个名字，比如“前台手机”。")
TOO_LATE = _("已经过了 5 分钟，不能撤销了。请按现在的情况再点一次。")


class What(StrEnum):
    """The four things that a keeper says."""

    OPEN = "open"
    CLOSE = "close"
    EARLY = "early"
    TOMORROW = "tomorrow"


@dataclass(frozen=True)
class Tapped:
    """What a tap left behind: a piece of evidence or a closure, and until when the door stays shut by it."""

    what: What
    ref: UUID
    at: datetime
    until: datetime | None = None


@transaction.atomic
def create_device_link(*, actor: Actor, station_id: UUID | str, label: str, now: datetime) -> tuple[DeviceLink, str]:
    """Make a one-time link, good for 24 hours, with which a phone or tablet at the counter becomes the station's.

    Returns the link and the path to open on the device; its secret is not stored. Raises: StationError `not_found`,
    `no_label`.
    """
    station = access.get(actor, station_id, lock=False)
    label = " ".join(label.split())[:40]
    if not label:
        raise StationError("no_label", NO_LABEL, fields={"label": _("请给设备起个名字")})
    secret = unguessable(32)
    link = DeviceLink.objects.create(
        station=station, label=label, claim_hash=secret_hash(secret), claim_expires_at=now + timedelta(hours=CLAIM_HOURS),
        created_by=actor.label[:120], created_at=now,
    )  # fmt: skip
    record(actor, "stations.device_linked", kind="station", id=station.pk, label=str(station), device=label)
    return link, f"/k/claim/{secret}/"


@transaction.atomic
def claim_device(*, secret: str, now: datetime) -> tuple[DeviceLink, str]:
    """Take a one-time link; return it with the token that the device keeps from now on.

    Raises: StationError `link_over` for a link that is used, revoked, too old or unknown; of two at once one wins.
    """
    link, token = claimable(secret, now), unguessable(32)
    taken = link and DeviceLink.objects.filter(pk=link.pk, claimed_at=None, revoked_at=None).update(
        claimed_at=now, last_used_at=now, token_hash=secret_hash(token)
    )
    if link is None or not taken:
        raise StationError("link_over")
    record(device_who(link), "stations.device_claimed", kind="station", id=link.station.pk, label=str(link.station))
    return link, token


@transaction.atomic
def revoke_device(*, actor: Actor, link_id: UUID | str, now: datetime) -> DeviceLink:
    """End a device or an unused link at once; doing it again changes nothing. Raises: StationError `not_found`."""
    link = DeviceLink.objects.select_related("station").filter(pk=link_id).first()
    if link is None:
        raise StationError("not_found")
    access.get(actor, link.station.pk, lock=False)
    if DeviceLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        link.revoked_at = now
        record(
            actor,
            "stations.device_revoked",
            kind="station",
            id=link.station.pk,
            label=str(link.station),
            device=link.label,
        )
    return link


def note_use(link: DeviceLink, now: datetime) -> None:
    """Keep when a device was last used, to the minute."""
    if link.last_used_at is None or now - link.last_used_at >= timedelta(minutes=1):
        DeviceLink.objects.filter(pk=link.pk).update(last_used_at=now)


@transaction.atomic
def tap(
    *, who: Who, station: Station, what: str, at: datetime, scanned: bool, reason: str = "", device: bytes = b""
) -> Tapped:
    """Say that the door opens, closes, closes early, or stays shut tomorrow; that `who` keeps it the caller has checked.

    Opening is proof, so the plate must have been scanned (`scanned`). A closing holds until the next posted opening.
    Raises: StationError `scan_first`, `no_reason`, `bad_choice`.
    """
    if what not in list(What):
        raise StationError("bad_choice", params={"value": what})
    what = What(what)
    if what is What.TOMORROW:
        closure = _close_tomorrow(who, station, reason, at)
        return Tapped(what, closure.pk, at, closure.ends_at)
    if what is What.OPEN and not scanned:
        raise StationError("scan_first", SCAN_FIRST)
    kind = Evidence.Kind.KEEPER_OPEN if what is What.OPEN else Evidence.Kind.KEEPER_CLOSE
    until = None if what is What.OPEN else next_opening(station, at)
    row = add_evidence(station_id=station.pk, kind=kind, at=at, device=device, until=until, note=_note(what, scanned))
    return Tapped(what, row.pk, at, until)


@transaction.atomic
def undo_tap(*, who: Who, station: Station, tapped: Tapped, now: datetime, device: bytes = b"") -> bool:
    """Take a tap back: the opposite evidence is added, the closure withdrawn; return whether anything changed.

    Doing it again changes nothing. Raises: StationError `too_late` after five minutes, `not_found`.
    """
    if now - tapped.at > timedelta(seconds=UNDO_S):
        raise StationError("too_late", TOO_LATE)
    if tapped.what is What.TOMORROW:
        closure = Closure.objects.filter(pk=tapped.ref, stations=station).first()
        if closure is None:
            raise StationError("not_found")
        withdraw_closure(actor=who, closure_id=closure.pk)
        return closure.withdrawn_at is None
    Station.objects.select_for_update().filter(pk=station.pk).first()
    rows = Evidence.objects.filter(station=station)
    if not rows.filter(pk=tapped.ref).exists():
        raise StationError("not_found")
    note = f"undo {tapped.ref}"
    if rows.filter(note=note).exists():
        return False
    opened = tapped.what is What.OPEN
    kind = Evidence.Kind.KEEPER_CLOSE if opened else Evidence.Kind.KEEPER_OPEN
    until = next_opening(station, now) if opened else None
    add_evidence(station_id=station.pk, kind=kind, at=now, device=device, until=until, note=note)
    return True


def _close_tomorrow(who: Who, station: Station, reason: str, at: datetime) -> Closure:
    """One closure for the coming calendar day; the same again is the same closure."""
    today = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    starts_at, ends_at = today + timedelta(days=1), today + timedelta(days=2)
    Station.objects.select_for_update().filter(pk=station.pk).first()
    same = Closure.objects.filter(stations=station, starts_at=starts_at, ends_at=ends_at, withdrawn_at=None).first()
    return same or close_stations(
        actor=who, station_ids=[station.pk], reason=reason, starts_at=starts_at, ends_at=ends_at
    )


def _note(what: What, scanned: bool) -> str:
    words = {What.OPEN: "opened", What.CLOSE: "closed", What.EARLY: "closed early"}
    return words[what] + ("" if scanned else ", not scanned")
