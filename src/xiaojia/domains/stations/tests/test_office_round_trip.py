"""Does an exported list come back in without changing anything?"""

import pytest

from xiaojia.domains.stations import access
from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.queries.sheets import columns, sheet_rows
from xiaojia.domains.stations.tests.sheets import as_xlsx, commit, officer_of, stage, verdicts
from xiaojia.lib.sheets import write_csv, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("write", [lambda c, r: write_xlsx(c, r, "站点"), write_csv])
def test_an_exported_list_changes_nothing(zhengzhou, write):
    commit(stage(zhengzhou.root, as_xlsx(), "名单.xlsx"))
    before = dict(Station.objects.values_list("code", "version"))
    rows = sheet_rows(access.visible(officer_of(zhengzhou.root)).order_by("code"))
    name = "back.csv" if write is write_csv else "back.xlsx"
    batch = stage(zhengzhou.root, write(columns(), rows), name)
    assert set(verdicts(batch)) == {"same"}
    commit(batch)
    assert dict(Station.objects.values_list("code", "version")) == before
