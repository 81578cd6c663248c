"""How does the command run? Read, check, solve with progress, write; Ctrl-C keeps the best known answer and its bound."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from xiaojia_locate.answer import Limits, Reason
from xiaojia_locate.command import writing
from xiaojia_locate.command.faults import Refused, usage
from xiaojia_locate.command.ground import Ground
from xiaojia_locate.command.live import stoppable, told
from xiaojia_locate.command.options import Options
from xiaojia_locate.command.posing import Posed, check_options, pose
from xiaojia_locate.command.reading import read_layers
from xiaojia_locate.command.report.page import page
from xiaojia_locate.command.result import Result, result_of
from xiaojia_locate.command.silence import ready_highs
from xiaojia_locate.command.solving import solve
from xiaojia_locate.command.streaming import pose_streamed, streamed_rows
from xiaojia_locate.command.words import headline, proof

EXITS = {
    0: "The answer is written: proven, or within --gap. 完成。",
    1: "The input cannot be used; the sentence names layer and rows. 数据有问题。",
    2: "An option cannot be used. 选项有误。",
    4: "Written without the rows (--good-only) or districts that failed; they are named. 已完成，但跳过了有问题的行或区。",
    7: "No choice satisfies the constraints; the sentence says which, and by how much. 条件无法同时满足。",
    8: "Time ended the search: the best known answer and its bound are written. 到时，已写出目前最好的方案。",
    130: "Ctrl-C: the best known answer and its bound are written; nothing if it came before the first. 已中断。",
}
"""The exit codes of the command."""


def run(options: Options, ground: Ground, write: Callable[[str], None], now: datetime | None = None) -> int:
    """Answer the question; `write` prints to standard output. Returns the exit code; raises Refused."""
    check_options(options)
    ready_highs()
    if options.out:
        _writable(Path(options.out))
    if options.by_district:
        from xiaojia_locate.command.districts import run_districts

        return run_districts(options, ground, write, now or datetime.now(UTC).astimezone())
    with stoppable() as stopped:
        limits = Limits(options.time_limit, options.gap, options.seed, told(), stopped)
        posed = _posed(options, ground, limits)
        answer = solve(posed, limits)
    result = result_of(posed, answer, now or datetime.now(UTC).astimezone())
    files = write_all(posed, result) if options.out else []
    show(result, files, options, write)
    return {Reason.TIME: 8, Reason.CANCELLED: 130}.get(answer.reason, 4 if posed.left_out else 0)


def _writable(folder: Path) -> None:
    """Refuse a folder that cannot be written before anything is solved."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = error.strerror or str(error)
        raise usage(
            "bad_option", option="--out", why=f"{folder} cannot be written: {why}.", zh=f"{folder} 写不进去：{why}。"
        ) from error


def _posed(options: Options, ground: Ground, limits: Limits) -> Posed:
    """Read the layers, whole or in batches."""
    rows = streamed_rows(options)
    if rows is None:
        return pose(options, read_layers(options, ground), ground)
    return pose_streamed(options, rows, ground, Limits(seed=limits.seed, time_s=float("inf"), cancel=limits.cancel))


def write_all(posed: Posed, result: Result) -> list[Path]:
    """Write the four files of the answer."""
    folder = Path(posed.options.out)
    report = folder / "report.html"
    report.write_text(page(posed, result), encoding="utf-8")
    files = [writing.write_json(result, folder), writing.write_geojson(result, folder)]
    return [*files, writing.write_sheet(posed, result, folder), report]


def show(result: Result, files: list[Path], options: Options, write: Callable[[str], None]) -> None:
    """Print the result: one object with --json, else the sentences."""
    if options.json:
        write(json.dumps({**result, "files": [str(file) for file in files]}, ensure_ascii=False, default=str))
        return
    for english, chinese in (headline(result), proof(result)):
        write(f"{english}\n{chinese}")
    for site in result["sites"][:60] if not files else ():
        write(
            f"{site['rank']:>4}  {site['id'] or site['name'] or site['row']:<24} {site['x']:.6f} {site['y']:.6f}  +{site['gain']:,}"
        )
    for file in files:
        write(str(file))


def complain(refused: Refused, as_json: bool, write: Callable[[str], None]) -> None:
    """Print why there is no answer: the object on standard output with --json, else sentences on standard error."""
    if as_json:
        write(json.dumps(refused.as_json(), ensure_ascii=False))
        return
    for one in refused.faults:
        sys.stderr.write("\n".join(one.sentences()) + "\n")
    for path in refused.annotated:
        sys.stderr.write(f"The rows are marked in {path}\n问题已逐行写在 {path}\n")
