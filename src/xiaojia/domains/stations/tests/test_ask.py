"""Is the address the whole question, and is nothing in it an error?"""

import pytest
from django.http import QueryDict

from xiaojia.domains.stations.forms.public import Ask, read_ask, read_pins, toggle_pin, write_pins


def _ask(query: str = "", **cookies: str) -> Ask:
    return read_ask(QueryDict(query), cookies)


def test_nothing_asked_means_open_now_on_foot():
    assert _ask() == Ask(open=True, go="walk", page=1)


def test_a_position_is_rounded_to_four_decimals_and_outweighs_a_division():
    ask = _ask("at=me&lng=109.512345&lat=18.254321&d=460204")
    assert (ask.at, ask.lng, ask.lat, ask.d) == ("me", 109.5123, 18.2543, "")


@pytest.mark.parametrize(
    "query", ["lng=abc&lat=18", "lng=109.5", "lng=nan&lat=1", "lng=18.2&lat=109.5", "lng=inf&lat=0"]
)
def test_a_position_that_cannot_be_is_named_and_left_out(query):
    ask = _ask(query)
    assert ask.bad_place and not ask.has_position


def test_the_kept_place_is_used_when_the_address_names_none():
    assert _ask(xj_area="460204").d == "460204"
    assert _ask(xj_area="460204", xj_place="109.512,18.253").at == "last"  # located after the district was chosen
    kept = _ask(xj_place="109.512,18.253")
    assert (kept.at, kept.lng, kept.lat) == ("last", 109.512, 18.253)
    assert _ask("d=460202", xj_place="109.512,18.253").d == "460202"
    assert _ask(xj_place="<script>") == Ask()


def test_a_kept_position_never_gets_into_a_link():
    assert _ask(xj_place="109.512,18.253").query() == "/"


def test_an_address_read_and_written_again_is_the_same_question():
    for query in (
        "d=460204&have=water,toilet",
        "at=map&lng=109.5000&lat=18.2500&open=0&access=free",
        "noon=1",
        "open=1&q=海月",
    ):
        ask = _ask(query)
        assert _ask(ask.query().removeprefix("?")) == ask


def test_searching_by_name_looks_at_closed_ones_too_unless_told():
    assert _ask("q=海月").open is False
    assert _ask("q=海月&open=1").open is True


def test_a_facility_is_added_to_the_filter_and_taken_out_again():
    one = _ask("have=water")
    assert one.toggled("toilet") == "?have=water,toilet"
    assert one.toggled("water") == "/"
    assert _ask("have=water&have=toilet,../etc").have == ("water", "toilet")


def test_odd_pages_and_ways_fall_back():
    assert _ask("page=-3&go=fly").page == 1
    assert _ask("page=99999").page == 100
    assert _ask("go=ride").go == "ride" and _ask(xj_go="ride").go == "ride"


def test_pins_are_at_most_twenty_and_the_newest_comes_first():
    pins = tuple(f"SY-{n:04d}" for n in range(1, 21))
    more = toggle_pin(pins, "SY-0099")
    assert len(more) == 20 and more[0] == "SY-0099" and "SY-0020" not in more
    assert toggle_pin(more, "SY-0099") == pins[:19]
    assert read_pins({"xj_pins": write_pins(pins)}) == pins
    assert read_pins({"xj_pins": "SY-1.<b>.SY-1"}) == ("SY-1",)
