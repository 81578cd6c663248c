from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE keys_usage (
    subject varchar(40) COLLATE "C" NOT NULL,
    minute bigint NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (subject, minute)
)
"""


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_keys_limits_and_requests_that_count_once")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE keys_usage")]
