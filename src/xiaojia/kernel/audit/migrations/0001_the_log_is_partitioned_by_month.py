import django.db.models.deletion  # noqa: F401
from django.db import migrations, models

import xiaojia.lib.ids

TABLE = """
CREATE TABLE audit_entry (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor_id varchar(64) COLLATE "C" NOT NULL,
    actor_label varchar(120) NOT NULL,
    org_path varchar(255) COLLATE "C" NOT NULL,
    verb varchar(64) COLLATE "C" NOT NULL,
    subject_kind varchar(64) COLLATE "C" NOT NULL,
    subject_id varchar(64) COLLATE "C" NOT NULL,
    subject_label varchar(200) NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id, at DESC);
CREATE INDEX audit_entry_path ON audit_entry (org_path, at DESC);
CREATE TABLE audit_entry_default PARTITION OF audit_entry DEFAULT;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE audit_entry")],
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("id", models.UUIDField(default=xiaojia.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("actor_id", models.CharField(max_length=64)),
                        ("actor_label", models.CharField(max_length=120)),
                        ("org_path", models.CharField(max_length=255)),
                        ("verb", models.CharField(max_length=64)),
                        ("subject_kind", models.CharField(max_length=64)),
                        ("subject_id", models.CharField(max_length=64)),
                        ("subject_label", models.CharField(max_length=200)),
                        ("details", models.JSONField(default=dict)),
                    ],
                    options={"db_table": "audit_entry", "ordering": ["-at", "-id"], "managed": False},
                ),
            ],
        )
    ]
