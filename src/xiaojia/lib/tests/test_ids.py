"""Are numbers ordered, signatures unforgeable and wrong codes caught?"""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaojia.lib.ids import (
    check_character,
    check_ok,
    keyed_hash,
    normalise_uscc,
    sign,
    unguessable,
    uscc_ok,
    uuid7,
    verify,
    with_check,
)

CODES = st.text(string.digits + string.ascii_uppercase, min_size=2, max_size=12)


def test_uuid7_has_its_version_and_its_order() -> None:
    made = [uuid7() for _ in range(500)]
    assert len(set(made)) == 500
    assert {one.version for one in made} == {7}
    stamps = [one.int >> 80 for one in made]
    assert stamps == sorted(stamps)


def test_check_characters_of_iso_7064() -> None:
    assert check_character("A12425GABC1234002") == "M"  # the example of GRid, ISO 7064 MOD 37,36
    assert with_check("sy-0007") == "SY-0007-" + check_character("SY0007")
    assert check_ok(with_check("SY-0007"))
    assert check_ok(f" {with_check('SY-0007').lower()} ")


@given(CODES, st.integers(0, 11), st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_wrong_character_is_always_caught(code: str, at: int, other: str) -> None:
    at %= len(code)
    wrong = code[:at] + other + code[at + 1 :]
    assert check_ok(wrong + check_character(code)) == (wrong == code)


@pytest.mark.parametrize("code", ["", "-", "W", "--", "站点"])
def test_codes_without_a_body_are_not_ok(code: str) -> None:
    assert not check_ok(code)


def test_signatures_are_short_and_bound_to_kind_parts_and_key() -> None:
    signature = sign("visit", "SY-0007", 3, key="secret")
    assert len(signature) == 16
    assert set(signature) <= set(string.ascii_letters + string.digits + "-_")
    assert verify(signature, "visit", "SY-0007", 3, key="secret")
    assert not verify(signature, "visit", "SY-0007", 4, key="secret")
    assert not verify(signature, "keeper", "SY-0007", 3, key="secret")
    assert not verify(signature, "visit", "SY-0007", 3, key="other")
    assert not verify(signature[:-1], "visit", "SY-0007", 3, key="secret")
    assert not verify("签名", "visit", "SY-0007", 3, key="secret")
    assert sign("visit", "ab", "c", key="k") != sign("visit", "a", "bc", key="k")


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key is empty"):
        sign("visit", "x", key="")


def test_keyed_hash_depends_on_the_key() -> None:
    assert keyed_hash("460200199001011234", "a") == keyed_hash("460200199001011234", b"a")
    assert keyed_hash("460200199001011234", "a") != keyed_hash("460200199001011234", "b")
    assert len(keyed_hash("", "a")) == 64


def test_unguessable_texts() -> None:
    assert len(unguessable(16)) == 22
    assert len({unguessable() for _ in range(100)}) == 100


def test_200_real_credit_codes_are_ok_and_their_neighbours_are_not(testtables: Path) -> None:
    codes = (testtables / "uscc_valid_numbers.csv").read_text().split()[1:]
    assert len(codes) == 200
    assert all(uscc_ok(code) for code in codes)
    assert not any(uscc_ok(code[:-1] + ("0" if code[-1] != "0" else "1")) for code in codes)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91152201078377449",
        "91152201078377449PP",
        "91152201O78377449P",
        "91152201078377449p",
        "９１１５２２０１０７８３７７４４９Ｐ",
    ],
)
def test_wrong_shapes_of_credit_codes(code: str) -> None:
    assert not uscc_ok(code)


def test_typed_credit_codes_are_normalised() -> None:
    assert uscc_ok(normalise_uscc(" ９１１５２２０１ 078377449p"))
