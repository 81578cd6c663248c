"""Does every curl line of docs/howto/api.md run, as it stands there, against a running product?"""

import html
import re
import shutil
import subprocess
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.journeys.product import Product
from xiaojia.domains.demo.rules.people import SIGN_INS

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "api.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1:]
ENDS = {"# 304": "304\n", "# Idempotent-Replayed: true": "idempotent-replayed: true"}


def make_key(base: str) -> str:
    """Sign in as the demo's administrator and make a key, as the page tells one to."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    admin = next(one for one in SIGN_INS if one.label_en == "Administrator")

    def send(path: str, **fields: object) -> str:
        page = opener.open(base + path).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        data = urlencode(fields | {"csrfmiddlewaretoken": token[1]}, doseq=True).encode()
        return str(opener.open(base + path, data).read().decode())

    send("/office/sign-in/", login=admin.username, password=admin.password)
    form = opener.open(base + "/office/keys/new/").read().decode()
    org = re.search(r'<option value="(\d+)"', form)
    assert org
    day = (date.today() + timedelta(days=30)).isoformat()
    scopes = ["visits:write", "reports:write", "reports:read"]
    made = send("/office/keys/new/", label="测试平台", org=org[1], scopes=scopes, expires_on=day)
    token = re.search(r'data-copy="(xj_[^"]+)"', made)
    assert token
    return html.unescape(token[1])


@pytest.fixture(scope="module")
def key(demo: Product) -> str:
    return make_key(demo.url)


def commands(block: str) -> list[str]:
    """The commands of a block, each with its continued lines."""
    return [line for line in block.replace("\\\n", "").split("\n") if line.strip()]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
@pytest.mark.parametrize("block", BLOCKS, ids=[block.split("\n")[0][:40] for block in BLOCKS])
def test_every_line_runs(demo: Product, key: str, block: str) -> None:
    script = "set -euo pipefail\n"
    for line in commands(block):
        script += line + "\necho; echo '=== end'\n" if line.startswith("curl") else line + "\n"
    done = subprocess.run(
        ["bash", "-c", script], env={"PATH": "/usr/bin:/bin", "XIAOJIA": demo.url, "KEY": key}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split("=== end\n")[:-1]
    calls = [line for line in commands(block) if line.startswith("curl")]
    assert len(answers) == len(calls) > 0
    for call, answer in zip(calls, answers, strict=True):
        wanted = next((text for end, text in ENDS.items() if call.endswith(end)), None)
        if wanted:
            assert wanted in answer.lower() or wanted in answer
        elif call.endswith("# 422"):
            assert '"code": "invalid"' in answer
            assert "Must be a number." in answer
        else:
            assert answer.startswith("{"), answer
            assert '"code": "' not in answer, answer


def test_every_kind_of_call_is_there() -> None:
    text = "\n".join(BLOCKS)
    for path in ("stations?", 'stations/SY-0001"', "nearest?", "open-now", "changes", "check-ins", "reports"):
        assert path in text, path
