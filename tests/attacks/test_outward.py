"""Whom does the server itself ask? Nobody, but the operator's own identity provider; so no address can be turned against us."""

import ast
import socket
from pathlib import Path

import pytest

from xiaojia.config.env import EnvError, load_env

SOURCE = Path(__file__).resolve().parents[2] / "src" / "xiaojia"
CLIENTS = {
    "requests",
    "httpx",
    "urllib3",
    "aiohttp",
    "http.client",
    "urllib.request",
    "ftplib",
    "smtplib",
    "telnetlib",
    "xmlrpc",
}
MAY = {
    "lib/oidc.py": "the operator's own identity provider, by https",
    "config/health.py": "this machine asks itself",
}
"""Modules that can ask another machine, and whom."""


def callers() -> set[str]:
    """Return the modules that import something that can ask another machine."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if "/tests/" in name:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(one == bad or one.startswith(bad + ".") for one in names for bad in CLIENTS):
                found.add(name)
    return found


def test_only_the_named_modules_can_ask_another_machine():
    strangers = {name for name in callers() - set(MAY) if not name.startswith("domains/feeds/")}
    assert strangers == set()


def test_no_page_makes_the_server_ask_anybody(cast, sign_in, monkeypatch):
    """Addresses in what people type are text: nothing is looked up, nothing opened."""
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: asked.append(args) or [])
    real = socket.socket.connect

    def connect(self, address):
        if self.family != socket.AF_UNIX and not (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
        ):
            asked.append(address)
            raise OSError("no way out")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    client = sign_in("district", cast)
    url = "http://169.254.169.254/latest/meta-data/"
    for path, given in (
        ("/office/stations/unplaced/", {"code": cast.own.code, "pasted": url}),
        (
            f"/office/stations/{cast.own.code}/edit/place/",
            {"pasted": f"https://surl.amap.com/{'x' * 8}", "version": "4"},
        ),
        (f"/office/stations/{cast.own.code}/edit/place/", {"pasted": "file:///etc/passwd", "version": "4"}),
        (f"/office/stations/{cast.own.code}/edit/basic/", {"name": url, "description": url, "version": "4"}),
        (f"/s/{cast.own.code}/report/", {"kind": "other", "text": url, "key": "7f9c24e8-3b1c-4fef-8d1e-3a0000000000"}),
    ):
        assert client.post(path, given).status_code < 500
    for path in ("/", "/map/", f"/s/{cast.own.code}/", f"/s/{cast.own.code}/go/amap/"):
        assert client.get(path, {"q": url, "url": url, "callback": url}).status_code < 500
    assert asked == []


@pytest.mark.parametrize(
    "tiles",
    [
        "http://tiles.example/{z}/{x}/{y}.png", "file:///etc/{z}/{x}/{y}", "ftp://x/{z}/{x}/{y}", "javascript:alert(1)//{z}{x}{y}",
        "https://tiles.example/a.png", "//tiles.example/{z}/{x}/{y}.png",
    ],
)  # fmt: skip
def test_a_base_map_is_https_and_a_pattern(tmp_path, tiles):
    with pytest.raises(EnvError, match="XIAOJIA_MAP_TILES"):
        load_env({"XIAOJIA_HOME": str(tmp_path), "XIAOJIA_MAP_TILES": tiles})


@pytest.mark.parametrize("url", ["ftp://x", "javascript:alert(1)", "hall.example", "//hall.example"])
def test_the_own_address_is_http(tmp_path, url):
    with pytest.raises(EnvError, match="XIAOJIA_URL"):
        load_env({"XIAOJIA_HOME": str(tmp_path), "XIAOJIA_URL": url})


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://id.example", "file:///etc/passwd", "id.example"])
def test_an_identity_provider_is_https(tmp_path, issuer):
    values = {
        "XIAOJIA_HOME": str(tmp_path), "XIAOJIA_URL": "https://hall.example", "XIAOJIA_OIDC_ISSUER": issuer,
        "XIAOJIA_OIDC_CLIENT_ID": "x", "XIAOJIA_OIDC_CLIENT_SECRET": "y", "XIAOJIA_OIDC_NAME": "z",
    }  # fmt: skip
    with pytest.raises(EnvError, match="XIAOJIA_OIDC"):
        load_env(values)
