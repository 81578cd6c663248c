"""Which stations does an officer look at? Filters over what the actor may see, with the columns of the desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from xiaojia.domains.stations import access
from xiaojia.domains.stations.models import Standard, Station
from xiaojia.kernel.orgs.access import Actor
from xiaojia.lib.pinyin import normalise_query

SORTS = {
    "code": "code", "-code": "-code", "name": "name", "-name": "-name", "district": "division__code",
    "verified": "verified_at", "-verified": "-verified_at", "updated": "-updated_at",
}  # fmt: skip


def office_list(
    actor: Actor, filters: Mapping[str, str], now: datetime, standard: Standard | None = None
) -> QuerySet[Station]:
    """Return the visible stations that pass the filters; unknown filters and empty values are ignored.

    Keys: q, org (id, with those below), division (code prefix), status, build, host_type, mobility, access,
    gap (label of an item of `standard`, or "any"), unverified (days, or "never"), hours ("none" | "unparsed"),
    position ("none" | "border" | "nowhere"), sort.
    """
    rows = access.visible(actor).filter(merged_into=None)
    for key, apply in _FILTERS.items():
        value = (filters.get(key) or "").strip()
        if value:
            rows = rows.filter(apply(value, now))
    gap = (filters.get("gap") or "").strip()
    if gap and standard:
        rows = rows.filter(gap_filter(standard, gap))
    return rows.order_by(SORTS.get(filters.get("sort") or "", "code"), "code")


def gap_filter(standard: Standard, label: str) -> Q:
    """Return the condition that a station lacks an item of a standard ("any" = at least one)."""
    lacks = Q(pk__in=[])
    for item in standard.items.all():
        if label in ("any", item.label):
            lacks |= ~Q(have__overlap=item.any_of)
    return lacks


def _q(value: str, _now: datetime) -> Q:
    words = normalise_query(value)
    return Q(search_text__contains=words) | Q(code__icontains=value) | Q(source_keys__key__iexact=value)


def _unverified(value: str, now: datetime) -> Q:
    if value == "never":
        return Q(verified_at=None)
    return Q(verified_at=None) | Q(verified_at__lt=now - timedelta(days=int(value) if value.isdigit() else 30))


def _hours(value: str, _now: datetime) -> Q:
    return Q(hours=None, hours_text="") if value == "none" else Q(hours=None) & ~Q(hours_text="")


def _position(value: str, _now: datetime) -> Q:
    return Q(lng=None) if value == "none" else Q(position_flags__contains=[value])


_FILTERS = {
    "q": _q,
    "org": lambda value, _now: Q(org__path__contains=f"/{int(value)}/") if value.isdigit() else Q(),
    "division": lambda value, _now: Q(division__code__startswith=value),
    "status": lambda value, _now: Q(status=value),
    "build": lambda value, _now: Q(build_kind=value),
    "host_type": lambda value, _now: Q(host_type=value),
    "mobility": lambda value, _now: Q(mobility=value),
    "access": lambda value, _now: Q(access=value),
    "unverified": _unverified,
    "hours": _hours,
    "position": _position,
}


def counts_by_district(rows: QuerySet[Station]) -> list[tuple[str, int]]:
    """Return (district name, stations) for a selection, for the sentence before a bulk action."""
    found = rows.order_by().values_list("division__name").annotate(n=Count("pk")).order_by("-n")
    return [(name or "", n) for name, n in found]
