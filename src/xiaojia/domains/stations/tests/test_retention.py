"""Signs that a door was open, and devices that were ended, do not stay for ever."""

from datetime import timedelta

from django.utils import timezone

from xiaojia.domains.stations.actions import add_evidence
from xiaojia.domains.stations.actions.keeping import create_device_link, revoke_device
from xiaojia.domains.stations.models import DeviceLink, Evidence
from xiaojia.kernel.retention.actions import run

NOW = timezone.now()


def test_old_signs_go_with_the_phones_mark(cast):
    for days in (1, 29, 31):
        add_evidence(station_id=cast.own.pk, kind="checkin_far", at=NOW - timedelta(days=days), device=b"x" * 16)
    assert [o.cleared for o in run(NOW, keys=("stations.evidence",))] == [1]
    assert Evidence.objects.filter(station=cast.own).count() == 2


def test_ended_devices_go_and_working_ones_stay(cast):
    actor = cast.actor("district")
    for days in (0, 184):
        link, _path = create_device_link(actor=actor, station_id=cast.own.pk, label=f"柜台{days}", now=NOW)
        revoke_device(actor=actor, link_id=link.pk, now=NOW - timedelta(days=days))
    working, _path = create_device_link(actor=actor, station_id=cast.own.pk, label="在用", now=NOW)
    DeviceLink.objects.filter(pk=working.pk).update(claimed_at=NOW, claim_expires_at=NOW - timedelta(days=999))
    assert [o.cleared for o in run(NOW, keys=("stations.devices",))] == [1]
    assert set(DeviceLink.objects.values_list("label", flat=True)) == {"柜台0", "在用"}
