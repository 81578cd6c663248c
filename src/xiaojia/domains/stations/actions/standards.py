"""How is a standard adopted or written anew, and how do the shipped ones get in?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db import transaction

from xiaojia.domains.stations.models import Adoption, FacilityKind, Standard, StandardItem, Target, TruthRule
from xiaojia.domains.stations.rules.errors import StationError
from xiaojia.domains.stations.rules.seeds import KINDS, STANDARDS
from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.models import Organisation
from xiaojia.kernel.orgs.rules import Cap


@transaction.atomic
def adopt_standard(*, actor: Doer | Who, org: Organisation, standard: Standard, effective_on: date) -> Adoption:
    """Measure the stations of `org` and below by a standard from a day on; return the adoption."""
    _may_write(actor, org)
    adoption, made = Adoption.objects.update_or_create(
        org=org, effective_on=effective_on, defaults={"standard": standard}
    )
    record(
        actor,
        "stations.standard_adopted",
        kind="organisation",
        id=org.pk,
        label=org.name,
        standard=standard.key,
        effective_on=effective_on,
        replaced=not made,
    )
    return adoption


@transaction.atomic
def new_standard(
    *,
    actor: Doer | Who,
    org: Organisation,
    name: str,
    effective_on: date,
    items: Sequence[tuple[str, Sequence[str]]],
    source: str,
) -> Standard:
    """Write a union's own list as (label, kinds of which one is enough); lists in use are never changed.

    Raises: StationError `bad_standard` when a list of that name and day exists, `unknown_kind`.
    """
    _may_write(actor, org)
    key = f"own_{org.pk}_{effective_on:%Y%m%d}"
    if Standard.objects.filter(key=key).exists():
        raise StationError("bad_standard")
    known = set(FacilityKind.objects.values_list("key", flat=True))
    for _label, kinds in items:
        wrong = [kind for kind in kinds if kind not in known]
        if wrong:
            raise StationError("unknown_kind", params={"kind": wrong[0]})
    standard = Standard.objects.create(
        key=key, name=name, place=org.name, effective_on=effective_on, source=source, org=org
    )
    StandardItem.objects.bulk_create(
        StandardItem(standard=standard, label=label, any_of=list(kinds), order=order)
        for order, (label, kinds) in enumerate(items)
    )
    record(actor, "stations.standard_written", kind="standard", id=key, label=name, items=len(items))
    return standard


@transaction.atomic
def seed() -> None:
    """Load the shipped kinds, standards and the first truth rule; what is there stays as it is."""
    for order, kind in enumerate(KINDS):
        FacilityKind.objects.get_or_create(
            key=kind.key,
            defaults={
                "name": kind.name,
                "short_name": kind.short,
                "name_en": kind.english,
                "group": kind.group,
                "order": order,
                "filterable": kind.filterable,
                "words": list(kind.words),
            },
        )
    for shipped in STANDARDS:
        standard, made = Standard.objects.get_or_create(
            key=shipped.key,
            defaults={
                "name": shipped.name,
                "place": shipped.place,
                "effective_on": shipped.effective_on,
                "source": shipped.source,
            },
        )
        if made:
            StandardItem.objects.bulk_create(
                StandardItem(standard=standard, label=label, any_of=list(kinds), order=order)
                for order, (label, kinds) in enumerate(shipped.items)
            )
    TruthRule.objects.get_or_create(effective_from=datetime(2023, 1, 1, tzinfo=UTC))


@transaction.atomic
def set_target(*, actor: Doer | Who, org: Organisation, year: int, stations: int, source: str = "") -> Target:
    """Set how many stations an organisation means to have by the end of a year; setting it again replaces it."""
    _may_write(actor, org)
    target, _made = Target.objects.update_or_create(
        org=org, year=year, defaults={"stations": stations, "source": source}
    )
    record(actor, "stations.target_set", kind="organisation", id=org.pk, label=org.name, year=year, stations=stations)
    return target


def _may_write(actor: Doer | Who, org: Organisation) -> None:
    if isinstance(actor, Actor) and not actor.may(Cap.WRITE, org_path=org.path):
        raise StationError("not_found")
