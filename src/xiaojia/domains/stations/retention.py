"""How long does the product remember who said that a door is open, and who looked after a station?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaojia.domains.stations.models import DeviceLink, Evidence, Keeper
from xiaojia.kernel.people.models import Person
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

BASIS = _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间")


def old_evidence(cutoff: datetime) -> int:
    """Count the signs of opening from before."""
    return Evidence.objects.filter(at__lt=cutoff).count()


def drop_evidence(cutoff: datetime, most: int) -> int:
    """Delete some of them; the state of a door rests on the last day alone."""
    keys = list(Evidence.objects.filter(at__lt=cutoff).values_list("pk", flat=True)[:most])
    return Evidence.objects.filter(pk__in=keys).delete()[0]


def _dead_links(cutoff: datetime) -> QuerySet[DeviceLink]:
    return DeviceLink.objects.filter(Q(revoked_at__lt=cutoff) | Q(claimed_at=None, claim_expires_at__lt=cutoff))


def dead_links(cutoff: datetime) -> int:
    """Count the devices that were ended, and the claims that nobody took, before."""
    return _dead_links(cutoff).count()


def drop_dead_links(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    return DeviceLink.objects.filter(pk__in=list(_dead_links(cutoff).values_list("pk", flat=True)[:most])).delete()[0]


TERMS = (
    Term("stations.evidence", _("开门、登记、进不去的凭据（含当月设备标识）"), _("判断门现在开没开"), _("发生"), BASIS, 30, 2, 62,
         old_evidence, drop_evidence),
    Term("stations.devices", _("已停用的站点设备"), _("核对是谁点的开门"), _("停用或过期"), BASIS, 183, 1, 366,
         dead_links, drop_dead_links),
)  # fmt: skip


def kept_stations(person: Person) -> tuple[str, tuple[str, ...], Sequence[tuple[Any, ...]]]:
    """Return (heading, columns, rows) of the stations that a person looks or looked after."""
    rows = Keeper.objects.filter(person=person).select_related("station").order_by("since")
    head = (_("站点"), _("角色"), _("任职开始"), _("任职截止"))
    return _("负责的站点"), head, [(str(k.station), k.get_role_display(), k.since, k.until) for k in rows]


def keepers(day: date) -> QuerySet[Any]:
    """Return the ids of the persons who keep a station on or after a day."""
    return Keeper.objects.filter(Q(until=None) | Q(until__gte=day)).values("person_id")


def needs(person: Person, on: date) -> str:
    """Return why a person cannot be forgotten: she still keeps a station."""
    keeps = Keeper.objects.filter(Q(until=None) | Q(until__gte=on), person=person).exists()
    return _("还是站点负责人，请先卸任。") if keeps else ""
