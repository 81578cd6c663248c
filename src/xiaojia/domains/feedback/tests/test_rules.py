"""What is needed for which report, and how often may one report?"""

import pytest

from xiaojia.domains.feedback.rules import FeedbackError, Rate, Window, check


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("nonsense", "", "", ""), "no_kind"),
        (("no_entry", "", "", ""), "no_why"),
        (("no_entry", "ate it", "", ""), "no_why"),
        (("broken", "", "", ""), "no_facility"),
        (("wrong", "", "", "  "), "no_text"),
        (("other", "", "", ""), "no_text"),
    ],
)
def test_what_is_missing_is_named(given, code):
    with pytest.raises(FeedbackError) as refused:
        check(*given)
    assert refused.value.code == code


def test_what_is_complete_passes():
    for given in (
        ("no_entry", "locked", "", ""),
        ("broken", "", "fridge", ""),
        ("dirty", "", "", ""),
        ("wrong", "", "", "电话错了"),
    ):
        check(*given)


def test_a_window_lets_so_many_through_and_opens_again():
    window = Window(Rate(2, 60))
    assert [window.allow("a", t) for t in (0, 1, 2)] == [True, True, False]
    assert window.allow("b", 2) is True
    assert window.allow("a", 60.5) is True
    assert window.allow("a", 60.6) is False


def test_a_window_forgets_the_oldest_keys():
    window = Window(Rate(1, 60), keys_limit=2)
    assert [window.allow(key, 0) for key in "abc"] == [True, True, True]
    assert window.allow("a", 1) is True
