from django.db import migrations

TABLE = """
CREATE TABLE visits_visit (
    id uuid NOT NULL,
    hour timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    station_id uuid NOT NULL,
    org_path varchar(255) COLLATE "C" NOT NULL,
    division_code varchar(6) COLLATE "C" NOT NULL,
    source varchar(8) COLLATE "C" NOT NULL,
    device bytea,
    people smallint NOT NULL DEFAULT 1 CHECK (people > 0),
    occupation varchar(12) COLLATE "C" NOT NULL DEFAULT '',
    near boolean,
    key uuid NOT NULL,
    PRIMARY KEY (id, hour),
    CONSTRAINT one_visit_per_device_station_hour UNIQUE (station_id, device, hour, source),
    CONSTRAINT one_visit_per_key UNIQUE (key, hour),
    CONSTRAINT hour_is_a_clock_hour CHECK (date_trunc('hour', hour, 'Asia/Shanghai') = hour)
) PARTITION BY RANGE (hour);
CREATE INDEX visits_visit_path ON visits_visit (org_path, hour);
CREATE INDEX visits_visit_station ON visits_visit (station_id, hour);
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_visits_are_partitioned_by_month")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE visits_visit")]
