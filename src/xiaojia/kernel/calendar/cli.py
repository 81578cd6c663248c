"""How does an operator enter a State Council notice, and read what is known of a year?"""

from pathlib import Path

import click

from xiaojia.lib.console import Exit, Stop, json_option, result


@click.group(help="The calendar of working days. 工作日历。")
def calendar() -> None:
    """Group the commands."""


@calendar.command(help="List the holidays and make-up working days of YEAR. 列出某年的放假与调休。")
@click.argument("year", type=click.IntRange(2000, 2100))
@json_option
def show(year: int) -> None:
    """Print the days of a year that differ from the ordinary week."""
    from xiaojia.kernel.calendar.queries import read_table

    table = read_table()
    days = [day for day in table.exceptions() if day.date.year == year]
    covered = year in table.years
    rows = [
        {"date": d.date.isoformat(), "kind": d.kind.value, "name": d.name, "follows": d.follows_weekday} for d in days
    ]
    lines = "\n".join(f"{row['date']}  {row['kind']:<8} {row['name']}" for row in rows)
    english = lines if covered else f"The State Council's notice for {year} has not been entered."
    result({"year": year, "covered": covered, "days": rows}, english, "" if covered else f"{year}年的通知还没有录入。")


@calendar.command(help="Enter the State Council's notice for YEAR. 录入国务院办公厅某年的放假通知。")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The text as UTF-8.")
@click.option("--text", default="", help="The text itself.")
@click.option("--source", default="", help="Where it was published (address). 出处。")
@json_option
def enter(year: int, path: Path | None, text: str, source: str) -> None:
    """Read a notice and store its days."""
    from xiaojia.kernel.audit.rules import SYSTEM
    from xiaojia.kernel.calendar.actions import enter_notice
    from xiaojia.lib.workdays import NoticeError

    if bool(path) == bool(text):
        raise click.UsageError("Give either --file or --text. 请用 --file 或 --text 之一给出通知全文。")
    try:
        notice = enter_notice(actor=SYSTEM, year=year, text=_read(path) if path else text, source=source)
    except NoticeError as error:
        raise Stop(Exit.FAILED, error.code, f"The notice cannot be used ({error.code}).", str(error)) from error
    count = notice.days.count()
    result({"year": year, "days": count}, f"{year}: {count} days entered.", f"{year}年：已录入 {count} 天。")


def _read(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
