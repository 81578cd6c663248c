"""What do the tests of this room stand on? The demo city without its visits, an imported city, schemas that others wrote."""

import gc
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from xiaojia.domains.demo.actions import seed
from xiaojia.domains.feeds.actions import approve_release
from xiaojia.domains.feeds.queries import paging, release, unions
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.calendar import queries as workdays

AUTHORITY = {
    "authority": "三亚市自然资源和规划局",
    "document_no": "三自资审〔2026〕12号",
    "scope": "站点名称、地址、坐标",
}


@pytest.fixture(autouse=True)
def places_given_back() -> None:
    """Answers that other tests left unread hold the places for whole feeds until they are collected."""
    gc.collect()


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    release.forget()
    paging.forget()
    unions.forget()
    workdays.forget()
    yield
    release.forget()
    paging.forget()
    unions.forget()
    workdays.forget()


@pytest.fixture
def demo(db: None, settings: Any) -> None:
    """The demo city as of now, with nobody in it."""
    settings.IS_DEMO = True
    seed(days=0)


@pytest.fixture
def released(cast: Any) -> Any:
    """The cast with a release approval in force."""
    approve_release(actor=SYSTEM, approved_on=date(2026, 1, 5), **AUTHORITY)
    return cast


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """Read an address and return its JSON; refuses anything but 200."""

    def read(path: str, **query: Any) -> Any:
        answer = client.get(path, query)
        assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
        return json.loads(answer.getvalue())

    return read


@pytest.fixture(scope="session")
def official(data_dir: Path) -> dict[str, Any]:
    """The compiled schemas of the standard by name, with what they point to beside them."""
    folder = data_dir / "dev" / "testtables" / "hsds3"
    if not folder.is_dir():
        pytest.skip(f"the official HSDS schemas are not in {folder}")
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
