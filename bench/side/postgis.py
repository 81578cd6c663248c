"""How does Debian's PostgreSQL 15 with PostGIS answer the same question? A cluster of its own, the same rows, prepared statements."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg

from bench.side.nation import SHARES, Nation
from bench.side.peers import debian

BIN = Path("/usr/lib/postgresql/15/bin")
SETTINGS = "shared_buffers=1GB jit=off max_parallel_workers_per_gather=0 fsync=off effective_cache_size=4GB"
QUESTIONS = 4_096
BOX = """
CREATE FUNCTION near_box(x float8, y float8) RETURNS TABLE (code text, metres float8) LANGUAGE plpgsql STABLE AS $$
DECLARE r float8 := 0.02; n int;
BEGIN
    LOOP
        SELECT count(*) INTO n FROM (SELECT FROM station s WHERE s.lat BETWEEN y - r AND y + r
            AND s.lng BETWEEN x - r / cos(radians(y)) AND x + r / cos(radians(y)) AND s.{kind} AND s.open
            AND 111195 * r >= 12742017.6 * asin(sqrt(sin(radians(s.lat - y) / 2) ^ 2
                + cos(radians(y)) * cos(radians(s.lat)) * sin(radians(s.lng - x) / 2) ^ 2)) LIMIT 10) found;
        EXIT WHEN n = 10 OR r > 90;
        r := r * 2;
    END LOOP;
    RETURN QUERY SELECT s.code, 12742017.6 * asin(sqrt(sin(radians(s.lat - y) / 2) ^ 2
            + cos(radians(y)) * cos(radians(s.lat)) * sin(radians(s.lng - x) / 2) ^ 2)) AS far
        FROM station s WHERE s.lat BETWEEN y - r AND y + r
            AND s.lng BETWEEN x - r / cos(radians(y)) AND x + r / cos(radians(y)) AND s.{kind} AND s.open
        ORDER BY far LIMIT 10;
END $$;
"""
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE station (code text, lng float8, lat float8, geog geography(Point), open bool, {kinds});
CREATE TABLE question (i int PRIMARY KEY, lng float8, lat float8, geog geography(Point));
"""
INDEXES = """
UPDATE question SET geog = ST_MakePoint(lng, lat)::geography;
UPDATE station SET geog = ST_MakePoint(lng, lat)::geography;
CREATE INDEX whole ON station USING gist (geog);
CREATE INDEX pair ON station (lat, lng);
VACUUM FULL ANALYZE station;
ANALYZE question
"""
KNN = """\\set i random(0, {last})
SELECT code, geog <-> (SELECT geog FROM question WHERE i = :i) AS metres FROM {table} WHERE {kind} AND open
 ORDER BY geog <-> (SELECT geog FROM question WHERE i = :i) LIMIT 10;
"""
IN_BOX = """\\set i random(0, {last})
SELECT b.* FROM question q, near_box_{kind}(q.lng, q.lat) b WHERE q.i = :i;
"""


class Cluster:
    """The peer, running: its socket folder, and pgbench against it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    def fill(self, stations: Nation, is_open: np.ndarray, questions: np.ndarray) -> None:
        """Enter the stations with whether each is open now, which this side need not find out; partial indexes on a second table."""
        kinds = list(SHARES)
        with self.connect() as connection:
            connection.execute(TABLE.format(kinds=", ".join(f"{kind} bool" for kind in kinds)).encode())
            with connection.cursor().copy(
                f"COPY station (code, lng, lat, open, {', '.join(kinds)}) FROM STDIN".encode()
            ) as copy:
                for n, have in enumerate(stations.have):
                    flags = [kind in have for kind in kinds]
                    copy.write_row(
                        [f"CN-{n:06d}", float(stations.lng[n]), float(stations.lat[n]), bool(is_open[n]), *flags]
                    )
            with connection.cursor().copy(b"COPY question (i, lng, lat) FROM STDIN") as copy:
                for n, (lng, lat) in enumerate(questions[:QUESTIONS]):
                    copy.write_row([n, float(lng), float(lat)])
            for command in INDEXES.split(";"):
                connection.execute(command.encode())
            connection.execute(b"CREATE TABLE parted AS SELECT * FROM station ORDER BY code")
            for kind in kinds:
                connection.execute(f"CREATE INDEX ON parted USING gist (geog) WHERE {kind}".encode())
                connection.execute(BOX.format(kind=kind).replace("near_box", f"near_box_{kind}").encode())
            connection.execute(b"VACUUM ANALYZE parted")

    def rate(self, way: str, kind: str, seconds: int, clients: int = 1) -> tuple[float, float]:
        """Return queries per second and the mean milliseconds of one: `way` is "whole", "partial" or "box"."""
        text = IN_BOX if way == "box" else KNN
        script = self.folder / f"{way}-{kind}.sql"
        table = "parted" if way == "partial" else "station"
        script.write_text(text.format(last=QUESTIONS - 1, kind=kind, table=table))
        asked = [
            str(BIN / "pgbench"),
            "-n",
            "-M",
            "prepared",
            "-h",
            str(self.folder),
            "-U",
            "postgres",
            "-f",
            str(script),
        ]
        asked += ["-c", str(clients), "-j", str(clients), "-T", str(seconds), "postgres"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        return float(re.search(r"tps = ([\d.]+)", said)[1]), float(re.search(r"latency average = ([\d.]+)", said)[1])

    def ten(self, kind: str, lng: float, lat: float) -> list[str]:
        """Return the codes of the ten nearest by the geography index."""
        asked = (
            f"SELECT code FROM station WHERE {kind} AND open ORDER BY geog <-> ST_MakePoint(%s, %s)::geography LIMIT 10"
        )
        with self.connect() as connection:
            return [row[0] for row in connection.execute(asked.encode(), [lng, lat])]


def version(cluster: Cluster) -> str:
    """Return what answers on the other side."""
    with cluster.connect() as connection:
        row = connection.execute(b"SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    return f"PostgreSQL {row[0]}, PostGIS {row[1]}"


@contextmanager
def running() -> Iterator[Cluster]:
    """Give an empty cluster of its own, as the account postgres; it is gone afterwards."""
    debian("postgresql-15", "postgresql-15-postgis-3")
    folder = Path(tempfile.mkdtemp(prefix="xiaojia-postgis-"))
    shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o755)
    options = " ".join(f"-c {setting}" for setting in SETTINGS.split())
    try:
        _run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        _run("pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o",
             f"-c listen_addresses='' -c unix_socket_directories={folder} {options}", "start")  # fmt: skip
        try:
            yield Cluster(folder)
        finally:
            _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *words: str) -> None:
    asked: Sequence[str] = [str(BIN / program), *words]
    if os.geteuid() == 0:
        asked = ["runuser", "-u", "postgres", "--", *asked]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")
