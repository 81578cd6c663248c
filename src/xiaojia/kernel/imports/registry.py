"""Which room reads which kind of sheet? Filled by config/wiring.py alone."""

from xiaojia.kernel.imports.rules import BatchError, Importer
from xiaojia.lib.errors import gettext_noop

_importers: dict[str, Importer] = {}


def plug(importer: Importer) -> None:
    """Add a room's importer; the same one again changes nothing."""
    _importers[importer.kind] = importer


def importer_of(kind: str) -> Importer:
    """Return the importer of a kind; raises BatchError `unknown_kind`."""
    if kind not in _importers:
        raise BatchError("unknown_kind", gettext_noop("没有“%(kind)s”这种导入。"), {"kind": kind}, status=404)
    return _importers[kind]


def importers() -> list[Importer]:
    """Return all importers, in the order they were plugged in."""
    return list(_importers.values())
