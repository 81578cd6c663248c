from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE xiaojia_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX xiaojia_cache_expires ON xiaojia_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(TABLE, "DROP TABLE xiaojia_cache")]
