"""Does the log of deeds lose whole months, only those that are over, only by the owner, and does a line say so?"""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from xiaojia.config.env import load_env
from xiaojia.config.instance import keeping
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.keeping import due_months, first_kept, month_of, prune_audit
from xiaojia.kernel.audit.months import ensure_months
from xiaojia.lib.console import Stop

NOW = datetime(2030, 3, 31, 18, 0, tzinfo=UTC)  # already April in Shanghai
DAYS = 1098


@pytest.fixture
def log(own_database, monkeypatch):
    """A log with lines in the months from January 2027 to April 2030; a function that asks the owner."""
    monkeypatch.setattr(keeping, "connect", lambda env: connect(env, dbname=own_database))
    ensure_months("audit_entry", first=date(2027, 1, 1), months=40)
    with connect(load_env(), "owner", dbname=own_database) as connection:
        for month in range(1, 13):
            connection.execute(
                "INSERT INTO audit_entry (id, at, actor_id, actor_label, org_path, verb, subject_kind, subject_id,"
                " subject_label, details) VALUES (gen_random_uuid(), %s, 'a', 'A', '/', 'x.done', '', '', '', '{}')",
                [datetime(2027, month, 28, tzinfo=UTC)],
            )
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


def test_only_whole_months_beyond_the_term_are_due(log):
    assert first_kept(NOW, DAYS) == date(2027, 3, 1)
    names = [name for name, _ in due_months(load_env(), NOW, DAYS)]
    assert names[-2:] == ["audit_entry_y2027m01", "audit_entry_y2027m02"]
    assert month_of("audit_entry_default") is None


def test_pruning_drops_them_and_leaves_one_line(log):
    done = prune_audit(load_env(), NOW, DAYS)
    assert done["months"][-2:] == ["y2027m01", "y2027m02"] and done["rows"] >= 2
    assert log("SELECT count(*) FROM audit_entry WHERE verb = 'x.done'") == [(10,)]
    ((details, at),) = log("SELECT details, at FROM audit_entry WHERE verb = 'audit.pruned'")
    assert (details["rows"], details["days"], at) == (done["rows"], DAYS, NOW)
    again = prune_audit(load_env(), NOW + timedelta(hours=1), DAYS)
    assert (again["months"], again["rows"]) == ([], 0)
    assert log("SELECT count(*) FROM audit_entry WHERE verb = 'audit.pruned'") == [(1,)]


def test_a_term_below_three_years_is_refused(log):
    with pytest.raises(Stop) as caught:
        prune_audit(load_env(), NOW, DAYS - 1)
    assert caught.value.code == "too_short" and "第五十六条" in caught.value.chinese
    assert log("SELECT count(*) FROM audit_entry WHERE verb = 'x.done'") == [(12,)]


def test_the_application_cannot_drop_a_month(log, own_database):
    with (
        connect(load_env(), "default", dbname=own_database) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("DROP TABLE audit_entry_y2027m01")
