"""Is the feed of a real, imported city as valid as the demo's? Free texts of hours, odd phones, development zones."""

import json
from datetime import date
from typing import Any

import pytest

from xiaojia.domains.feeds.actions import approve_release
from xiaojia.domains.feeds.tests.test_hsds import Get, all_valid
from xiaojia.domains.stations.models import Station
from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.imports import actions
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Grant

ZONES = {"高新区": ["410102"], "经开区": ["410104"], "郑东新区": ["410104"], "航空港区": ["410184"]}


@pytest.fixture
def city(zhengzhou: Any, data_dir: Any, settings: Any, tmp_path: Any) -> None:
    """The union's own list, imported and released."""
    settings.MEDIA_ROOT = tmp_path
    root, sheet = zhengzhou.root, data_dir / "demo" / "stations" / "zhengzhou_union_stations.csv"
    actor = Actor(label="命令行", grants=(Grant(root.pk, root.path, root.name, "admin", "4101"),))
    batch = actions.stage(
        actor=actor, org=root, kind="stations", filename=sheet.name, path=sheet, options={"datum": "gcj02"}
    )
    for word, codes in ZONES.items():
        actions.answer(actor=actor, batch=batch, field="district", word=word, meaning={"zone": word, "lies_in": codes})
    actions.commit(actor=actor, batch=actions.judge(batch, actor=actor), only_good=True)
    approve_release(actor=SYSTEM, authority="某局", document_no="1号", approved_on=date(2026, 1, 1), scope="坐标")


def test_every_object_of_an_imported_city_is_valid(city: None, get: Get, official: dict[str, Any]) -> None:
    counts = all_valid(get, official)
    stations = Station.objects.exclude(status="planned").count()
    assert stations >= 77
    assert counts["services"] == counts["service_at_locations"] == stations


def test_the_geojson_of_an_imported_city_lies_in_it(city: None, client: Any) -> None:
    found = json.loads(client.get("/feeds/stations.geojson").getvalue())["features"]
    assert len(found) == Station.objects.exclude(lng=None).count() > 70
    for one in found:
        lng, lat = one["geometry"]["coordinates"]
        assert 112.7 < lng < 114.3 and 34.2 < lat < 35.0, one["id"]
        assert one["properties"]["city"] == "郑州市"
