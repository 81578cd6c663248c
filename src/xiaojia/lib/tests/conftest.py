"""Where do the tests of the library find the real data?"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session")
def testtables() -> Path:
    """The folder of published test tables; skips with a reason where it is absent."""
    folder = Path(os.environ.get("XIAOJIA_DATA", ROOT.parent / "shared" / "data")) / "dev" / "testtables"
    if not folder.is_dir():
        pytest.skip("real data not found: set XIAOJIA_DATA to the folder that holds dev/testtables")
    return folder
