"""How does a station's state read above the one button? The same words as on its page."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaojia.domains.stations.queries.board import Live
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.domains.stations.rules import words
from xiaojia.domains.stations.rules.state import Reason
from xiaojia.domains.visits.models import Occupation
from xiaojia.web.templatetags.words import when

SHOWN_FACILITIES = 5
ORDER = ("water", "microwave", "charging", "toilet", "first_aid", "seat", "aircon", "wifi", "fridge", "umbrella")
ICONS = {
    "delivery": "occ-delivery", "courier": "occ-courier", "sanitation": "occ-cleaner", "driver": "occ-driver",
    "building": "occ-builder", "police": "occ-police", "gardening": "occ-gardener", "other": "occ-other",
}  # fmt: skip


def state_text(row: Live) -> str:
    """Return the state's word."""
    if row.verdict.reason is Reason.NOT_IN_SERVICE:
        return _(words.REASONS[Reason.NOT_IN_SERVICE])
    return _(words.STATE_LABELS[row.verdict.state])


def next_text(row: Live, now: datetime) -> str:
    """Return "18:30 结束", "明天 8:30 开" or "24小时"; "" when nothing is known."""
    if row.always_open and row.verdict.passes:
        return _("24小时")
    sentence = words.change_id(row.verdict)
    return _(sentence) % {"when": when(row.opens_at or row.verdict.next_at, now)} if sentence else ""


def until_text(row: Live, now: datetime) -> str:
    """Return "开放到 18:30" while it is open, else the state's word and what changes next."""
    if row.verdict.passes and row.verdict.next_at and row.verdict.becomes != "unknown":
        return _("开放到 %(when)s") % {"when": when(row.verdict.next_at, now)}
    return " · ".join(part for part in (state_text(row), next_text(row, now)) if part)


def haves(row: Live) -> list[dict[str, object]]:
    """Return up to five things that are here: icon, word, broken or not."""
    known, english = kinds(), (get_language() or "").startswith("en")
    keys = [key for key in ORDER if key in known and (key in row.have or key in row.broken)]
    return [
        {
            "icon": known[key].icon,
            "text": known[key].short_en if english else _(known[key].short),
            "bad": key in row.broken,
        }
        for key in keys[:SHOWN_FACILITIES]
    ]


def trades() -> list[dict[str, str]]:
    """Return the eight trades: value, word, icon."""
    return [{"value": value, "text": _(label), "icon": ICONS[value]} for value, label in Occupation.choices]
