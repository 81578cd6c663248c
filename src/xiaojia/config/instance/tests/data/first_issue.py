"""How was first_issue.tar made? By this script, run once in a checkout of commit d06bc0e with an empty XIAOJIA_HOME.

    git worktree add ../first d06bc0e && cd ../first
    XIAOJIA_HOME=$(mktemp -d) PYTHONPATH=src:. python PATH/first_issue.py first_issue.tar

Everything in it is invented. Divisions outside Hainan are left out to keep it small; an upgrade brings them again.
"""

import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image

from xiaojia.config.env import load_env
from xiaojia.config.instance.backup import make_backup
from xiaojia.config.instance.create import create_instance
from xiaojia.config.instance.database import connect, open_database, setup_django

PASSWORD = "a long word for the drill"
SHEET = "站点名称,地址,开放时间\n甲街驿站,甲街1号,周一至周五8:30-17:00\n乙街驿站,乙街2号,24小时\n"


def fill(now: datetime) -> None:
    """Invent a small union: accounts, stations, a photo, a sheet, visits, a report, a closure, a device."""
    from tests.cast import make_cast
    from xiaojia.config.seed import seed_base
    from xiaojia.domains.feedback.actions import mark_done, report_problem
    from xiaojia.domains.stations.actions import close_stations
    from xiaojia.domains.stations.actions.keeping import claim_device, create_device_link
    from xiaojia.domains.stations.actions.photos import take_photo
    from xiaojia.domains.visits.actions import add_by_keeper, check_in

    seed_base()
    cast = make_cast()
    admin, district = cast.actor("admin"), cast.actor("district")
    for account in cast.accounts.values():
        account.set_password(PASSWORD)
        account.save()
    photo = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(photo, "JPEG")
    take_photo(
        actor=district, station_id=cast.own.pk, data=photo.getvalue(), name="门口.jpg", kind="door", caption="入口"
    )
    bring_in(admin, cast.instance.root)
    for n in range(12):
        station = (cast.own, cast.banks, cast.other)[n % 3]
        check_in(station=station, device=bytes([n]) * 16, key=UUID(int=n + 1), now=now - timedelta(hours=n), near=n % 2 == 0,
                 occupation="courier")  # fmt: skip
    add_by_keeper(actor=cast.actor("keeper"), station=cast.own, people=5, key=UUID(int=99), now=now)
    report = report_problem(
        station=cast.own, kind="no_entry", why="locked", key=UUID(int=77), device=b"d" * 16, now=now
    )
    mark_done(actor=district, report_id=report.pk, answer="已换锁")
    close_stations(
        actor=district, station_ids=[cast.own.pk], reason="台风", starts_at=now, ends_at=now + timedelta(days=1)
    )
    link, path = create_device_link(actor=district, station_id=cast.own.pk, label="柜台", now=now)
    claim_device(secret=path.rstrip("/").rsplit("/", 1)[1], now=now)


def bring_in(actor: Any, org: Any) -> None:
    """Bring the sheet in as a user does."""
    from xiaojia.kernel.imports.actions import commit, judge, stage

    batch = stage(actor=actor, org=org, kind="stations", filename="站点.csv", content=SHEET.encode())
    commit(actor=actor, batch=judge(batch, actor=actor), only_good=True)


def shrink(env: Any) -> None:
    """Leave out the divisions of other provinces, and every border but the city's own."""
    with connect(env) as connection, connection.transaction():
        connection.execute("DELETE FROM places_boundary WHERE division_id NOT LIKE '4602%'")
        connection.execute("UPDATE places_division SET parent_id = NULL WHERE code NOT LIKE '46%'")
        connection.execute("DELETE FROM places_division WHERE code NOT LIKE '46%'")


def main() -> None:
    """Make the instance in XIAOJIA_HOME and its backup at the path given."""
    now = datetime(2026, 11, 24, 4, 20, tzinfo=UTC)
    env, _ = create_instance(
        load_env(), kind="real", division="460200", name="三亚市总工会", now=now, seed=lambda: fill(now)
    )
    with open_database(env):
        setup_django()
        shrink(env)
        print(make_backup(env, Path(sys.argv[1]).absolute(), now))  # noqa: T201


if __name__ == "__main__":
    main()
