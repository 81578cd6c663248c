"""Does the doctor see what around the product can spoil it, and say how it is mended?"""

import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from xiaojia.config.env import Env, Instance
from xiaojia.config.instance import surroundings as look
from xiaojia.config.watch import Watch

NOW = datetime.now(UTC)


@pytest.fixture
def env(tmp_path):
    """A real instance's environment."""
    return Env(tmp_path, instance=Instance("real", "410100", "郑州市总工会", NOW, "0"))


def certificate(folder, days, name="c"):
    """Write a self-signed certificate good for so many days and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


def one(found):
    """The only finding's check, state and text."""
    (finding,) = found
    assert (finding.state == "ok") == (finding.mend == "") == (finding.mend_chinese == "")
    return finding.check, finding.state, finding.text


@pytest.mark.parametrize(("days", "state"), [(90, "ok"), (29, "warning"), (-1, "wrong")])
def test_our_own_certificate(env, tmp_path, days, state):
    chain, key = certificate(tmp_path, days)
    check, found, text = one(look.check_certificate(replace(env, tls_cert=chain, tls_key=key)))
    assert (check, found) == ("certificate", state)
    assert f"{NOW + timedelta(days=days, hours=1):%Y-%m-%d}" in text


def test_a_key_of_another_certificate(env, tmp_path):
    chain, _ = certificate(tmp_path, 90)
    _, other = certificate(tmp_path, 90, "other")
    assert one(look.check_certificate(replace(env, tls_cert=chain, tls_key=other)))[1] == "wrong"


def test_the_certificate_that_a_proxy_shows(env, tmp_path):
    chain, key = certificate(tmp_path, 10)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    try:
        found = one(look.check_certificate(replace(env, url=f"https://127.0.0.1:{server.server_port}")))
    finally:
        server.server_close()
    assert found[1] == "warning"


def test_nobody_answers_at_the_address(env):
    assert list(look.check_certificate(replace(env, url="https://127.0.0.1:9"))) == []


def test_logs_go_where_they_can(env, tmp_path):
    assert one(look.check_logs(env))[1] == "warning"
    (tmp_path / "logs").mkdir()
    kept = replace(env, watch=Watch(folder=tmp_path / "logs", log_days=200))
    assert one(look.check_logs(kept)) == ("logs", "ok", f"{tmp_path / 'logs'}, 200 days")
    lost = replace(env, watch=Watch(folder=tmp_path / "nowhere"))
    assert one(look.check_logs(lost))[1] == "wrong"
    assert list(look.check_logs(replace(env, instance=replace(env.instance, kind="demo")))) == []


@pytest.mark.parametrize(("hours", "state"), [(3, "ok"), (50, "warning")])
def test_the_age_of_the_last_backup(env, tmp_path, hours, state):
    assert one(look.check_backup(env))[1:] == ("warning", "none was made here")
    saved = tmp_path / "b.tar"
    saved.touch()
    look.remember_backup(env, saved, NOW - timedelta(hours=hours))
    assert one(look.check_backup(env)) == ("backup", state, f"{saved}, {hours} h ago")
    saved.unlink()  # taken off the machine
    assert one(look.check_backup(env))[1] == state
