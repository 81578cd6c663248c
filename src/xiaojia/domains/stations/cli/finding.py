"""How is the register exported, checked and searched on the command line?"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.dateparse import parse_time

from xiaojia.domains.stations import access
from xiaojia.domains.stations.actions.export import note_export
from xiaojia.domains.stations.cli import dialogue
from xiaojia.domains.stations.queries import board, checks, sheets
from xiaojia.domains.stations.queries.board import Live
from xiaojia.domains.stations.rules.state import State
from xiaojia.lib.console import Exit, json_option, result, say
from xiaojia.lib.coordinates import point
from xiaojia.lib.sheets import write_csv, write_xlsx

STATES = {
    State.CONFIRMED: ("open, confirmed", "开放中"),
    State.POSTED: ("open by its posted hours", "按公示时间开放"),
    State.UNKNOWN: ("not known", "待确认"),
    State.CLOSED: ("closed", "未开放"),
}


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["xlsx", "csv", "geojson"]), default="xlsx", show_default=True)
@json_option
def export_command(file: Path | None, form: str) -> None:
    """Write all stations to FILE (default: stations.FORMAT here). 导出全部站点。"""
    actor, _root = dialogue.command_actor()
    rows = access.visible(actor).filter(merged_into=None).order_by("code")
    target, count = file or Path(f"stations.{form}"), rows.count()
    if form == "geojson":
        made = sheets.to_geojson(rows, timezone.localdate())
        target.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    elif form == "csv":
        target.write_bytes(write_csv(sheets.columns(), sheets.sheet_rows(rows)))
    else:
        target.write_bytes(write_xlsx(sheets.columns(), sheets.sheet_rows(rows), "站点"))
    note_export(actor=actor, count=count, form=form, filters={})
    result(
        {"file": str(target), "stations": count},
        f"Wrote {count} stations to {target}.",
        f"已导出 {count} 个站点到 {target}。",
    )


@click.command()
@json_option
def check() -> int:
    """List stations that need a second look. 列出需要核对的站点。"""
    actor, _root = dialogue.command_actor()
    found = checks.findings(actor)
    for finding in found:
        say(f"{finding.code:<10} {finding.name}: {finding.english}", f"{'':<10} {finding.chinese}")
    counts = {kind: sum(f.kind == kind for f in found) for kind in checks.KINDS}
    result(
        {"findings": [vars(f) for f in found], "counts": counts},
        f"{len(found)} to look at: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()),
        f"共 {len(found)} 处需要核对。",
    )
    return Exit.OK


@click.command()
@click.option("--lng", type=float, required=True, help="Longitude. 经度。")
@click.option("--lat", type=float, required=True, help="Latitude. 纬度。")
@click.option("--datum", type=dialogue.DATUMS, default="wgs84", show_default=True)
@click.option("--open-now", is_flag=True, help="Only those that pass as open. 只要现在开放的。")
@click.option("--have", multiple=True, help="A facility key, e.g. microwave; repeatable. 要有的设施。")
@click.option("--at", "clock", metavar="HH:MM", help="Judge today's hours at another time. 换一个时刻。")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@json_option
def nearest(
    lng: float, lat: float, datum: str, open_now: bool, have: tuple[str, ...], clock: str | None, limit: int
) -> None:
    """Find the stations nearest to a point. 查找最近的站点。"""
    now = timezone.now()
    here = point(lng, lat, datum).to_wgs84()
    found = board.nearest(
        now, lng=here.lng, lat=here.lat, open_now=open_now, have=have, at=_at(clock, now), limit=limit
    )
    for place in found:
        words = STATES[State(place.verdict.state)]
        away = "–" if place.distance_m is None else f"{place.distance_m:,.0f} m"
        say(f"{away:>9}  {place.code:<10} {place.name} — {words[0]}", f"{'':>9}  {place.address}（{words[1]}）")
    result(
        {"stations": [as_json(place) for place in found]},
        f"{len(found)} stations." if found else "No station found.",
        "" if found else "没有找到站点。",
    )


def _at(clock: str | None, now: datetime) -> datetime | None:
    if not clock:
        return None
    try:
        moment = parse_time(clock)
    except ValueError:
        moment = None
    if moment is None:
        raise click.BadParameter("write it as 12:00 请写成12:00这样", param_hint="--at")
    return timezone.localtime(now).replace(hour=moment.hour, minute=moment.minute, second=0, microsecond=0)


def as_json(place: Live) -> dict[str, Any]:
    """Return a found station for programs."""
    return {
        "code": place.code,
        "name": place.name,
        "address": place.address,
        "lng": place.lng,
        "lat": place.lat,
        "distance_m": None if place.distance_m is None else round(place.distance_m, 1),
        "state": str(place.verdict.state),
        "open": place.verdict.passes,
        "next_at": place.verdict.next_at.isoformat() if place.verdict.next_at else None,
        "have": list(place.have),
        "division": place.division_name,
    }
