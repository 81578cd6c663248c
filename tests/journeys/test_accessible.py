"""Has any page a fault that axe can see? One width and language a page here; the full grid is `script/prove axe`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.accessibility import faults
from tests.journeys.pages import DESK, WORKER, Page


@pytest.mark.parametrize("page", WORKER, ids=lambda page: page.name)
def test_a_workers_page_has_no_fault(visit: Callable[..., Any], page: Page) -> None:
    assert faults(visit(page.path, "phone")) == []


@pytest.mark.parametrize("page", DESK, ids=lambda page: page.name)
def test_a_desk_page_has_no_fault(office: Callable[..., Any], page: Page) -> None:
    assert faults(office(page.user, page.path)) == []


def test_axe_would_see_a_fault(visit: Callable[..., Any]) -> None:
    page = visit("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\">')")
    assert any("image-alt" in fault for fault in faults(page))
