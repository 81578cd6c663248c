"""Are settings read as the operator meant them, and refused with their name when they are no use?"""

from ipaddress import ip_network
from pathlib import Path

import pytest

from xiaojia.config.env import EnvError, database_settings, load_env
from xiaojia.config.keys import Secrets, read_secrets, write_secrets


def test_nothing_set_gives_the_embedded_server_on_the_loopback(tmp_path):
    env = load_env({"XIAOJIA_HOME": str(tmp_path)})
    assert (env.home, env.host, env.port, env.url) == (tmp_path, "127.0.0.1", 8000, "")
    assert env.is_embedded and not env.is_demo and env.instance is None
    databases = database_settings(env)
    assert {alias: one["USER"] for alias, one in databases.items()} == {
        "default": "xiaojia_app",
        "owner": "xiaojia_owner",
    }
    assert databases["default"]["HOST"] == str(tmp_path / "run") or databases["default"]["HOST"].startswith(
        "/tmp/xiaojia-"
    )
    assert databases["default"]["CONN_HEALTH_CHECKS"] is True


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "xiaojia.toml").write_text(
        'XIAOJIA_URL = "https://a.cn/"\nPORT = 9000\nXIAOJIA_TRUSTED_PROXIES = ["::1"]\n'
    )
    env = load_env({"XIAOJIA_HOME": str(tmp_path), "PORT": "9001"})
    assert (env.url, env.port, env.trusted_proxies) == ("https://a.cn", 9001, (ip_network("::1"),))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80a", "PORT must be a number from 1 to 65535, not '80a'"),
        ("PORT", "0", "PORT must be a number from 1 to 65535, not '0'"),
        ("XIAOJIA_URL", "a.cn", "XIAOJIA_URL must begin with https:// or http://, not 'a.cn'"),
        ("XIAOJIA_TRUSTED_PROXIES", "10.0.0", "XIAOJIA_TRUSTED_PROXIES must be addresses or networks"),
    ],
)
def test_a_useless_value_is_refused_by_name(tmp_path, name, value, said):
    with pytest.raises(EnvError) as caught:
        load_env({"XIAOJIA_HOME": str(tmp_path), name: value})
    assert str(caught.value).startswith(said)


def test_an_unknown_setting_in_the_file_is_refused(tmp_path):
    (tmp_path / "xiaojia.toml").write_text('XIAOJIA_ULR = "https://a.cn"\n')
    with pytest.raises(EnvError, match="unknown setting XIAOJIA_ULR"):
        load_env({"XIAOJIA_HOME": str(tmp_path)})


def test_one_url_makes_its_login_the_owner(tmp_path):
    url = "postgresql://zz:p%40ss@db.example:5433/homes?sslmode=require"
    env = load_env({"XIAOJIA_HOME": str(tmp_path), "DATABASE_URL": url})
    databases = database_settings(env)
    assert (
        databases["owner"] | {"PASSWORD": "p@ss", "USER": "zz", "NAME": "homes", "PORT": "5433"} == databases["owner"]
    )
    assert databases["owner"]["OPTIONS"] == {"sslmode": "require"}
    assert (databases["default"]["USER"], env.app_role) == ("xiaojia_app_homes", "xiaojia_app_homes")
    assert databases["default"]["PASSWORD"] == env.secrets.app_password


def test_two_urls_are_two_logins(tmp_path):
    env = load_env(
        {"XIAOJIA_HOME": str(tmp_path), "DATABASE_URL": "postgres://a@h/d", "DATABASE_OWNER_URL": "postgres://o@h/d"}
    )
    databases = database_settings(env)
    assert (databases["default"]["USER"], databases["owner"]["USER"]) == ("a", "o")


def test_a_url_without_database_is_refused(tmp_path):
    with pytest.raises(EnvError, match="DATABASE_URL names no database"):
        database_settings(load_env({"XIAOJIA_HOME": str(tmp_path), "DATABASE_URL": "postgresql://h"}))


def test_secrets_are_stored_for_their_owner_alone_and_never_shown(tmp_path):
    path: Path = tmp_path / "secrets.json"
    secrets = Secrets.generate()
    write_secrets(path, secrets)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_secrets(path) == secrets
    assert secrets.secret_key not in repr(secrets) and secrets.secret_key not in repr(
        load_env({"XIAOJIA_HOME": str(tmp_path)})
    )
