"""What can be done here? A worker says what is wrong; an officer has seen it, and says what was done."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from xiaojia.domains.feedback import access, queries
from xiaojia.domains.feedback.models import Report
from xiaojia.domains.feedback.rules import KINDS, NO_COOKIE_DEVICE, PER_DEVICE, PER_STATION, WHYS, FeedbackError, check
from xiaojia.domains.stations.actions import add_evidence
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.files.actions import store
from xiaojia.kernel.files.models import File
from xiaojia.kernel.notices.actions import officers_for, tell
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.images import clean_photo


def report_problem(
    *,
    station: Station,
    kind: str,
    key: UUID,
    device: bytes | None,
    now: datetime,
    why: str = "",
    facility: str = "",
    text: str = "",
    photo: bytes = b"",
    partner_id: UUID | None = None,
) -> Report:
    """Keep a worker's report and return it; the same `key` again returns the first one and changes nothing.

    进不去 becomes evidence in the same transaction, so the list changes at once, and the officers are told. `device` is
    the month's hash, None for a phone that refuses cookies; `partner_id` the key of the program that sent it.
    Raises: FeedbackError, PhotoError.
    """
    known = Report.objects.filter(key=key).first()
    if known:
        return known
    check(kind, why, facility, text)
    if station.status == Station.Status.REMOVED:
        raise FeedbackError("removed")
    _check_rate(station, device, now)
    cleaned = clean_photo(photo) if photo else None
    try:
        with transaction.atomic():
            kept = None
            if cleaned:
                kept = store(
                    cleaned.jpeg_bytes, kind=File.Kind.PHOTO, media_type="image/jpeg", width_px=cleaned.width,
                    height_px=cleaned.height, thumb=cleaned.thumb_bytes,
                )  # fmt: skip
            report = Report.objects.create(
                org=station.org, division=station.division, station=station, kind=kind, key=key, at=now, photo=kept,
                why=why if kind == "no_entry" else "", facility=facility if kind == "broken" else "",
                text=text.strip()[:300], device=device or NO_COOKIE_DEVICE, partner_id=partner_id,
            )  # fmt: skip
            if kind == Report.Kind.NO_ENTRY:
                _weigh(report, station)
            return report
    except IntegrityError:
        return Report.objects.get(key=key)


def _weigh(report: Report, station: Station) -> None:
    """Let the report count against the station's being open, and tell those who can do something."""
    add_evidence(station_id=station.pk, kind="no_entry", at=report.at, device=bytes(report.device), note=report.why)
    text = f"{station.name}：{KINDS['no_entry'][0]}（{WHYS[report.why][0]}）"
    url = f"{reverse('feedback:office_list')}?station={station.code}"
    tell(officers_for(station.org.path), kind="feedback.no_entry", text=text, url=url)


def _check_rate(station: Station, device: bytes | None, now: datetime) -> None:
    phone_since = now - timedelta(seconds=PER_DEVICE.window_s)
    station_since = now - timedelta(seconds=PER_STATION.window_s)
    if device and queries.sent_by(device, phone_since) >= PER_DEVICE.count:
        raise FeedbackError("too_often")
    if queries.sent_about(station.pk, station_since) >= PER_STATION.count:
        raise FeedbackError("too_often")


@transaction.atomic
def mark_seen(*, actor: Actor, report_id: UUID) -> Report:
    """Say that somebody knows of it; doing so again changes nothing."""
    report = access.get(actor, report_id)
    if report.state != Report.State.NEW:
        return report
    _settle(actor, report, Report.State.SEEN, "")
    record(actor, "feedback.seen", kind="report", id=report.pk, label=str(report.station), what=report.kind)
    return report


@transaction.atomic
def mark_done(*, actor: Actor, report_id: UUID, answer: str) -> Report:
    """Close a report with what was done. Raises: FeedbackError `no_answer`, `already_done`."""
    report = access.get(actor, report_id)
    if report.state == Report.State.DONE:
        raise FeedbackError("already_done")
    if not answer.strip():
        raise FeedbackError("no_answer", fields={"answer": FeedbackError.sentences["no_answer"]})
    _settle(actor, report, Report.State.DONE, answer.strip()[:300])
    record(actor, "feedback.done", kind="report", id=report.pk, label=str(report.station), what=report.kind,
           answer=report.answer)  # fmt: skip
    return report


def _settle(actor: Actor, report: Report, state: str, answer: str) -> None:
    report.state, report.answer = state, answer or report.answer
    report.handled_at, report.handled_by = timezone.now(), actor.label[:120]
    report.save(update_fields=["state", "answer", "handled_at", "handled_by"])
