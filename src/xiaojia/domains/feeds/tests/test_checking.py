"""Does the check find what is wrong with a feed, ours or a broken one of others, and does it always come back?"""

import contextlib
import gzip
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from xiaojia.domains.feeds.cli import hsds
from xiaojia.domains.feeds.cli.readers import HttpReader, OwnReader
from xiaojia.domains.feeds.rules.checking import built_in, check

Reply = Callable[[Any, str], None]


def send(handler: Any, body: Any, status: int = 200) -> None:
    """Answer with JSON."""
    raw = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], str]]:
    """Serve a feed whose answers a test writes itself; a real server on a real socket."""
    running: list[http.server.ThreadingHTTPServer] = []

    def start(reply: Reply) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    reply(self, self.path)

            def log_message(self, *words: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


ROOT = {"version": "3.0", "profile": "https://example.org/", "openapi_url": "https://example.org/openapi.json"}


def page(contents: list[Any], number: int = 1, pages: int = 1, total: int | None = None) -> dict[str, Any]:
    return {
        "total_items": len(contents) if total is None else total, "total_pages": pages, "page_number": number,
        "size": len(contents), "first_page": number == 1, "last_page": number == pages, "empty": not contents,
        "contents": contents,
    }  # fmt: skip


def service(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "name": "热水点", "status": "active"} | more


def feed(services: list[dict[str, Any]]) -> Reply:
    """A small sound feed with services alone."""

    def reply(handler: Any, path: str) -> None:
        bare = path.split("?", maxsplit=1)[0]
        if bare == "/":
            send(handler, ROOT)
        elif bare == "/services":
            send(handler, page(services))
        elif found := next((one for one in services if bare == f"/services/{one['id']}"), None):
            send(handler, found)
        else:
            send(handler, {}, 404)

    return reply


def walk(url: str, **options: Any) -> Any:
    return check(HttpReader(url, time_s=options.pop("time_s", 2.0), **options), built_in())


def said(report: Any) -> list[str]:
    return [f"{fault['path']}: {fault['message']}" for one in report.endpoints for fault in one.faults]


def test_a_small_sound_feed_has_warnings_only(serve):
    report = walk(serve(feed([service(), service()])))
    assert (report.sound, said(report)) == (True, [])
    assert [(one.path, one.objects, one.valid) for one in report.endpoints if one.found] == [
        ("/", 1, 1), ("/services", 2, 2), ("/services/{id}", 2, 2),
    ]  # fmt: skip
    assert report.warnings == [
        "/service_at_locations: optional, not there", "/organizations: optional, not there",
        "/taxonomies: optional, not there", "/taxonomy_terms: optional, not there",
    ]  # fmt: skip


def test_faults_are_named_with_their_place(serve):
    wrong = [service(id="17"), {"id": str(uuid4()), "name": "x"}, service(status="open"), service(url="中文 地址"),
             service(phones=[{"id": str(uuid4())}]), service(last_modified="2026-13-01T00:00:00Z")]  # fmt: skip
    report = walk(serve(feed(wrong)))
    lines = [fault for fault in said(report) if ".contents" in fault]
    assert lines == [
        "$.contents[0].id: '17' is not a uuid",
        "$.contents[1]: status is missing",
        "$.contents[2].status: 'open' is not one of active, inactive, defunct, temporarily closed",
        "$.contents[3].url: '中文 地址' is not a uri",
        "$.contents[4].phones[0]: number is missing",
        "$.contents[5].last_modified: '2026-13-01T00:00:00Z' is not a date-time",
    ]
    listed = next(one for one in report.endpoints if one.path == "/services")
    assert (listed.objects, listed.valid, listed.fault_count) == (6, 0, 6)


def test_a_required_endpoint_that_is_missing_is_a_fault(serve):
    report = walk(serve(lambda handler, path: send(handler, ROOT if path == "/" else {}, 200 if path == "/" else 404)))
    assert said(report) == ["$: this endpoint is required and is not there"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<html>", "$: is not JSON"),
        (b"[1, 2", "$: is not JSON"),
        (b"[" * 100_000, "$: is not JSON"),
        (b"\xff\xfe\x00", "$: is not JSON"),
        (b"", "$: is not JSON"),
        (b"[]", "$: [] is not object"),
        (b"17", "$: 17 is not object"),
        (b'{"contents": {}}', "$: total_items is missing"),
        (b'{"contents": [1, null, "x"], "last_page": true, "total_items": 3}', "$.contents[0]: 1 is not object"),
    ],
)
def test_rubbish_is_named_and_survived(serve, body, found):
    def reply(handler: Any, path: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    report = walk(serve(lambda handler, path: send(handler, ROOT) if path == "/" else reply(handler, path)))
    assert any(fault.startswith(found) for fault in said(report)), said(report)


def test_paging_that_never_ends_is_noticed(serve):
    one = service()
    report = walk(serve(lambda h, path: send(h, ROOT if path == "/" else page([one], 1, 10**9, total=10**9))))
    assert any("paging does not move" in fault for fault in said(report))


def test_pages_that_grow_for_ever_end_with_the_announced_number(serve):
    def reply(handler: Any, path: str) -> None:
        if path == "/":
            return send(handler, ROOT)
        if not path.startswith("/services?"):
            return send(handler, {}, 404)
        return send(handler, page([service()], 1, 3, total=3) | {"last_page": False})

    report = walk(serve(reply))
    listed = next(one for one in report.endpoints if one.path == "/services")
    assert (listed.requests, listed.objects) == (3, 3)


def test_a_wrong_total_and_a_twice_told_object_are_named(serve):
    one = service()
    reply = feed([one, one])
    report = walk(
        serve(lambda h, path: send(h, page([one, one], total=9)) if path.startswith("/services?") else reply(h, path))
    )
    assert f"$.contents[1].id: {one['id']} was there before" in said(report)
    assert "$.total_items: says 9, but 2 were read" in said(report)


def test_another_object_than_the_one_asked_for_is_named(serve):
    one, other = service(), service()
    reply = feed([one])
    report = walk(serve(lambda h, path: send(h, other) if path == f"/services/{one['id']}" else reply(h, path)))
    assert said(report) == [f"$.id: is '{other['id']}', not the one that was asked for"]


def test_a_server_that_drips_is_hung_up_on(serve):
    def reply(handler: Any, path: str) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    began = time.monotonic()
    report = walk(serve(reply), time_s=1.0)
    assert time.monotonic() - began < 4
    assert (report.reached, said(report)) == (False, ["$: took longer than 1 s"])


def test_a_server_that_never_ends_its_head_is_hung_up_on(serve):
    def reply(handler: Any, path: str) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            handler.wfile.write(f"X-{number}: y\r\n".encode())
            handler.wfile.flush()
            time.sleep(0.05)

    began = time.monotonic()
    assert HttpReader(serve(reply), time_s=0.8)("/").status == 0
    assert time.monotonic() - began < 4


def test_what_is_too_large_is_not_read(serve):
    def reply(handler: Any, path: str) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(64):
            handler.wfile.write(b" " * 65_536)

    answer = HttpReader(serve(reply), most_bytes=1_048_576)("/")
    assert (answer.status, answer.trouble) == (0, "is larger than 1 MB")


def test_a_bomb_is_stopped_while_it_unpacks(serve):
    bomb = gzip.compress(b"0" * 50_000_000)

    def reply(handler: Any, path: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(bomb)))
        handler.end_headers()
        handler.wfile.write(bomb)

    answer = HttpReader(serve(reply), most_bytes=1_048_576)("/")
    assert (answer.status, answer.trouble) == (0, "is larger than 1 MB")


def test_redirects_end_and_lead_nowhere_else_than_the_web(serve):
    def move(handler: Any, where: str) -> None:
        handler.send_response(302)
        handler.send_header("Location", where)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    assert HttpReader(serve(move))("/").trouble == "redirects more than 3 times"
    answer = HttpReader(serve(lambda h, path: move(h, "file:///etc/hostname")))("/")
    assert (answer.status, answer.body) == (0, b"")


def test_nobody_at_home_is_said_with_its_own_exit_code():
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        port = plug.getsockname()[1]
    done = CliRunner().invoke(hsds, ["check", f"http://127.0.0.1:{port}", "--json"], standalone_mode=False)
    assert done.return_value == 5
    assert json.loads(done.output)["reached"] is False


def test_the_command_reports_by_endpoint_and_ends_with_its_code(serve):
    url = serve(feed([service(), service(status="open")]))
    done = CliRunner().invoke(hsds, ["check", url, "--json"], standalone_mode=False)
    told = json.loads(done.output)
    assert (done.return_value, told["sound"], told["faults"]) == (1, False, 2)
    one = next(row for row in told["endpoints"] if row["path"] == "/services")
    assert {key: one[key] for key in ("required", "requests", "objects", "valid", "fault_count")} == {
        "required": True, "requests": 1, "objects": 2, "valid": 1, "fault_count": 1,
    }  # fmt: skip
    assert 0 < one["p50_ms"] <= one["p95_ms"]
    plain = CliRunner().invoke(hsds, ["check", url], standalone_mode=False)
    assert "1/2 valid, 1 faults" in plain.output
    assert "'open' is not one of" in plain.output
    sound = CliRunner().invoke(hsds, ["check", serve(feed([service()]))], standalone_mode=False)
    assert sound.return_value == 0


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "file:///etc/passwd", "http://"])
def test_only_addresses_of_the_web_are_taken(url):
    done = CliRunner().invoke(hsds, ["check", url], standalone_mode=False)
    assert done.exception is not None
    assert getattr(done.exception, "code", "") == "bad_url"


def test_our_own_feed_is_sound_by_our_words_and_by_the_official_ones(demo, data_dir: Path, official: dict[str, Any]):
    from xiaojia.domains.feeds.rules import checking

    for expected, details in ((built_in(), 20), (checking.official(official), 3)):
        report = check(OwnReader(), expected, details=details)
        assert said(report) == []
        assert report.warnings == []
        counts = {one.path: one.objects for one in report.endpoints}
        assert (counts["/services"], counts["/services/{id}"]) == (74, details)


def test_a_feed_that_is_not_released_is_not_sound(cast):
    report = check(OwnReader(), built_in())
    assert said(report)[0] == "$: answers 404"
    assert report.sound is False
