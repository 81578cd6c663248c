"""Which commands speak of feeds? `hsds check [URL]` and `feeds export FILE`."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from xiaojia.domains.feeds.cli.readers import TIME_S, HttpReader, OwnReader
from xiaojia.domains.feeds.rules.checking import Endpoint, Expectations, Report, built_in, check, official
from xiaojia.lib.console import Exit, Stop, json_option, progress, result, say


@click.group()
def hsds() -> None:
    """Check feeds of the Human Services Data Specification 3.0. 检查 HSDS 3.0 数据接口。"""


@click.group()
def feeds() -> None:
    """Write the open data into files. 把开放数据写成文件。"""


@hsds.command("check")
@click.argument("url", required=False)
@click.option("--schemas", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder with the official compiled schemas. 官方 schema 文件夹。")  # fmt: skip
@click.option(
    "--details", type=click.IntRange(min=0), help="Objects of each list read by id; all without it. 逐个读取的个数。"
)
@click.option("--seconds", type=click.FloatRange(min=0.5, max=600), default=TIME_S, show_default=True,
              help="Longest wait for one answer. 单次最长等待秒数。")  # fmt: skip
@json_option
def check_command(url: str | None, schemas: Path | None, details: int | None, seconds: float) -> int:
    """Walk a whole feed, another's at URL or our own, and validate every object. 检查整个数据接口。"""
    expected = _expected(schemas)
    reader: Any = HttpReader(_address(url), time_s=seconds) if url else OwnReader()
    with progress("checking", 1_000_000) as show:
        report = check(reader, expected, details=details, tell=lambda _path, count: show(min(count, 999_999)))
    for endpoint in report.endpoints:
        _tell(endpoint)
    for warning in report.warnings:
        say(f"warning  {warning}", f"提醒     {warning}")
    _end(url, report)
    if not report.reached:
        return Exit.CANNOT_REACH
    return Exit.OK if report.sound else Exit.FAILED


check_command.needs_instance = lambda params: not params.get("url")  # type: ignore[attr-defined]


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Stop(Exit.USAGE, "bad_url", f"{url} is not an http(s) address.", f"{url} 不是 http(s) 地址。")
    return url.partition("#")[0].partition("?")[0]


def _expected(folder: Path | None) -> Expectations:
    if folder is None:
        return built_in()
    try:
        return official({path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")})
    except (KeyError, ValueError) as error:
        raise Stop(
            Exit.USAGE, "bad_schemas", f"{folder} does not hold the compiled schemas of HSDS 3.0 ({error}).",
            f"{folder} 里没有完整的 HSDS 3.0 编译 schema（{error}）。",
        ) from error  # fmt: skip


def _tell(endpoint: Endpoint) -> None:
    if not endpoint.requests or not endpoint.found:
        return
    times = f"p50 {endpoint.quantile_ms(50):.0f} ms, p95 {endpoint.quantile_ms(95):.0f} ms"
    counts = f"{endpoint.valid}/{endpoint.objects} valid, {endpoint.fault_count} faults"
    say(f"{endpoint.path:<28} {counts}; {endpoint.requests} requests, {times}")
    for fault in endpoint.faults[:10]:
        say(f"    {fault['at']} {fault['path']}: {fault['message']}")
    if endpoint.fault_count > 10:
        say(f"    … and {endpoint.fault_count - 10} more", f"    … 另有 {endpoint.fault_count - 10} 处")


def _end(url: str | None, report: Report) -> None:
    objects = sum(endpoint.objects for endpoint in report.endpoints)
    values = {
        "url": url or "own", "reached": report.reached, "sound": report.sound, "objects": objects,
        "faults": report.fault_count, "warnings": report.warnings,
        "endpoints": [
            {
                "path": one.path, "required": one.required, "found": one.found, "requests": one.requests,
                "objects": one.objects, "valid": one.valid, "fault_count": one.fault_count, "faults": one.faults,
                "p50_ms": one.quantile_ms(50), "p95_ms": one.quantile_ms(95),
            }
            for one in report.endpoints
        ],
    }  # fmt: skip
    if not report.reached:
        why = report.endpoints[0].faults[0]["message"]
        result(values, f"Nothing answers: {why}.", f"没有回应：{why}。")
    elif report.sound:
        result(values, f"Sound: {objects} objects, no fault.", f"通过：{objects} 个对象，没有问题。")
    else:
        result(
            values,
            f"{report.fault_count} faults in {objects} objects.",
            f"{objects} 个对象中有 {report.fault_count} 处问题。",
        )


@feeds.command("export")
@click.argument("file", required=False, default="stations.geojson", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--division", default="", help="Six digits of GB/T 2260, as 460203. 行政区划代码。")
@json_option
def export_command(file: Path, division: str) -> None:
    """Write the public GeoJSON to FILE, as map platforms get it. 导出公开的 GeoJSON。"""
    from django.conf import settings
    from django.utils import timezone

    from xiaojia.domains.feeds.queries.collection import features
    from xiaojia.domains.feeds.queries.release import forget
    from xiaojia.domains.stations.queries.release import coordinates_released

    forget()
    if not coordinates_released():
        raise Stop(
            Exit.FAILED, "not_released",
            "Coordinates are not released here: record the release approval first (desk, Open data).",
            "尚未公开坐标：请先在办公端“数据开放”登记信息发布审核。",
        )  # fmt: skip
    if division and not (division.isascii() and division.isdigit() and len(division) == 6):
        raise Stop(Exit.USAGE, "bad_division", "--division must be six digits.", "--division 应为六位行政区划代码。")
    while division.endswith("00") and len(division) > 2:
        division = division[:-2]
    count = 0
    with file.open("w", encoding="utf-8") as target:
        for part in features(timezone.now(), settings.XIAOJIA_URL.rstrip("/"), division):
            count += part.count('{"type":"Feature",')
            target.write(part)
    result(
        {"file": str(file), "stations": count},
        f"Wrote {count} stations to {file}.",
        f"已导出 {count} 个站点到 {file}。",
    )
