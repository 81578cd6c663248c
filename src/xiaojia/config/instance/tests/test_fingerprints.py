"""Does the hash of a table depend on its rows alone?"""

from xiaojia.config.env import load_env
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.fingerprints import fingerprints

COLUMNS = "n int, t text, at timestamptz, b bytea, f float8, j jsonb"
ROWS = [
    "(1, '小家', '2026-11-24 08:00+08', '\\x00ff', 0.1, '{\"a\": 1}')",
    "(2, NULL, NULL, NULL, NULL, NULL)",
    "(2, NULL, NULL, NULL, NULL, NULL)",
]


def test_order_is_of_no_account_and_every_change_is(own_database):
    with connect(load_env(), "owner", dbname=own_database) as connection:
        for name, rows in (
            ("xj_a", ROWS),
            ("xj_b", ROWS[::-1]),
            ("xj_c", ROWS[:2]),
            ("xj_d", [ROWS[0], ROWS[0], ROWS[1]]),
        ):
            connection.execute(f"CREATE TABLE {name} ({COLUMNS})")
            connection.execute(f"INSERT INTO {name} VALUES {', '.join(rows)}")
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        found = fingerprints(connection)
    assert found["xj_a"] == found["xj_b"]
    assert found["xj_a"]["rows"] == 3
    assert found["xj_c"]["rows"] == 2
    assert found["xj_d"]["rows"] == 3 and found["xj_d"]["hash"] != found["xj_a"]["hash"]
