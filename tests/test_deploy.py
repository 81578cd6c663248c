"""Do units, proxies and the bundle's installer hold what docs/ops promises? Tools of the field judge them where they are."""

import configparser
import importlib.util
import re
import shutil
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest

from xiaojia.lib.terms import LOG_LEAST_DAYS

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
NGINX = (DEPLOY / "nginx" / "xiaojia.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")


def tool(name: str) -> str:
    """The path of an outside program, or a skip."""
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_systemd_finds_no_fault_in_the_units(tmp_path):
    """Only the program itself is missing here; each unit is given one that exists."""
    program = tool("systemd-analyze")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/xiaojia/.venv/bin/xiaojia", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "xiaojia" in line]
    assert (done.returncode, ours) == (0, [])


def test_no_unit_may_more_than_it_needs():
    for unit in UNITS:
        if unit.suffix != ".service":
            continue
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read(unit, encoding="utf-8")
        service = parser["Service"]
        assert (service["User"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("xiaojia", "yes", "")
        assert (service["ProtectSystem"], service["UMask"]) == ("strict", "0077")


def test_nginx_takes_the_file(tmp_path):
    program = tool("nginx")
    openssl = tool("openssl")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=home.example.cn"]
    subprocess.run([openssl, *request, "-keyout", str(key), "-out", str(chain)], capture_output=True, check=True)
    site = NGINX.replace("/etc/ssl/xiaojia/", f"{tmp_path}/").replace("/var/log/nginx/", f"{tmp_path}/")
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    whole = (
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n"
    )
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    done = subprocess.run(
        [program, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr


def test_caddy_takes_the_file(tmp_path):
    place = tmp_path / "Caddyfile"
    place.write_text(CADDY.replace("/var/log/caddy/", f"{tmp_path}/"), encoding="utf-8")
    command = [tool("caddy"), "validate", "--config", str(place), "--adapter", "caddyfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_proxies_write_down_no_position_and_no_secret():
    form = re.search(r"log_format xiaojia (.*?);", NGINX, re.DOTALL)
    assert form and not re.search(r"\$(request\b|request_uri|args|query_string|http_referer|uri\b)", form[1])
    assert "$xiaojia_path" in form[1] and "~^/office/link/" in NGINX and "~^/k/claim/" in NGINX
    assert set(re.findall(r"access_log (\S+) (\w+);", NGINX)) == {("/var/log/nginx/xiaojia.log", "xiaojia")}
    pattern, replacement = re.search(r'request>uri regexp "(.+)" "(.+)"', CADDY).groups()
    for before, after in (
        ("/?lng=109.5&lat=18.2", "/"), ("/office/link/secret/?a=1", "/office/link"), ("/k/claim/secret/", "/k/claim"),
        ("/s/SY-0001/", "/s/SY-0001/"),
    ):  # fmt: skip
        assert re.sub(pattern, replacement.replace("$1", r"\1"), before) == after


def test_proxies_say_who_asks_in_their_own_words():
    assert "proxy_set_header X-Forwarded-For   $remote_addr;" in NGINX
    assert "proxy_set_header X-Request-ID      $request_id;" in NGINX
    assert "header_up X-Request-ID {http.request.uuid}" in CADDY
    for address in ("/metrics", "/healthz", "/readyz"):
        assert f"location = {address}" in NGINX and address in re.search(r"@inside path (.*)", CADDY)[1].split()


def test_addresses_of_senders_are_kept_as_long_as_the_law_asks():
    days = int(re.search(r"rotate (\d+)", (DEPLOY / "logrotate" / "nginx-xiaojia").read_text("utf-8"))[1])
    hours = int(re.search(r"roll_keep_for (\d+)h", CADDY)[1])
    assert days >= LOG_LEAST_DAYS and hours >= LOG_LEAST_DAYS * 24


# The bundle


@pytest.fixture
def bundle(monkeypatch):
    """The script that makes bundles."""
    monkeypatch.syspath_prepend(str(ROOT / "script"))
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "script" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def unpacked(bundle, tmp_path):
    """An unpacked bundle without wheels."""
    (tmp_path / "wheelhouse").mkdir()
    (tmp_path / "requirements.txt").write_text("")
    shutil.copy2(DEPLOY / "bundle" / "install", tmp_path / "install")
    facts = {"VERSION": "0", "PYTHON": "{}.{}".format(*sys.version_info[:2]), "MACHINE": "a-machine-of-nobody"}
    (tmp_path / "bundle.env").write_text("".join(f"XIAOJIA_{key}={value}\n" for key, value in facts.items()))
    (tmp_path / "SHA256SUMS").write_text("".join(bundle.sums(tmp_path)))
    return tmp_path


def install(folder: Path) -> tuple[int, str]:
    """Run the installer; its exit code and what it complained of."""
    command = [str(folder / "install"), str(folder / "opt")]
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stderr


def test_the_installer_refuses_another_machine(unpacked):
    code, said = install(unpacked)
    assert code == 1 and "was made for Python" in said and "本安装包适用于" in said
    assert not (unpacked / "opt").exists()


def test_the_installer_refuses_a_damaged_bundle(unpacked):
    (unpacked / "requirements.txt").write_text("other")
    code, said = install(unpacked)
    assert code == 1 and "This bundle is damaged" in said and "安装包已损坏" in said
    assert not (unpacked / "opt").exists()


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        ([("License-Expression", "MIT"), ("License", "other")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: BSD License"), ("Classifier", "Topic :: X")], "BSD License"),
        ([("License", "Apache 2.0\nmore text")], "Apache 2.0"),
        ([], "see its files"),
    ],
)
def test_a_package_says_its_licence(bundle, headers, licence):
    about = Message()
    for name, value in headers:
        about[name] = value
    assert bundle.licence_of(about) == licence
