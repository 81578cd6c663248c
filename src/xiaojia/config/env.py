"""What did the operator set? The environment, read once, over the files of the data folder."""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, cast

from psycopg.conninfo import conninfo_to_dict

from xiaojia.config.guard import SETTINGS as GUARD_SETTINGS
from xiaojia.config.guard import Guard, GuardError, read_guard
from xiaojia.config.keys import Secrets, read_secrets
from xiaojia.config.watch import SETTINGS as WATCH_SETTINGS
from xiaojia.config.watch import Watch, WatchError, read_watch
from xiaojia.lib.postgres import SUPERUSER, socket_folder

DATABASE, OWNER, APP = "xiaojia", "xiaojia_owner", "xiaojia_app"
SETTINGS = (
    "PORT",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "XIAOJIA_HOST",
    "XIAOJIA_URL",
    "XIAOJIA_TRUSTED_PROXIES",
    "XIAOJIA_TLS_CERT",
    "XIAOJIA_TLS_KEY",
    "XIAOJIA_ICP",
    "XIAOJIA_POLICE_ICP",
    "XIAOJIA_MAP_REVIEW_NO",
    "XIAOJIA_MAP_TILES",
    "XIAOJIA_MAP_SOURCE",
    "XIAOJIA_DEBUG",
    *WATCH_SETTINGS,
    *GUARD_SETTINGS,
)


class EnvError(Exception):
    """A setting cannot be understood; the text names it and says how it should look."""


@dataclass(frozen=True)
class Instance:
    """What this data folder is: `kind` is demo or real; `version` is the code that last migrated it."""

    kind: str
    division: str
    name: str
    created_at: datetime
    version: str


@dataclass(frozen=True)
class Env:
    """One instance's settings; nothing here touches a disk or a network after `load_env`."""

    home: Path
    port: int = 8000
    host: str = "127.0.0.1"
    url: str = ""
    database_url: str = ""
    database_owner_url: str = ""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    icp: str = ""
    police_icp: str = ""
    map_review_no: str = ""
    map_tiles: str = ""
    map_source: str = ""
    debug: bool = False
    watch: Watch = field(default_factory=Watch)
    guard: Guard = field(default_factory=Guard)
    instance: Instance | None = None
    secrets: Secrets = field(default_factory=Secrets.generate, repr=False)

    @property
    def is_embedded(self) -> bool:
        """Do we run our own PostgreSQL?"""
        return not self.database_url

    @property
    def is_demo(self) -> bool:
        """Is this the demo city?"""
        return self.instance is not None and self.instance.kind == "demo"

    @property
    def secret_key(self) -> str:
        """Django's signing key."""
        return self.secrets.secret_key

    @property
    def hash_key(self) -> str:
        """Key of the keyed hashes of device tokens and identity numbers."""
        return self.secrets.hash_key

    @cached_property
    def app_role(self) -> str:
        """The role that the web and worker processes sign in as."""
        return str(database_settings(self)["default"]["USER"])

    @property
    def local_url(self) -> str:
        """The address on this machine, whatever the outside name is."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The data folder when XIAOJIA_HOME is not set: root's system folder, else the user's own."""
    if os.geteuid() == 0:
        return Path("/var/lib/xiaojia")
    data = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "xiaojia"


def load_env(environ: Mapping[str, str] = os.environ) -> Env:
    """Read every setting once; raises EnvError with the setting's name when one is no use."""
    home = Path(environ.get("XIAOJIA_HOME") or default_home(environ)).expanduser().absolute()
    values = _toml(home / "xiaojia.toml") | {name: environ[name] for name in SETTINGS if environ.get(name)}
    return Env(
        home=home,
        port=_port(values.get("PORT", "8000")),
        host=values.get("XIAOJIA_HOST", "127.0.0.1"),
        url=_url(values.get("XIAOJIA_URL", "")),
        database_url=values.get("DATABASE_URL", ""),
        database_owner_url=values.get("DATABASE_OWNER_URL", ""),
        trusted_proxies=_networks(values.get("XIAOJIA_TRUSTED_PROXIES", "")),
        tls_cert=_path(values.get("XIAOJIA_TLS_CERT", "")),
        tls_key=_path(values.get("XIAOJIA_TLS_KEY", "")),
        icp=values.get("XIAOJIA_ICP", ""),
        police_icp=values.get("XIAOJIA_POLICE_ICP", ""),
        map_review_no=values.get("XIAOJIA_MAP_REVIEW_NO", ""),
        map_tiles=_tiles(values.get("XIAOJIA_MAP_TILES", "")),
        map_source=values.get("XIAOJIA_MAP_SOURCE", ""),
        debug=values.get("XIAOJIA_DEBUG", "").lower() in {"1", "true", "yes", "on"},
        watch=_watch(values),
        guard=_guard(values),
        instance=_instance(home / "instance.json"),
        secrets=read_secrets(home / "secrets.json") or Secrets.generate(),
    )


def database_settings(env: Env) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` signs in as the application role, `owner` as the role that migrates."""
    if env.is_embedded:
        place = {"HOST": str(socket_folder(env.home)), "PORT": "5432", "NAME": DATABASE}
        app = {"USER": APP, "PASSWORD": env.secrets.app_password}
        return {
            "default": _database(place | app),
            "owner": _database(place | {"USER": OWNER, "PASSWORD": env.secrets.owner_password}),
        }
    given = _from_url(env.database_url, "DATABASE_URL")
    if env.database_owner_url:
        return {
            "default": _database(given),
            "owner": _database(_from_url(env.database_owner_url, "DATABASE_OWNER_URL")),
        }
    app = {"USER": f"{APP}_{given['NAME']}"[:63], "PASSWORD": env.secrets.app_password}
    return {"default": _database(given | app), "owner": _database(given)}


def superuser_settings(env: Env) -> dict[str, Any]:
    """How to reach the embedded server as its superuser (maintenance database `postgres`)."""
    place = {"HOST": str(socket_folder(env.home)), "PORT": "5432", "NAME": "postgres"}
    return _database(place | {"USER": SUPERUSER, "PASSWORD": env.secrets.super_password})


def _database(place: dict[str, Any]) -> dict[str, Any]:
    base = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return base | place


def _from_url(url: str, name: str) -> dict[str, Any]:
    try:
        parts = cast(dict[str, Any], conninfo_to_dict(url))
    except Exception as error:
        raise EnvError(f"{name} must look like postgresql://user:password@host:5432/name ({error})") from error
    if not parts.get("dbname"):
        raise EnvError(f"{name} names no database: postgresql://user:password@host:5432/name")
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    place = {key: str(parts.pop(part, "") or "") for key, part in known.items()}
    return place | {"OPTIONS": parts}


def _toml(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvError(f"{path}: {error}") from error
    unknown = sorted(set(values) - set(SETTINGS))
    if unknown:
        raise EnvError(f"{path}: unknown setting {unknown[0]}; known are {', '.join(SETTINGS)}")
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in values.items()
    }


def _instance(path: Path) -> Instance | None:
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Instance(**(data | {"created_at": datetime.fromisoformat(data["created_at"])}))


def _guard(values: Mapping[str, str]) -> Guard:
    try:
        return read_guard(values)
    except GuardError as error:
        raise EnvError(str(error)) from error


def _watch(values: Mapping[str, str]) -> Watch:
    try:
        return read_watch(values)
    except WatchError as error:
        raise EnvError(str(error)) from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise EnvError(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _tiles(text: str) -> str:
    if text and not (text.startswith("https://") and all(part in text for part in ("{z}", "{x}", "{y}"))):
        raise EnvError("XIAOJIA_MAP_TILES must look like https://host/path/{z}/{x}/{y}.png")
    return text


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise EnvError(f"XIAOJIA_URL must begin with https:// or http://, not {text!r}")
    return text.rstrip("/")


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise EnvError(f"XIAOJIA_TRUSTED_PROXIES must be addresses or networks, as 10.0.0.0/8,::1 ({error})") from error


def _path(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text else None
