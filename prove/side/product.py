"""Which product does a prover attack? The address that was given, else a demo of its own that goes away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.side.product import running


class Target(NamedTuple):
    """A running product; `home` is its data folder where it is a demo of our own."""

    url: str
    home: Path | None = None


@contextmanager
def target(given: str = "") -> Iterator[Target]:
    """Give a running product."""
    if given:
        yield Target(given.rstrip("/"))
        return
    with running() as product:
        yield Target(product.url, product.home)


@contextmanager
def address(given: str = "") -> Iterator[str]:
    """Give the address of a running product."""
    with target(given) as found:
        yield found.url
