from datetime import UTC, datetime

from django.db import migrations


def enter(apps, schema_editor):
    apps.get_model("keys", "RateRule").objects.using(schema_editor.connection.alias).get_or_create(
        effective_from=datetime(2026, 1, 1, tzinfo=UTC), defaults={"address_per_min": 1200, "key_per_min": 6000}
    )


def leave(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [("keys", "0002_counts_of_requests_are_not_logged")]
    operations = [migrations.RunPython(enter, leave)]
