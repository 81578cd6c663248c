import django.db.models.deletion
from django.db import migrations, models

import xiaojia.lib.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = [("orgs", "0001_organisations_units_and_posts")]
    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xiaojia.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("authority", models.CharField(max_length=120)),
                ("document_no", models.CharField(max_length=80)),
                ("approved_on", models.DateField()),
                ("scope", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("recorded_by", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField()),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.organisation"
                    ),
                ),
            ],
            options={"ordering": ["-recorded_at"]},
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "approval",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="feeds.approval",
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("withdrawn_by", models.CharField(max_length=120)),
                ("withdrawn_at", models.DateTimeField()),
            ],
        ),
    ]
