import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_doubles_are_decided_by_a_person")]

    operations = [
        migrations.CreateModel(
            name="Work",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work",
                        serialize=False,
                        to="imports.batch",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("stage", "读入并核对"), ("judge", "核对"), ("commit", "提交"), ("undo", "撤销")], max_length=8
                    ),
                ),
                ("options", models.JSONField(default=dict)),
                ("account_id", models.BigIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(help_text="null = it waits for the worker", null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL("UPDATE imports_batch SET message = '' WHERE message = '后台处理中'", migrations.RunSQL.noop),
    ]
