"""Is a NUL in an address or a form a bad request instead of a fault of ours?"""

import pytest


@pytest.mark.parametrize(
    "address", ["/office/map/?q=a%00", "/office/stations/?q=%00", "/office/closures/new/?q=%00", "/?q=%00", "/s/SY%00/"]
)
def test_a_nul_is_no_fault_of_ours(address, cast, sign_in):
    answer = sign_in("officer", cast).get(address)
    assert answer.status_code in (200, 400, 404)
