"""How does an operator see what is due, and clear it at once?"""

import click
from django.utils import timezone

from xiaojia.lib.console import Exit, Stop, json_option, result


@click.command(help="Clear what has been kept long enough; --dry-run only counts it. 清理到期数据。")
@click.option("--dry-run", is_flag=True, help="Show what is due and change nothing. 只看不删。")
@click.option("--only", multiple=True, metavar="TERM", help="Only this term; may be given again. 只处理这一项。")
@json_option
def retention(dry_run: bool, only: tuple[str, ...]) -> None:
    """Count or clear what is due."""
    from xiaojia.kernel.retention import actions, queries
    from xiaojia.kernel.retention.registry import TERMS

    unknown = sorted(set(only) - set(TERMS))
    if unknown:
        raise click.UsageError(f"There is no term {unknown[0]}; known are {', '.join(sorted(TERMS))}.")
    now = timezone.now()
    if dry_run:
        found = {key: value for key, value in queries.due(now).items() if not only or key in only}
        rows = [{"term": k, "days": d, "before": c.isoformat(), "due": n} for k, (d, c, n) in found.items()]
        lines = "\n".join(
            f"{row['term']:<24} {row['days']:>5} d  before {str(row['before'])[:16]}  {row['due']:>8,} due"
            for row in rows
        )
        result({"terms": rows}, lines, "以上只是统计，未做任何改动。")
        return
    done = actions.run(now, keys=only)
    faults = [outcome.key for outcome in done if outcome.fault]
    if not done:
        raise Stop(Exit.FAILED, "busy", "Another run is on.", "另一次清理正在进行。")
    if faults:
        raise Stop(
            Exit.FAILED, "faults", f"Stopped in: {', '.join(faults)}; see the log.", f"未完成：{'、'.join(faults)}。"
        )
    cleared = {outcome.key: outcome.cleared for outcome in done}
    total = sum(cleared.values())
    result({"cleared": cleared}, f"{total:,} rows cleared.", f"已清理 {total:,} 行。")
