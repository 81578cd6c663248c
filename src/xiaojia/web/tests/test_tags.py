"""Do the tags and components give markup that the strict content policy lets through?"""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from xiaojia.web.templatetags.web import icon_ids

WEB = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _plain_static_names(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def show(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


def test_icon_is_decorative_without_a_label():
    assert 'aria-hidden="true"' in show('{% icon "water" %}')
    assert re.search(r'icons(\.\w+)?\.svg#water"', show('{% icon "water" %}'))


def test_icon_speaks_with_a_label():
    html = show('{% icon "x" label=label %}', label='关"闭')
    assert 'role="img" aria-label="关&quot;闭"' in html


def test_an_unknown_icon_is_a_box():
    assert '#box"' in show('{% icon "no-such-thing" %}')


@pytest.mark.parametrize("state", ["confirmed", "posted", "unknown", "closed"])
def test_pill_has_a_word_and_a_shape(state):
    html = show('{% include "web/components/state_pill.html" with state=state text="词" size="" %}', state=state)
    assert f"pill-{state}" in html
    assert f"#dot-{state}" in html
    assert "<span>词</span>" in html


def test_mark_of_a_state_that_does_not_exist_is_unknown():
    assert "mark-unknown" in show('{% mark "lit" %}')


def test_bar_colours_by_share():
    assert 'class="bar bar-part"' in show("{% bar 9 10 %}")
    assert 'class="bar "' in show("{% bar 10 10 %}")
    assert 'class="bar bar-low"' in show("{% bar 2 10 low=0.5 %}")


def test_daybar_speaks_its_hours():
    html = show("{% daybar hours 975 %}", hours=[(420, 720), (840, 1110)])
    assert 'aria-label="今天开放 7:00–12:00、14:00–18:30"' in html


def test_weekchart_has_a_table_behind():
    html = show('{% weekchart rows "上周" %}', rows=[("一", 1234)])
    assert '<th scope="row">一</th><td>1,234 人次</td>' in html


def test_keep_query_changes_one_and_keeps_the_rest():
    request = RequestFactory().get("/", {"q": "海月", "page": "3"})
    assert show("{% keep_query page=None %}", request=request) == "?q=%E6%B5%B7%E6%9C%88"
    assert show("{% keep_query q=None page=4 %}", request=request) == "?page=4"
    assert show("{% keep_query a=1 %}") == "?a=1"


def test_every_icon_named_in_our_templates_is_in_the_sprite():
    pages = [page.read_text(encoding="utf-8") for page in WEB.rglob("templates/**/*.html")]
    named = {name for page in pages for name in re.findall(r'\{% icon "([^"]+)"', page)}
    assert named
    assert named - icon_ids() == set()


def test_no_template_carries_inline_style_or_script():
    for page in WEB.rglob("templates/**/*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'\sstyle="|<style|<script(?![^>]*src=)|\son\w+="', text), page.name


def test_the_style_of_the_workers_pages_is_small():
    size = sum(len(gzip.compress((WEB / "static/web" / name).read_bytes(), 9)) for name in ("tokens.css", "worker.css"))
    assert size < 10_000


def test_no_colour_outside_the_tokens():
    for name in ("worker.css", "desk.css"):
        text = (WEB / "static/web" / name).read_text(encoding="utf-8")
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) <= {"#fff"}, name


def test_the_vendored_files_are_those_in_the_list():
    listed = (WEB / "static/web/VENDORED.md").read_text(encoding="utf-8")
    files = [p for p in (WEB / "static/web/vendor").glob("*/*") if p.suffix in (".js", ".css")]
    assert len(files) == 5
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in listed, path.name
