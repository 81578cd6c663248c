"""Does the shell answer what a phone asks, and does it stay small?"""

import gzip
import json
import re
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static" / "web"
SHELL_LIMIT_BYTES = 27_500


def _gzipped(*names: str) -> dict[str, int]:
    return {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names}


def test_style_and_script_of_the_workers_pages_stay_below_their_budget():
    sizes = _gzipped("tokens.css", "worker.css", "worker.js")
    print("worker's shell, gzipped bytes:", sizes, "sum", sum(sizes.values()), "limit", SHELL_LIMIT_BYTES)  # noqa: T201
    assert sum(sizes.values()) <= SHELL_LIMIT_BYTES


def test_the_worker_script_speaks_the_language_of_a_webview_of_2020():
    text = (STATIC / "worker.js").read_text(encoding="utf-8")
    assert not re.search(r"\?\.[a-zA-Z(\[]|\?\?|=>", text)


def test_the_manifest_names_icons_that_exist(client, db):
    answer = client.get("/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["start_url"] == "/" and manifest["name"] == "小家"
    for icon in manifest["icons"]:
        assert (STATIC / "app-icons" / Path(icon["src"]).name).is_file()


def test_the_service_worker_knows_its_shell_and_never_keeps_the_office(client, db):
    answer = client.get("/sw.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    assert text.startswith("self.XJ = ") and "worker.css" in text.split("\n", 1)[0]
    never = re.compile(re.search(r"const NEVER = /(.+)/;", text)[1])
    for path in ("/office/", "/office/reports/", "/k/SY-0001/", "/s/SY-0001/in/", "/s/SY-0001/report/"):
        assert never.search(path), path
    assert not never.search("/s/SY-0001/") and not never.search("/")
    assert 'request.method !== "GET"' in text


def test_language_and_large_type_are_kept_on_the_phone_and_lead_back(client, db):
    answer = client.post("/set/language/", {"language": "en", "next": "/about/"})
    assert (answer.status_code, answer["Location"]) == (302, "/about/")
    assert client.cookies["xj_lang"].value == "en"
    assert 'lang="en"' in client.get("/about/").content.decode()
    client.post("/set/size/", {"large": "1", "next": "/about/"})
    assert 'data-size="large"' in client.get("/about/").content.decode()
    client.post("/set/size/", {"large": "0", "next": "/"})
    assert 'data-size="large"' not in client.get("/about/").content.decode()


def test_the_switches_lead_nowhere_outside_and_know_their_languages(client, db):
    answer = client.post("/set/language/", {"language": "fr", "next": "https://example.org/"})
    assert answer["Location"] == "/" and "xj_lang" not in client.cookies
    assert client.get("/set/language/").status_code == 405
