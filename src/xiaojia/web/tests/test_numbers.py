"""Do large numbers keep their thousands apart?"""

import pytest

from xiaojia.web.templatetags.numbers import thousands


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (18198, "18,198"), (None, ""), ("–", "–"), (True, "True")]
)
def test_thousands(value: object, text: str) -> None:
    assert thousands(value) == text
