"""In which county does a point lie, also where a city has none?"""

import numpy as np
import pytest

from xiaojia.kernel.places.queries import area_of, counties

pytestmark = pytest.mark.django_db


def test_a_city_without_counties_counts_as_one():
    found = {row.code: row.name for row in counties("41")}
    assert (found["419001"], found["410102"], len(found)) == ("济源市", "中原区", 157)
    assert [row.name for row in counties("4419")] == ["东莞市"]
    assert "410100" not in found


def test_its_ground_holds_points():
    assert area_of("41").locate(112.59, 35.09) == "419001"
    assert area_of("4419").locate(113.75, 23.02) == "441900"
    assert area_of("").locate_many(np.array([113.75, 113.6]), np.array([23.02, 34.75])) == ["441900", "410102"]
