"""A crawl finds pages that no link leads to: in sitemaps, feeds and search results."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.discovery import finds
from crawler.discovery.finds import Discovery
from crawler.links import Hosts
from crawler.source import Source
from pipelines.model import Page
from tests.crawler.loopback import Answer, Command, Site, serving

FAST = ("--allow-private", "--delay", "0")
XML = {"Content-Type": "application/xml"}
TODAY = date(2026, 5, 6)


def discovery(sitemaps: bool | None = None) -> Discovery:
    source = Source("a", ("https://a.test/",), sitemaps=sitemaps)
    return Discovery([source], Hosts.of(source.start), lambda url: "a.test" in url, TODAY)


def page(body: str, url: str = "https://a.test/s.xml", status: int = 200) -> Page:
    return Page(url, body.encode(), datetime(2026, 5, 6, tzinfo=UTC), status, {"content-type": "application/xml"})


def sitemap(*urls: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"


def test_the_sitemaps_of_robots_txt_and_the_switch() -> None:
    told = ["https://a.test/s.xml#x", "https://b.test/s.xml", "ftp://a.test/"]
    asked = {
        switch: [one.url for one in discovery(switch).told_by_robots("https://a.test/robots.txt", told)]
        for switch in (None, True, False)
    }
    assert asked[None] == ["https://a.test/s.xml", "https://b.test/s.xml"]
    assert asked[True] == ["https://a.test/s.xml", "https://b.test/s.xml", "https://a.test/sitemap.xml"]
    assert asked[False] == []


def test_a_sitemap_on_another_host_is_read_where_an_allowed_hosts_robots_txt_names_it() -> None:
    told = ["https://cdn.test/a/sitemap.xml", "https://cdn.test/page.html", "https://cdn.test/b.xml.gz"]
    one = discovery(None)
    assert [found.url for found in one.told_by_robots("https://cdn.test/robots.txt", told)] == []
    assert [found.url for found in one.told_by_robots("https://a.test/robots.txt", told)] == [told[0], told[2]]
    assert list(discovery(False).told_by_robots("https://a.test/robots.txt", told)) == []
    many = [f"https://cdn{n}.test/sitemap.xml" for n in range(99)]
    found = list(discovery().told_by_robots("https://a.test/robots.txt", [*many, "/s.xml"]))
    assert [one.host for one in found] == [*(f"cdn{n}.test" for n in range(finds.MOST_ELSEWHERE)), "a.test"]


def test_a_sitemap_on_another_host_leads_to_allowed_hosts_and_its_own_lists_alone() -> None:
    lists = "".join(f"<sitemap><loc>https://{host}/s.xml</loc></sitemap>" for host in ("cdn.test", "a.test", "c.test"))
    index = page(f"<sitemapindex>{lists}</sitemapindex>", "https://cdn.test/sitemap.xml")
    assert [one.url for one in discovery().told_by(index, 1, 1) or []] == [
        "https://cdn.test/s.xml",
        "https://a.test/s.xml",
    ]
    urls = page(sitemap("https://a.test/1", "https://cdn.test/2", "/3"), "https://cdn.test/s.xml")
    assert [one.url for one in discovery().told_by(urls, 1, 1) or []] == ["https://a.test/1"]


def test_a_crawl_reads_a_sitemap_on_another_host_as_that_host_permits(site: Site, crawl: Command) -> None:
    with serving() as cdn:
        named = "".join(f"Sitemap: {cdn.url}/{name}\n" for name in ("sitemap.xml", "no/sitemap.xml", "page.html"))
        site.page("/robots.txt", named.encode(), headers={"Content-Type": "text/plain"})
        site.index("/", "/a/1.html")
        rules = f"User-agent: *\nDisallow: /no/\nSitemap: {cdn.url}/own.xml"
        cdn.page("/robots.txt", rules.encode(), headers={"Content-Type": "text/plain"})
        cdn.page("/sitemap.xml", status=301, headers={"Location": "/moved/sitemap.xml"})
        cdn.page("/moved/sitemap.xml", sitemap(f"{site.url}/a/2.html", f"{cdn.url}/a/3.html").encode(), headers=XML)
        for number in (1, 2):
            site.article(f"/a/{number}.html")
        done = crawl("--start", f"{site.url}/", *FAST, "--json")
        assert (done.returncode, json.loads(done.stdout)["kept"]) == (0, 2), done.stderr
        asked = ["/robots.txt", "/sitemap.xml", "/moved/sitemap.xml"]
        assert cdn.paths == asked
        assert crawl("--start", f"{site.url}/", *FAST).returncode in (0, 1)
        assert set(cdn.paths[len(asked) :]) == set(asked)


def test_only_wanted_pages_that_are_no_trap_are_found() -> None:
    urls = (
        "https://a.test/1",
        "/2",
        "https://b.test/3",
        "https://a.test/p.jpg",
        "https://a.test/2199/01/",
        "javascript:x",
    )
    found = list(discovery().told_by(page(sitemap(*urls)), 7, 3) or [])
    assert [(one.url, one.depth, one.parent) for one in found] == [
        ("https://a.test/1", 3, 7),
        ("https://a.test/2", 3, 7),
    ]


def test_what_changed_lately_goes_first() -> None:
    days = {"/old": "2020-01-01", "/new": "2026-05-01"}
    dated = "".join(f"<url><loc>{path}</loc><lastmod>{day}</lastmod></url>" for path, day in days.items())
    old, new = discovery().told_by(page(f"<urlset>{dated}</urlset>"), None, 1) or []
    assert new.priority > old.priority


def test_an_error_page_is_no_sitemap() -> None:
    assert discovery().told_by(page(sitemap("/1"), status=404), None, 1) is None


def test_a_host_has_a_budget_over_all_its_lists() -> None:
    one = discovery()
    index = "<sitemapindex>" + "<sitemap><loc>/{}.xml</loc></sitemap>" * 600 + "</sitemapindex>"
    counts = [len(list(one.told_by(page(index.format(*range(n, n + 600))), None, 1) or [])) for n in (0, 600, 1200)]
    assert counts == [600, finds.MOST_LISTS - 600, 0]


def test_an_index_that_repeats_itself_uses_up_no_budget() -> None:
    one = discovery()
    again = f"<sitemapindex>{'<sitemap><loc>/s.xml</loc></sitemap>' * (finds.MOST_LISTS + 1)}</sitemapindex>"
    assert [found.url for found in one.told_by(page(again), None, 1) or []] == ["https://a.test/s.xml"]
    assert [found.url for found in one.told_by_robots("https://a.test/robots.txt", ["/other.xml"])]


def test_a_list_that_cannot_be_read_is_told(caplog: pytest.LogCaptureFixture) -> None:
    discovery().told_by(page('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>/&a;</loc></url></urlset>'), None, 1)
    assert "https://a.test/s.xml" in caplog.text


def test_a_crawl_reads_sitemaps_and_feeds(site: Site, crawl: Command) -> None:
    url = site.url
    site.page("/robots.txt", f"Sitemap: {url}/index.xml\n".encode(), headers={"Content-Type": "text/plain"})
    maps = "".join(f"<sitemap><loc>{url}{path}</loc></sitemap>" for path in ("/s.xml.gz", "/index.xml"))
    site.page("/index.xml", f"<sitemapindex>{maps}</sitemapindex>".encode(), headers=XML)
    packed = gzip.compress(sitemap(f"{url}/a/1.html", "http://elsewhere.invalid/").encode())
    site.page("/s.xml.gz", packed, headers={"Content-Type": "application/x-gzip"})
    site.page("/feed", f"<rss><channel><item><link>{url}/a/2.html</link></item></channel></rss>".encode(), headers=XML)
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "3", "url": f"{url}/a/3.html"}]}
    site.page("/feed.json", json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"})
    named = {"rss+xml": "/feed", "feed+json": "/feed.json"}.items()
    tags = "".join(f'<link rel="alternate" type="application/{kind}" href="{path}">' for kind, path in named)
    head = f"<head>{tags}<title>目录</title></head>"
    site.routes["/"] = Answer(f"{head}<p>a list without links".encode())
    for number in (1, 2, 3):
        site.article(f"/a/{number}.html")
    done = crawl("--start", url, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    assert sorted(site.paths) == sorted(
        ["/robots.txt", "/", "/index.xml", "/s.xml.gz", *dict(named).values(), *(f"/a/{n}.html" for n in (1, 2, 3))]
    )
    assert json.loads(done.stdout)["kept"] == 3


def test_no_sitemaps(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", f"Sitemap: {site.url}/s.xml\n".encode(), headers={"Content-Type": "text/plain"})
    site.page("/s.xml", sitemap("/a/1.html").encode(), headers=XML)
    site.routes["/"] = Answer(b'<head><link rel="alternate" type="application/rss+xml" href="/feed"></head><p>a list')
    assert crawl("--start", site.url, *FAST, "--no-sitemaps").returncode in (0, 1)
    assert site.paths == ["/robots.txt", "/"]


def test_a_sitemap_may_be_larger_than_a_page(site: Site, crawl: Command) -> None:
    comment = f"<!--{' ' * 1024}-->"
    large = sitemap("/a/1.html").replace("<url>", f"{comment * (17 << 10)}<url>").encode()
    site.page("/robots.txt", f"Sitemap: {site.url}/sitemap?n=1\n".encode(), headers={"Content-Type": "text/plain"})
    site.page("/sitemap?n=1", large, headers=XML)
    site.article("/a/1.html")
    assert crawl("--start", site.url, *FAST).returncode in (0, 1)
    assert "/a/1.html" in site.paths


def test_a_text_sitemap_is_often_served_as_html(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", f"Sitemap: {site.url}/sitemap.txt\n".encode(), headers={"Content-Type": "text/plain"})
    site.page("/sitemap.txt", f"{site.url}/a/1.html\n".encode(), headers={"Content-Type": "text/html"})
    site.article("/a/1.html")
    assert crawl("--start", site.url, *FAST).returncode in (0, 1)
    assert "/a/1.html" in site.paths


def test_a_sitemap_can_be_the_start(site: Site, crawl: Command) -> None:
    site.page("/map.xml", sitemap("/a/1.html").encode(), headers=XML)
    site.article("/a/1.html")
    assert crawl("--start", f"{site.url}/map.xml", *FAST).returncode == 0
    assert "/a/1.html" in site.paths


def test_search_results_are_asked_for_by_template(site: Site, crawl: Command, tmp_path: Path) -> None:
    source = tmp_path / "site.toml"
    source.write_text(
        f'name = "s"\nstart = ["{site.url}/"]\narticle = ["^/a/"]\nsearch = "{site.url}/s?q={{query}}&p={{page}}"\n'
        'queries = ["逾期 怎么办", "a&b"]\nsearch_pages = 2\nsitemaps = false\n',
        "utf-8",
    )
    site.index("/")
    site.index("/s?q=%E9%80%BE%E6%9C%9F%20%E6%80%8E%E4%B9%88%E5%8A%9E&p=2", "/a/1.html")
    site.article("/a/1.html")
    assert crawl("--source", str(source), *FAST).returncode == 0
    assert sum(path.startswith("/s?q=") for path in site.paths) == 4
    assert "/s?q=a%26b&p=1" in site.paths
    assert "/a/1.html" in site.paths
