"""Which product does a prover attack? The address that was given, else a demo of its own that goes away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.side.product import running


class Target(NamedTuple):
    """A running product; `home` is its data folder where it is a demo of our own."""

    url: str
    home: Path | None = None


@contextmanager
def target(given: str = "", *, secure: bool = False) -> Iterator[Target]:
    """Give a running product; `secure`: over TLS, with a certificate that nobody signed."""
    if given:
        yield Target(given.rstrip("/"))
        return
    with TemporaryDirectory() as folder, running(**(certificate(Path(folder)) if secure else {})) as product:
        yield Target(product.url, product.home)


@contextmanager
def address(given: str = "", *, secure: bool = False) -> Iterator[str]:
    """Give the address of a running product."""
    with target(given, secure=secure) as found:
        yield found.url


def certificate(folder: Path) -> dict[str, str]:
    """Return the settings of a product with a certificate of its own for this machine."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "xiaojia")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    signed = made.sign(key, hashes.SHA256())
    (folder / "chain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    files = {"XIAOJIA_TLS_CERT": str(folder / "chain.pem"), "XIAOJIA_TLS_KEY": str(folder / "key.pem")}
    return {"XIAOJIA_URL": "https://127.0.0.1", **files}
