"""What does this room add to the pages below it? Handed to the slots by the fuse box."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.domains.feedback import queries
from xiaojia.domains.feedback.views.office import row_of


def report_url(request: HttpRequest, *, code: str = "") -> str:
    """Slot `station.report`: where one reports about a station, or first chooses it."""
    if code:
        return reverse("feedback:report", args=[code])
    given = "&".join(f"{name}={request.GET[name]}" for name in ("lng", "lat") if _plain(request.GET.get(name, "")))
    return reverse("feedback:choose") + (f"?{given}" if given else "")


def _plain(text: str) -> bool:
    return bool(text) and text.replace(".", "").replace("-", "").isdigit()


def station_desk(request: HttpRequest, *, station: Any, **_more: Any) -> dict[str, Any] | None:
    """Slot `station.desk`: the reports of the last days about one station."""
    rows = [row_of(report) for report in queries.recent(request.actor, station.pk, timezone.now())]  # type: ignore[attr-defined]
    if not rows:
        return None
    url = f"{reverse('feedback:office_list')}?station={station.code}"
    return {"template": "feedback/parts/desk_panel.html", "title": _("最近的问题"), "rows": rows, "url": url}


def today_card(request: HttpRequest, *, actor: Any) -> dict[str, Any]:
    """Slot `desk.today`: how many could not get in and nobody has dealt with it."""
    n = queries.open_no_entry(actor)
    url = f"{reverse('feedback:office_list')}?kind=no_entry&state=open"
    return {"number": n, "title": _("进不去"), "note": _("还没处理") if n else _("都处理了"), "url": url,
            "kind": "bad" if n else "none"}  # fmt: skip
