"""Does a refusal carry its code, its message id and a sentence that a person can read?"""

from collections.abc import Mapping
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError, gettext_noop


class SampleError(XiaojiaError):
    sentences: ClassVar[Mapping[str, str]] = {"too_many": gettext_noop("共%(count)s行，超过了上限。")}


def test_the_sentence_of_a_code_is_looked_up_and_filled() -> None:
    error = SampleError("too_many", params={"count": 12})
    assert (error.code, error.message, error.params, error.fields) == (
        "too_many",
        "共%(count)s行，超过了上限。",
        {"count": 12},
        {},
    )
    assert str(error) == "共12行，超过了上限。"


def test_an_own_sentence_and_fields() -> None:
    error = XiaojiaError("name_missing", "请填写名称。", fields={"name": "必填"})
    assert str(error) == "请填写名称。"
    assert error.fields == {"name": "必填"}


def test_missing_parameters_and_unknown_codes_never_hide_the_refusal() -> None:
    assert str(SampleError("too_many", params={"other": 1})) == "共%(count)s行，超过了上限。"
    assert str(XiaojiaError("unknown_code")) == "unknown_code"
