"""How do a sitemap and robots.txt look? Source: sitemaps.org protocol 0.9; RFC 9309."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PRIVATE = (
    "/office/",
    "/k/",
    "/api/",
    "/set/",
    "/report/",
    "/s/*/in/",
    "/s/*/go/",
    "/s/*/report/",
    "/s/*/screen/",
    "/s/*/arrived/",
)
WORKERS = ("/filter/", "/offline/", "/stations.json", "/*?")


def index(files: Iterable[tuple[str, datetime]]) -> str:
    """Return the index of sitemap files with the last change of each."""
    lines = (f"<sitemap><loc>{escape(url)}</loc><lastmod>{_at(at)}</lastmod></sitemap>\n" for url, at in files)
    return f"{HEAD}<sitemapindex {SPACE}>\n{''.join(lines)}</sitemapindex>\n"


def urlset(pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Return one sitemap file."""
    lines = (
        f"<url><loc>{escape(url)}</loc>{f'<lastmod>{_at(at)}</lastmod>' if at else ''}</url>\n" for url, at in pages
    )
    return f"{HEAD}<urlset {SPACE}>\n{''.join(lines)}</urlset>\n"


def _at(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def robots(sitemap: str, *, demo: bool) -> str:
    """Return robots.txt: a demo wants no engine; elsewhere the pages of stations are for everybody."""
    if demo:
        return "# Invented stations: a demo is not to be indexed, and has no sitemap.\nUser-agent: *\nDisallow: /\n"
    lines = "".join(f"Disallow: {path}\n" for path in (*PRIVATE, *WORKERS))
    return f"User-agent: *\n{lines}Allow: /\n\nSitemap: {sitemap}\n"
