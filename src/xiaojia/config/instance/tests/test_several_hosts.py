"""Do two application hosts work side by side on one PostgreSQL, as docs/ops/several-hosts.md says?"""

import re
import shutil
from urllib.parse import quote

import pytest

from xiaojia.config.env import load_env
from xiaojia.config.instance.database import connect
from xiaojia.config.instance.tests.homes import new_folder, restored, xiaojia
from xiaojia.config.instance.tests.products import serving, wait_for

pytestmark = pytest.mark.slow
DATABASE = "xiaojia_hosts"
PASSWORD = "a long word for the drill"
PLATE = "/s/SY-0005/in/?t=M0uMJcZQVZWoCMwL"  # open day and night


@pytest.fixture(scope="module")
def two_hosts(django_db_setup, django_db_blocker):
    """A folder with two data folders that share keys and files, and the settings that name their database."""
    env = load_env()
    if not env.is_embedded:
        pytest.skip("needs the roles of the embedded server")
    with connect(env, dbname="postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    settings = {
        "DATABASE_URL": _url(env, "default"),
        "DATABASE_OWNER_URL": _url(env, "owner"),
    }
    try:
        with new_folder() as folder:
            _, first, _ = restored(folder, **settings)
            second = folder / "second"
            second.mkdir(mode=0o700)
            for name in ("secrets.json", "instance.json"):
                shutil.copy2(first / name, second / name)
            (second / "files").symlink_to(first / "files")  # stands for the shared folder that both mount
            (second / "backups").mkdir(mode=0o700)
            yield folder, first, second, settings
    finally:
        with connect(env, dbname="postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _url(env, alias):
    from django.db import connections

    place = connections.settings[alias]
    host = quote(place["HOST"], safe="")
    return f"postgresql://{place['USER']}:{quote(place['PASSWORD'])}@/{DATABASE}?host={host}&port={place['PORT']}"


def test_a_host_without_database_url_refuses_to_make_its_own(two_hosts):
    _, first, _, _ = two_hosts
    code, said = xiaojia(first, "serve", "--no-database")
    assert (code, said["error"]["code"]) == (2, "no_database_url")
    assert not (first / "pg").exists()


def test_two_hosts_side_by_side(two_hosts):
    folder, first, second, settings = two_hosts
    with (
        serving(first, folder, "--no-database", **settings) as one,
        serving(second, folder, "--no-database", "--no-worker", **settings) as two,
    ):
        for host in (one, two):
            assert wait_for(lambda host=host: host.visitor().open("/readyz").json["checks"]["worker"] == "ok")
        assert (first / "pg").exists() is (second / "pg").exists() is False
        _one_tap_counts_once_whoever_is_asked(one, two)
        _a_session_holds_on_both(one, two)
        photo = re.search(r"/s/SY-0001/photo/[0-9a-f-]+/\w+\.jpg", two.visitor().open("/s/SY-0001/").text)
        assert two.visitor().open(photo[0]).body == one.visitor().open(photo[0]).body != b""
        _what_one_writes_the_other_shows(one, two, settings)
        one.process.kill()
        one.process.wait()
        assert two.visitor().open("/readyz").status == 200
        assert two.visitor().open("/s/SY-0005/").status == 200


def _one_tap_counts_once_whoever_is_asked(one, two):
    phone = one.visitor()
    page = phone.open(PLATE).text
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    form = {name: fields[name] for name in ("key", "pass") if name in fields}
    first = phone.open("/s/SY-0005/in/", form, Accept="application/json")
    assert (first.status, first.json["outcome"]) == (200, "accepted"), first.text
    phone.base = two.url
    again = phone.open("/s/SY-0005/in/", form, Accept="application/json")
    assert (again.status, again.json["outcome"]) == (200, "repeated"), again.text


def _a_session_holds_on_both(one, two):
    officer = one.visitor()
    page = officer.open("/office/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"csrfmiddlewaretoken": token, "login": "test-clerk", "password": PASSWORD}
    inside = officer.open("/office/sign-in/", form, Referer=page.url)
    assert "/sign-in/" not in inside.url
    officer.base = two.url
    there = officer.open("/office/me/")
    assert (there.status, there.url) == (200, f"{two.url}/office/me/")


def _what_one_writes_the_other_shows(one, two, settings):
    """A change in the database, made by neither of them, is on both within a few seconds."""
    import psycopg

    with psycopg.connect(settings["DATABASE_OWNER_URL"]) as connection:
        connection.execute("UPDATE stations_station SET name = '改名驿站' WHERE code = 'SY-0005'")
    for host in (one, two):
        assert wait_for(lambda host=host: "改名驿站" in host.visitor().open("/s/SY-0005/").text, 10)
