"""Where do the tests of the library find the published test tables?"""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def testtables(data_dir: Path) -> Path:
    """The folder of published test tables."""
    return data_dir / "dev" / "testtables"
