from django.db import migrations

TABLE = """
CREATE TABLE stations_change (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    station_id uuid NOT NULL,
    writes bigint NOT NULL DEFAULT 1,
    gone varchar(16) NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (xid, station_id)
);
COMMENT ON TABLE stations_change IS
    'Which transaction changed what is public of which station; the nil station stands for all. Written by triggers.';
ALTER TABLE stations_evidence ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX stations_evidence_by_transaction ON stations_evidence (xid);
"""

FUNCTIONS = """
CREATE FUNCTION stations_note(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(ids) > 0 THEN
        INSERT INTO stations_change AS c (station_id) SELECT DISTINCT id FROM unnest(ids) AS id WHERE id IS NOT NULL
            ON CONFLICT (xid, station_id) DO UPDATE SET writes = c.writes + 1;
        PERFORM pg_notify('stations_change', '');
    END IF;
END $$;

CREATE FUNCTION stations_note_station() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM stations_note(array_agg(id)) FROM new_rows;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM stations_note(array_agg(n.id)) FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n IS DISTINCT FROM o;
    ELSE
        PERFORM stations_note(array_agg(id)) FROM old_rows;
        UPDATE stations_change c SET gone = o.code FROM old_rows o
            WHERE c.xid = pg_current_xact_id() AND c.station_id = o.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM stations_note(array_agg(station_id)) FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM stations_note(array_agg(station_id)) FROM old_rows;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stations_note(array_agg(cs.station_id))
        FROM stations_closure_stations cs JOIN new_rows n ON n.id = cs.closure_id;
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stations_note(array_agg(s.id)) FROM stations_station s
        JOIN new_rows n ON n.id = s.org_id JOIN old_rows o ON o.id = n.id WHERE (n.name, n.path) <> (o.name, o.path);
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stations_note(array_agg(s.id)) FROM stations_station s
        JOIN new_rows n ON n.id = s.host_id JOIN old_rows o ON o.id = n.id WHERE n.name <> o.name;
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_division() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stations_note(array_agg(s.id)) FROM stations_station s
        JOIN new_rows n ON n.code = s.division_id JOIN old_rows o ON o.code = n.code WHERE n.name <> o.name;
    RETURN NULL;
END $$;

CREATE FUNCTION stations_note_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stations_note(ARRAY['00000000-0000-0000-0000-000000000000'::uuid]);
    RETURN NULL;
END $$;
"""

PARTS = ("stations_stationfacility", "stations_stationphoto", "stations_timetablestop", "stations_closure_stations")
EVERYTHING = ("stations_truthrule", "stations_facilitykind", "calendar_notice", "calendar_specialday")
NAMED = {
    "stations_closure": "stations_note_closure",
    "orgs_organisation": "stations_note_organisation",
    "orgs_unit": "stations_note_unit",
    "places_division": "stations_note_division",
}
SEEN = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


def _trigger(table: str, verb: str, function: str, seen: str) -> tuple[str, str]:
    name = f"stations_note_{verb}"
    made = f"CREATE TRIGGER {name} AFTER {verb} ON {table} {seen} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    return made, f"DROP TRIGGER {name} ON {table}"


def _triggers() -> list[tuple[str, str]]:
    found = [_trigger("stations_station", verb, "stations_note_station", seen) for verb, seen in SEEN.items()]
    found += [_trigger(table, verb, "stations_note_part", seen) for table in PARTS for verb, seen in SEEN.items()]
    found += [_trigger(table, verb, "stations_note_everything", "") for table in EVERYTHING for verb in SEEN]
    return found + [_trigger(table, "update", function, SEEN["update"]) for table, function in NAMED.items()]


UNDO = """
DROP FUNCTION stations_note_station, stations_note_part, stations_note_closure, stations_note_organisation,
    stations_note_unit, stations_note_division, stations_note_everything;
DROP FUNCTION stations_note(uuid[]);
DROP INDEX stations_evidence_by_transaction;
ALTER TABLE stations_evidence DROP COLUMN xid;
DROP TABLE stations_change;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0003_targets_by_year"),
        ("calendar", "0001_days_differ_by_notice"),
        ("orgs", "0001_organisations_units_and_posts"),
        ("places", "0001_divisions_have_editions"),
    ]
    operations = [
        migrations.RunSQL([TABLE, FUNCTIONS], [UNDO]),
        *(migrations.RunSQL(made, undone) for made, undone in _triggers()),
    ]
