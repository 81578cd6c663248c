"""How does a benchmark get the real product? `xiaojia serve` or `xiaojia demo` in a data folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.product import Product, command


@contextmanager
def running(
    home: Path | None = None, *, demo: bool = True, words: tuple[str, ...] = (), **settings: str
) -> Iterator[Product]:
    """Give a running product; a folder that was made for it is removed with it.

    `demo`: the demo city; otherwise an empty instance of Zhengzhou, made first unless `home` holds one already.
    """
    parent = Path(tempfile.mkdtemp(prefix="xiaojia-bench-")) if home is None else home.parent
    if home is None:
        parent.chmod(0o755)  # the database's account passes through
    place = home or parent / "home"
    if not demo and not (place / "instance.json").exists():
        made = command(place, "init", "--division", "410100", "--name", "郑州市总工会", **settings)
        if made.returncode:
            raise SystemExit(made.stdout + made.stderr)
    product = Product(place, words=words or (("demo",) if demo else ("serve",)), more=settings)
    try:
        yield product.start()
    finally:
        if product.process and product.process.poll() is None:
            product.stop()
        if home is None:
            shutil.rmtree(parent, ignore_errors=True)
