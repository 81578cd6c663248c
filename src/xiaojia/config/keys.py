"""Which secrets does an instance keep? `secrets.json` in its data folder, readable by its owner alone."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path


def _token() -> str:
    return secrets.token_urlsafe(36)


@dataclass(frozen=True)
class Secrets:
    """`secret_key` signs, `hash_key` keys the hashes; the passwords belong to the database roles."""

    secret_key: str = field(default_factory=_token, repr=False)
    hash_key: str = field(default_factory=_token, repr=False)
    owner_password: str = field(default_factory=_token, repr=False)
    app_password: str = field(default_factory=_token, repr=False)
    super_password: str = field(default_factory=_token, repr=False)

    @classmethod
    def generate(cls) -> "Secrets":
        """Fresh random secrets, kept nowhere."""
        return cls()


def read_secrets(path: Path) -> Secrets | None:
    """The stored secrets, or None when there is no such file."""
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Secrets(**{item.name: data[item.name] for item in fields(Secrets)})


def write_secrets(path: Path, values: Secrets) -> None:
    """Store them durably with mode 0600, whole or not at all."""
    write_private(path, json.dumps(asdict(values), indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a small file atomically; only its owner may read it."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
