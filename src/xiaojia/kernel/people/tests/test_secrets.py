"""Are numbers sealed so that nobody reads or changes them, and are those of the earlier form still read?"""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet

from xiaojia.kernel.people import secrets
from xiaojia.kernel.people.secrets import decrypt, encrypt, keyed_hash, seal, unseal


def test_a_number_comes_back_and_is_sealed_anew_each_time() -> None:
    first, second = encrypt("13800000000"), encrypt("13800000000")
    assert (decrypt(first), decrypt(memoryview(second))) == ("13800000000", "13800000000")
    assert first != second
    assert b"1380" not in base64.urlsafe_b64decode(first[4:])


@pytest.mark.parametrize("at", [5, 20, -3])
def test_a_changed_one_is_refused(at: int) -> None:
    sealed = bytearray(encrypt("13800000000"))
    sealed[at] = ord("A") if sealed[at] != ord("A") else ord("B")
    with pytest.raises(InvalidTag):
        decrypt(bytes(sealed))


def test_another_instances_key_opens_nothing(settings: object) -> None:
    sealed = encrypt("13800000000")
    settings.HASH_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(InvalidTag):
        decrypt(sealed)


def test_what_was_sealed_before_is_still_read() -> None:
    old = Fernet(base64.urlsafe_b64encode(secrets._key("encrypt"))).encrypt(b"13800000000")
    assert decrypt(old) == "13800000000"
    assert unseal(old.decode()) == "13800000000"
    assert unseal("PLAINBASE32") == "PLAINBASE32"
    assert unseal(seal("x")) == "x"


def test_equal_numbers_have_equal_hashes_of_one_kind_alone() -> None:
    assert keyed_hash("phone", " 138 ") == keyed_hash("phone", "138")
    assert keyed_hash("phone", "138") != keyed_hash("identity", "138")
    assert len(keyed_hash("phone", "138")) == 64
