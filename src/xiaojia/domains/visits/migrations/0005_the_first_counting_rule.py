from datetime import date

from django.db import migrations

NAME = "2026-1"


def enter(apps, schema_editor):
    apps.get_model("visits", "CountingRule").objects.using(schema_editor.connection.alias).get_or_create(
        name=NAME,
        defaults={
            "effective_on": date(2026, 1, 1),
            "sources": {"qr": True, "code": True, "group": True, "keeper": True},
            "group_cap": 20,
            "keeper_cap_day": 50,
            "note": "扫码、动态码、同来人数、站点补记都计入；同一设备在同一站点一个钟点只计一次；系统启用前的数字另列。",
        },
    )


def leave(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_answers_stand_beside_visits")]
    operations = [migrations.RunPython(enter, leave)]
