"""How is it kept that a list left the desk?"""

from collections.abc import Mapping

from xiaojia.kernel.audit.actions import Doer, record


def note_export(*, actor: Doer, count: int, form: str, filters: Mapping[str, str]) -> None:
    """Record that so many stations were handed out in a form ("xlsx", "csv", "geojson"), by which filters."""
    record(actor, "stations.exported", kind="export", label=form, stations=count, filters=dict(filters))
