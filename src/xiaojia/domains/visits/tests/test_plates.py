"""Does a plate carry the signed link of its station, and none when nobody could open it?"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xiaojia.domains.visits.queries.links import checkin_path
from xiaojia.kernel.audit.models import Entry
from xiaojia.lib.plates import FontMissing, find_font


@pytest.fixture
def _address(settings: Any) -> None:
    settings.XIAOJIA_URL = "https://zhan.example.org"


@pytest.mark.usefixtures("_address")
def test_plates_are_chosen_printed_and_downloaded(cast: Any, sign_in: Callable[..., Client]) -> None:
    officer = sign_in("officer", cast)
    page = officer.get(f"/office/plates/?code={cast.own.code}")
    assert page.content.decode().count(" checked") == 1
    printed = officer.get(f"/office/plates/print/?code={cast.own.code}&code={cast.banks.code}")
    assert printed.content.decode().count("<svg xmlns") == 2
    svg = officer.get(f"/office/plates/{cast.own.code}.svg")
    assert svg["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert all(word in svg.content.decode() for word in (cast.own.name, "12351", cast.own.code))
    lines = Entry.objects.filter(verb="visits.plates_made").order_by("at").values_list("details", flat=True)
    assert [(line["form"], len(line["codes"])) for line in lines] == [("print", 2), ("svg", 1)]


@pytest.mark.usefixtures("_address")
def test_the_code_on_a_plate_opens_the_check_in(cast: Any, sign_in: Callable[..., Client], client: Client) -> None:
    from xiaojia.domains.visits.views import plates

    request = sign_in("officer", cast).get("/office/plates/").wsgi_request
    assert plates._url(request, cast.own) == f"https://zhan.example.org{checkin_path(cast.own.code)}"
    assert client.get(checkin_path(cast.own.code)).status_code == 200


def test_without_an_address_no_plate_is_made(cast: Any, sign_in: Callable[..., Client], settings: Any) -> None:
    settings.XIAOJIA_URL = ""
    officer = sign_in("officer", cast)
    assert "还没有设置对外网址" in officer.get("/office/plates/").content.decode()
    for address in (f"print/?code={cast.own.code}", f"{cast.own.code}.svg", f"plates.pdf?code={cast.own.code}"):
        refused = officer.get(f"/office/plates/{address}")
        assert refused.status_code == 400
        assert "XIAOJIA_URL" in refused.content.decode()
    settings.IS_DEMO = True
    assert "演示" in officer.get(f"/office/plates/{cast.own.code}.svg").content.decode()


@pytest.mark.usefixtures("_address")
def test_the_pdf_has_a_page_for_each_plate(cast: Any, sign_in: Callable[..., Client]) -> None:
    address = f"/office/plates/plates.pdf?code={cast.own.code}&code={cast.banks.code}"
    answer = sign_in("officer", cast).get(address)
    try:
        find_font()
    except FontMissing:
        assert answer.status_code == 400
        assert "没有中文字体" in answer.content.decode()
        return
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", answer.content)) == 2


@pytest.mark.usefixtures("_address")
def test_nothing_chosen_and_others_stations_are_refused(cast: Any, sign_in: Callable[..., Client]) -> None:
    district = sign_in("district", cast)
    assert district.get("/office/plates/print/").status_code == 400
    assert district.get(f"/office/plates/print/?code={cast.banks.code}").status_code == 400
    assert district.get(f"/office/plates/{cast.banks.code}.svg").status_code == 404
    assert sign_in("auditor", cast).get("/office/plates/").status_code == 404
