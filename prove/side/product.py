"""Which product does a prover attack? The address that was given, else a demo of its own that goes away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.side.product import running


@contextmanager
def address(given: str = "") -> Iterator[str]:
    """Give the address of a running product."""
    if given:
        yield given.rstrip("/")
        return
    with running() as product:
        yield product.url
