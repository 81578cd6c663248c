"""What would one write with django-import-export? A model with validators, a resource with its bulk options, a dry run.

Run by the Python of the peer's own environment: FILE COUNTIES(JSON list), PLAIN_DATABASE (JSON of Django's settings).
"""

import json
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "import_export"], USE_TZ=True, LANGUAGE_CODE="zh-hans",
    DATABASES={"default": json.loads(os.environ["PLAIN_DATABASE"])}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.validators import MaxValueValidator, MinValueValidator  # noqa: E402
from django.db import connection, models  # noqa: E402
from import_export import fields, resources, widgets  # noqa: E402
from tablib import Dataset  # noqa: E402

COUNTIES = set(json.loads(Path(sys.argv[2]).read_text()))
WEST, EAST, SOUTH, NORTH = 110.3, 116.7, 31.3, 36.5
"""The box of the province: the region as far as a validator of one field can know it."""
WAYS = {"直接进": "free", "登记": "ask", "扫码": "scan"}


def known_county(name: str) -> None:
    if name not in COUNTIES:
        raise ValidationError("unknown district")


class Station(models.Model):
    """The same fields, validated as far as a field's validators go."""

    source_key = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=60, validators=[known_county])
    street = models.CharField(max_length=60, blank=True)
    lng = models.FloatField(validators=[MinValueValidator(WEST), MaxValueValidator(EAST)])
    lat = models.FloatField(validators=[MinValueValidator(SOUTH), MaxValueValidator(NORTH)])
    hours = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    host = models.CharField(max_length=120, blank=True)
    build_kind = models.CharField(max_length=8, choices=[("自建", "自建"), ("共建", "共建")], blank=True)
    access = models.CharField(max_length=12, choices=[(v, k) for k, v in WAYS.items()], blank=True)
    attended = models.BooleanField(null=True)
    area_m2 = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    capacity = models.PositiveIntegerField(null=True)
    built_on = models.DateField(null=True)
    status = models.CharField(max_length=12, choices=[("正常运行", "正常运行"), ("试运行", "试运行")], blank=True)
    water = models.CharField(max_length=8, blank=True)
    microwave = models.CharField(max_length=8, blank=True)
    cooling = models.CharField(max_length=8, blank=True)

    class Meta:
        app_label = "plain"


class Way(widgets.Widget):
    """The word of a choice as its key."""

    def clean(self, value, row=None, **kwargs):  # type: ignore[no-untyped-def]
        if value and value not in WAYS:
            raise ValidationError("unknown way in")
        return WAYS.get(value, "")


class YesNo(widgets.BooleanWidget):
    TRUE_VALUES = ["是"]
    FALSE_VALUES = ["否"]


TITLES = {
    "source_key": "编号", "name": "名称", "address": "地址", "district": "区县", "street": "乡镇街道", "lng": "经度",
    "lat": "纬度", "hours": "开放时间", "phone": "联系电话", "host": "共建单位", "build_kind": "建设方式", "access": "进入方式",
    "attended": "有人值守", "area_m2": "面积", "capacity": "可容纳人数", "built_on": "建成日期", "status": "状态",
    "water": "饮水机", "microwave": "微波炉", "cooling": "空调",
}  # fmt: skip
WIDGETS = {
    "lng": widgets.FloatWidget(), "lat": widgets.FloatWidget(), "area_m2": widgets.DecimalWidget(),
    "capacity": widgets.IntegerWidget(), "built_on": widgets.DateWidget("%Y-%m-%d"), "access": Way(), "attended": YesNo(),
}  # fmt: skip


class StationResource(resources.ModelResource):
    """Bulk, without a query for each row; a number that comes twice is found by hand."""

    class Meta:
        model = Station
        fields = tuple(TITLES)
        import_id_fields = ("source_key",)
        use_bulk = True
        batch_size = 1000
        force_init_instance = True
        skip_diff = True
        skip_html_diff = True
        clean_model_instances = True

    def before_import(self, dataset, **kwargs):  # type: ignore[no-untyped-def]
        self.seen = set()

    def before_import_row(self, row, **kwargs):  # type: ignore[no-untyped-def]
        key = row["编号"]
        if key in self.seen:
            raise ValidationError({"source_key": "twice"})
        self.seen.add(key)


for name, title in TITLES.items():
    StationResource.fields[name] = fields.Field(
        attribute=name, column_name=title, widget=WIDGETS.get(name, widgets.CharWidget(allow_blank=True))
    )


def main(path: Path) -> None:
    """Load the file, import it as a dry run, say what was found."""
    with connection.schema_editor() as editor:
        editor.execute('DROP TABLE IF EXISTS "plain_station"')
        editor.create_model(Station)
    start = time.perf_counter()
    dataset = Dataset().load(path.read_bytes(), format="xlsx")
    loaded = time.perf_counter()
    result = StationResource().import_data(dataset, dry_run=True, use_transactions=False, raise_errors=False)
    found = {row.number + 1: sorted(row.field_specific_errors) for row in result.invalid_rows}
    found |= {row.number + 1: ["?"] for row in result.error_rows}
    done = {"seconds": time.perf_counter() - start, "load_s": loaded - start, "rows": len(dataset), "errors": found}
    print(json.dumps(done))


main(Path(sys.argv[1]))
