"""What do visits add to the pages of stations and of the desk? Functions that config/wiring.py plugs into their slots."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaojia.domains.stations.models import Station
from xiaojia.domains.visits import access
from xiaojia.domains.visits.models import Source
from xiaojia.domains.visits.queries.links import checkin_path, screen_path
from xiaojia.domains.visits.queries.rules import all_rules, current_rule
from xiaojia.domains.visits.queries.today import last_week, today_count, week_of_station
from xiaojia.domains.visits.rules.counting import count, shown_in_public
from xiaojia.domains.visits.rules.hours import day_bounds, day_of
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.web.templatetags.words import weekday


def public_fact(request: HttpRequest, *, station: Station) -> dict[str, str] | None:
    """Slot station.public: "今天 46 人次", nothing below five."""
    shown = shown_in_public(today_count(station.pk, timezone.now()).official)
    if shown is None:
        return None
    return {"fact": ngettext("今天 %(n)s 人次", "今天 %(n)s 人次", shown) % {"n": shown}}


def demo_checkin(request: HttpRequest, *, station: Station) -> dict[str, str] | None:
    """Slot station.public.checkin: on a demo nobody stands at a door, so the button opens what the plate would."""
    return {"url": checkin_path(station.code)} if settings.IS_DEMO else None


def desk_week(request: HttpRequest, *, station: Station) -> dict[str, Any]:
    """Slot station.desk: seven days with the rule and its parts, and the rows behind them."""
    now = timezone.now()
    days, total = week_of_station(station.pk, now)
    query = urlencode({"station": station.code, "from": days[0][0].isoformat(), "to": days[-1][0].isoformat()})
    return {
        "template": "visits/panels/week.html",
        "title": _("最近 7 天人次"),
        "rows": [(weekday(day), n, day == day_of(now)) for day, n in days],
        "rule": total.rule or current_rule(day_of(now)).name,
        "official": total.official,
        "parts": [(_(label), total.parts[key]) for key, label in Source.choices if total.parts.get(key)],
        "url": f"{reverse('visits:office_rows')}?{query}",
    }


def week_column(request: HttpRequest, *, stations: Sequence[Station]) -> dict[str, Any]:
    """Slot stations.columns: the official count of the last seven full days, each number a link to its rows."""
    now = timezone.now()
    first, last = day_of(now) - timedelta(days=7), day_of(now) - timedelta(days=1)
    sums = last_week([station.pk for station in stations], now)
    base = reverse("visits:office_counts")
    cells = {
        station.pk: {
            "value": sums[station.pk],
            "url": f"{base}?{urlencode({'station': station.code, 'from': first.isoformat(), 'to': last.isoformat()})}",
        }
        for station in stations
    }
    return {"title": _("近7天人次"), "cells": cells}


def today_card(request: HttpRequest, *, actor: Any) -> dict[str, Any]:
    """Slot desk.today: the official count of today for all that the actor sees."""
    today = timezone.localdate()
    start, end = day_bounds(today)
    rows = access.visible(actor).filter(hour__gte=start, hour__lt=end).values_list("source", "people")
    total = count([(today, source, people) for source, people in rows], all_rules())
    return {
        "number": total.official,
        "title": _("今天人次"),
        "note": _("口径 %(name)s") % {"name": total.rule or current_rule(today).name},
        "url": f"{reverse('visits:office_counts')}?{urlencode({'from': today.isoformat(), 'to': today.isoformat()})}",
        "kind": "" if total.official else "none",
    }


def keeper_add(request: HttpRequest, *, station: Station) -> dict[str, Any]:
    """Slot stations.keeper: 补记 N 人, with how many may still be added today."""
    now = timezone.now()
    cap = current_rule(day_of(now)).keeper_cap_day
    added = today_count(station.pk, now).parts["keeper"]
    return {
        "template": "visits/panels/keeper.html", "key": uuid4(), "left": max(0, cap - added), "added": added,
        "url": reverse("visits:keeper_add", args=[station.code]),
    }  # fmt: skip


def keeper_visit(request: HttpRequest, *, station: Station) -> str:
    """Slot stations.keeper.visit: the ordinary check-in, for a keeper who rests too."""
    return checkin_path(station.code) + "&visit=1"


def screen_link(request: HttpRequest, *, station: Station) -> dict[str, Any] | None:
    """Slot station.keeping: the page for a station's own screen, for those who may change the station."""
    if not request.actor.may(Cap.WRITE, org_path=station.org.path):  # type: ignore[attr-defined]
        return None
    return {
        "template": "visits/panels/screen.html", "url": screen_path(station.code),
        "plates_url": f"{reverse('visits:plates')}?code={station.code}",
    }  # fmt: skip
