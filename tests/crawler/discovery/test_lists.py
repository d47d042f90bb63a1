"""Sitemaps and feeds, well-formed and as sites really serve them."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.lists import MOST_BYTES, MOST_ENTRIES, MOST_JSON, PIECE, Entry, entries, feeds

A, B = "https://a.test/1.html", "https://a.test/2.html?x=1&y=2"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SITEMAP = f"<url><loc>{A}</loc></url><url><loc>\n {B.replace('&', '&amp;')} </loc></url>"

XML = {
    "sitemap": f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NS}>{SITEMAP}</urlset>',
    "no namespace": f"<urlset>{SITEMAP}</urlset>",
    "a wrong namespace": f'<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">{SITEMAP}</urlset>',
    "an undeclared prefix": f"<sm:urlset>{SITEMAP.replace('<', '<sm:').replace('<sm:/', '</sm:')}</sm:urlset>",
    "what may stand before": f"\ufeff \n<?xml-stylesheet href='s.xsl'?><!-- <rss> --><urlset>{SITEMAP}</urlset>",
    "CDATA": f"<urlset><url><loc><![CDATA[{A}]]></loc></url><url><loc><![CDATA[{B}]]></loc></url></urlset>",
    "bare ampersands": f"<urlset>{SITEMAP.replace('&amp;', '&')}</urlset>",
    "a bare ampersand beside CDATA": f"<urlset><url><loc><![CDATA[{A}]]></loc><a>R&D</a></url>"
    f"<url><loc><![CDATA[{B}]]></loc></url></urlset>",
    "a long comment before the root": f"<!--{'long ' * 5000}--><urlset>{SITEMAP}</urlset>",
    "much that is no entry": f"<urlset>{'<a><b/></a>' * 1000}{SITEMAP}</urlset>",
    "upper case": f"<URLSET><URL><LOC>{A}</LOC></URL><Url><Loc>{B.replace('&', '&amp;')}</Loc></Url></URLSET>",
    "broken off": f"<urlset>{SITEMAP}<url><loc>https://a.test/3",
    "images": f"<urlset><url><loc>{A}</loc><image:image><image:loc>https://a.test/p.jpg</image:loc></image:image></url>"
    f"<url><loc>{B.replace('&', '&amp;')}</loc></url></urlset>",
    "RSS 2.0": f"<rss version='2.0'><channel><link>https://a.test/</link><image><url>https://a.test/i.png</url></image>"
    f"<item><link>{A}</link></item><item><guid>{B.replace('&', '&amp;')}</guid></item></channel></rss>",
    "RDF": f"<rdf:RDF xmlns:rdf='http://r/'><item rdf:about='{A}'><link>{A}</link></item>"
    f"<item><link>{B.replace('&', '&amp;')}</link></item></rdf:RDF>",
    "Atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><link href='https://a.test/feed'/><entry>"
    f"<link rel='edit' href='https://a.test/edit'/><link rel='alternate' href='{A}'/></entry>"
    f"<entry><link href='{B.replace('&', '&amp;')}'/></entry></feed>",
}


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_entries_of_xml(name: str, pack: type[bytes]) -> None:
    found = entries(pack(XML[name].encode()))
    assert [one.url for one in found or [] if not one.url.endswith("/3")] == [A, B]
    assert not any(one.is_list for one in found or [])


def test_the_same_page_in_other_languages_is_found_once() -> None:
    tag = "<xhtml:link rel='{}' hreflang='x' href='{}'/>"
    links = (
        tag.format("alternate", A)
        + tag.format("alternate", "https://a.test/tw")
        + tag.format("self", "https://a.test/0")
    )
    urls = "".join(f"<url><loc>{one}</loc>{links}</url>" for one in (A, B.replace("&", "&amp;")))
    found = entries(f"<urlset xmlns:xhtml='http://www.w3.org/1999/xhtml'>{urls}</urlset>".encode())
    assert [one.url for one in found or []] == [A, "https://a.test/tw", B]


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16(order: str, mark: str) -> None:
    text = f'{mark}<?xml version="1.0" encoding="UTF-16"?><urlset>{SITEMAP}</urlset>'
    assert [one.url for one in entries(text.encode(order)) or []] == [A, B]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_declaration_of_utf_16_before_utf_8(mark: str) -> None:
    text = f'{mark}<?xml version="1.0" encoding="utf-16"?><urlset><!-- 贷款 -->{SITEMAP}</urlset>'
    assert [one.url for one in entries(text.encode()) or []] == [A, B]


@settings(deadline=None)  # no timing: a piece is 64 KiB
@given(st.integers(0, 12), st.sampled_from(["&amp;", "&#x26;", "&"]))
def test_references_are_whole_wherever_the_parser_is_fed(ahead: int, sign: str) -> None:
    start = "<urlset><url><loc>"
    url = "https://a.test/?".ljust(PIECE - len(start) - ahead, "x")
    found = entries(f"{start}{url}{sign}y=1</loc></url></urlset>".encode())
    assert found == [Entry(f"{url}&y=1")]


def test_what_is_packed_twice() -> None:
    """A .gz that a server packs once more on its way."""
    for body in (XML["sitemap"], f"{A}\n{B}\n"):
        assert [one.url for one in entries(gzip.compress(gzip.compress(body.encode()))) or []] == [A, B]


def test_an_index_leads_to_lists() -> None:
    body = b"<sitemapindex><sitemap><loc>/s1.xml.gz</loc><lastmod>2024-05-06T01:02:03+08:00</lastmod></sitemap></sitemapindex>"
    assert entries(body) == [Entry("/s1.xml.gz", True, date(2024, 5, 6))]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("<lastmod>2024-05-06</lastmod>", date(2024, 5, 6)),
        ("<lastmod>yesterday</lastmod>", None),
        ("<lastmod>2024-02-31</lastmod>", None),
        (
            "<news:news><news:publication_date>2024-05-06T10:00Z</news:publication_date></news:news>",
            date(2024, 5, 6),
        ),
        ("<pubDate>Mon, 06 May 2024 10:20:00 +0800</pubDate>", date(2024, 5, 6)),
    ],
)
def test_when_a_page_changed(told: str, day: date | None) -> None:
    found = entries(f"<urlset><url><loc>{A}</loc>{told}</url></urlset>".encode())
    assert found == [Entry(A, False, day)]


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><title>频道</title><item><title> 逾期怎么办 </title><link>https://a.test/1</link></item></channel></rss>",
        "<feed><title>频道</title><entry><title>逾期怎么办</title><link href='https://a.test/1'/></entry></feed>",
        "<urlset><url><loc>https://a.test/1</loc><n:news><n:title>逾期怎么办</n:title></n:news></url></urlset>",
        "<rss><item><title><![CDATA[逾期怎么办]]></title><link>https://a.test/1</link></item></rss>",
    ],
)
def test_titles_are_told(body: str) -> None:
    assert entries(body.encode()) == [Entry("https://a.test/1", title="逾期怎么办")]


@pytest.mark.parametrize(
    ("feed", "entry", "href", "url"),
    [
        ("https://a.test/b/", "", "1.html", "https://a.test/b/1.html"),
        ("https://a.test/b/", "c/", "1.html", "https://a.test/b/c/1.html"),
        ("/b/", "c/", "?n=1", "/b/c/?n=1"),
        ("https://a.test/b/", "", A, A),
        ("https://[", "", "1.html", "1.html"),
    ],
)
def test_links_are_relative_to_xml_base(feed: str, entry: str, href: str, url: str) -> None:
    body = f"<feed xml:base='{feed}'><entry xml:base='{entry}'><link href='{href}'/></entry></feed>"
    assert entries(body.encode()) == [Entry(url)]


def test_a_json_feed() -> None:
    items: tuple[object, ...] = (
        {
            "id": 1,
            "url": A,
            "title": "逾期怎么办\ud800",
            "content_html": "<p>",
            "date_published": "2024-05-06T10:00:00+08:00",
        },
        {"id": "2", "external_url": B, "title": ["\ud800"], "tags": []},
        {"id": B},
        "no item",
    )
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "频道", "items": items}).encode()
    assert entries(feed) == [Entry(A, changed=date(2024, 5, 6), title="逾期怎么办?"), Entry(B)]
    assert entries(feed.replace(b"/", b"\\/")) == entries(feed)
    assert entries(feed.replace(b"jsonfeed.org", b"elsewhere")) is None
    assert entries(feed[:-1]) is None
    assert entries(feed.replace(b"items", b" " * MOST_JSON)) == []


def test_a_declared_encoding_is_read() -> None:
    body = '<?xml version="1.0" encoding="gb2312"?><urlset><url><loc>https://a.test/贷款</loc></url></urlset>'
    assert entries(body.encode("gb2312")) == [Entry("https://a.test/贷款")]


def test_a_text_sitemap_is_little_but_urls() -> None:
    assert entries(f"\ufeff{A}\r\n\r\n{B}\n".encode(), "text/plain; charset=utf-8") == [Entry(A), Entry(B)]
    assert entries(gzip.compress(f"{A}\n".encode()), "application/gzip") == [Entry(A)]
    assert entries(f"# pages\n{A}\n{B}\n".encode(), "text/plain") == [Entry(A), Entry(B)]
    assert entries(f"see {A}\n{B}".encode(), "text/plain") is None
    assert entries(f"{A}\n".encode(), "text/html") is None


@pytest.mark.parametrize(
    "body", [b"", b"<html><body><rss></rss></body></html>", b"<!DOCTYPE html><html></html>", b"<?xml version='1.0'?>"]
)
def test_a_page_is_no_list(body: bytes) -> None:
    assert entries(body, "text/html") is None


def test_entities_are_refused() -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 9))
    bomb = f"<!DOCTYPE urlset [<!ENTITY e0 'ha'>{levels}]><urlset><url><loc>https://a.test/&e8;</loc></url></urlset>"
    assert entries(bomb.encode()) == []


def test_a_gzip_bomb_is_refused_before_it_fills_memory() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (4 * MOST_BYTES))
    tracemalloc.start()
    try:
        assert entries(bomb) == []
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES // 10
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset>" + b"<a b='c'/>" * 1_000_000,
        b"<urlset><url>" + b"<a b='c'/>" * 1_000_000,
        b"<urlset>&" + b"<![CDATA[" * 1_000_000,
        b"<urlset>" + b"<url>" * 1_000_000,
        b"<urlset>" + b"&" * 4_000_000,
        b"https://a.test/x\n" * 1_000_000 + b"no URL",
        b'{"jsonfeed.org":[' + b"{}," * (MOST_JSON // 3 - 20) + b"{}]}",
    ],
    ids=["no entry", "within an entry", "CDATA", "nested", "ampersands", "lines", "JSON"],
)
def test_memory_does_not_grow_with_a_hostile_list(body: bytes) -> None:
    def peak() -> int:
        status = Path("/proc/self/status").read_text("utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) >> 10

    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")  # the peak begins anew
    except OSError:
        pytest.skip("no /proc/self/clear_refs that tells the peak of memory")
    packed, before = gzip.compress(body), peak()
    assert len(entries(packed) or []) in (0, MOST_ENTRIES)
    assert peak() - before < 100


def test_no_more_entries_than_the_protocol_allows() -> None:
    body = b"<urlset>" + b"<url><loc>https://a.test/</loc></url>" * (MOST_ENTRIES + 5) + b"</urlset>"
    assert len(entries(body) or []) == MOST_ENTRIES


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"<urlset>", b"<rss><item><link>", b"\x1f\x8b", b"<?xml ?><feed ", b'{"jsonfeed.org":1,"items":']
    ),
)
def test_whatever_comes_is_read_or_is_no_list(rest: bytes, start: bytes) -> None:
    found = entries(start + rest, "text/plain")
    assert found is None or all(one.url for one in found)


def test_feeds_that_a_page_names() -> None:
    page = (
        b'<head><link rel="stylesheet" href="a.css"><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">'
        b"<LINK href=/atom.xml type='application/atom+xml' rel='alternate home'>"
        b"<link rel=alternate type=application/rdf+xml href=/rdf><link rel=alternate type=application/feed+json href=/f.json>"
        b'<link rel="alternate" hreflang="en" href="/en/"></head>'
    )
    assert feeds(page) == ["/rss?a=1&b=2", "/atom.xml", "/rdf", "/f.json"]
