"""Where a redirect or refresh leads: on, nowhere, in a circle, to another site."""

from __future__ import annotations

import json
import sqlite3

import pytest

from crawler.links import redirected
from pipelines.shells import leads_to
from tests.crawler.loopback import HTML, Answer, Command, Site, serving

FAST = ("--allow-private", "--delay", "0")
HERE = "http://a.example/x/y?q=1"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/a b", "http://a.example/a%20b"),
        ("../z#top", "http://a.example/z"),
        ("?p=2", "http://a.example/x/y?p=2"),
        ("//b.example/", "http://b.example/"),
        ("", HERE),
        ("/贷款".encode().decode("latin-1"), "http://a.example/%E8%B4%B7%E6%AC%BE"),
        ("/贷款".encode("gbk").decode("latin-1"), "http://a.example/%B4%FB%BF%EE"),
        ("http://[::bad/", None),
        ("http://a.example:99999/", None),
        ("javascript:history.back()", None),
        ("file:///etc/passwd", None),
    ],
)
def test_a_location_is_read_as_browsers_read_it(location: str, url: str | None) -> None:
    assert redirected(HERE, location) == url


@pytest.mark.parametrize(
    ("html", "to"),
    [
        ('<meta http-equiv="refresh" content="0;url=/index.html">', ["/index.html"]),
        ("<META content='1; URL=/a?b=1&amp;c=2' HTTP-EQUIV=Refresh>", ["/a?b=1&c=2"]),
        ('<meta http-equiv="refresh" content="600;url=/later">', []),
        ('<script>window.location.href = "/home";</script>', ["/home"]),
        ("<script>top.location.replace('/home')</script>", ["/home"]),
        ("<script>location.href='/a?u=' + user</script>", []),
        ("<script>if (location.href == '/a') stop()</script>", []),
    ],
)
def test_a_page_without_a_word_tells_where_it_leads(html: str, to: list[str]) -> None:
    assert leads_to(html) == to


@pytest.mark.parametrize("location", ["/turns", "", "/turns#top", "http://[::bad/", "javascript:history.back()"])
def test_a_redirect_to_nowhere_or_to_itself_is_asked_for_once(site: Site, crawl: Command, location: str) -> None:
    site.index("/", "/turns", "/a/1.html")
    site.article("/a/1.html")
    site.page("/turns", status=302, headers={"Location": location})
    done = crawl("--start", f"{site.url}/", *FAST)
    assert done.returncode == 0, done.stderr
    assert sorted(site.paths) == ["/", "/a/1.html", "/robots.txt", "/turns"]


def test_ten_redirects_in_a_row_are_followed_and_no_more(site: Site, crawl: Command) -> None:
    site.index("/", "/r/1", "/s/0")
    for n in range(11):
        site.page(f"/r/{n}", status=302, headers={"Location": f"/r/{n + 1}" if n < 10 else "/there"})
        site.page(f"/s/{n}", status=302, headers={"Location": f"/s/{n + 1}"})
    site.article("/there")
    site.page("/s/11", b"<p>too far")
    assert crawl("--start", f"{site.url}/", "--allow-private", "--delay", "0").returncode == 0
    assert "/there" in site.paths
    assert "/s/10" in site.paths
    assert "/s/11" not in site.paths


def test_a_redirect_to_another_site_is_not_followed_and_is_told(site: Site, crawl: Command) -> None:
    with serving() as other:
        other.article("/")
        site.index("/", "/away")
        site.page("/away", status=302, headers={"Location": f"{other.url}/"})
        assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
        assert other.asked == []
        frontier = sqlite3.connect(crawl.dataset / "frontier.sqlite")
        ((reason,),) = frontier.execute("select reason from pages where url like '%/away'").fetchall()
        assert reason == f"redirects to another site: {other.url}/"


def test_a_start_that_redirects_to_another_site_is_told_at_the_end(site: Site, crawl: Command) -> None:
    with serving() as other:
        other.article("/")
        site.index("/", "/a/1.html")
        site.article("/a/1.html")
        site.page("/moved", status=301, headers={"Location": f"{other.url}/"})
        done = crawl("--start", f"{site.url}/", "--start", f"{site.url}/moved", *FAST)
        assert done.returncode == 1
        assert f"{site.url}/moved redirects to another site" in done.stderr
        assert f"add --start {other.url}/" in done.stderr
        assert other.asked == []


def test_a_robots_txt_may_lie_on_another_site(site: Site, crawl: Command) -> None:
    with serving() as other:
        other.page("/rules.txt", b"User-agent: *\nDisallow: /a/\n", headers={"Content-Type": "text/plain"})
        site.page("/robots.txt", status=301, headers={"Location": f"{other.url}/rules.txt"})
        site.index("/", "/a/1.html", "/b")
        crawl("--start", f"{site.url}/", *FAST)
        assert site.paths == ["/robots.txt", "/", "/b"]


def test_pages_that_lead_on_by_themselves_lose_none(site: Site, crawl: Command) -> None:
    site.page("/", b'<meta http-equiv=refresh content="0;url=/home">')
    site.page("/home", b'<script>location.href="/list"</script>')
    site.page("/list", b"<title>x</title>wait", headers={"Content-Type": HTML, "Refresh": "1; url=/a/1.html"})
    site.article("/a/1.html")
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert "/a/1.html" in site.paths


def test_pages_that_break_off_do_not_end_the_crawl_of_their_host(site: Site, crawl: Command) -> None:
    bad = [f"/bad/{n}" for n in range(3)]
    site.index("/", *bad, "/a/1.html")
    site.article("/a/1.html")
    for path in bad:
        site.page(path, status=0)
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (0, "finished")
    assert "/a/1.html" in site.paths


@pytest.mark.parametrize("status", [999, 799])
def test_a_status_that_no_standard_knows_is_a_row(site: Site, crawl: Command, status: int) -> None:
    site.index("/", "/odd", "/a/1.html")
    site.article("/a/1.html")
    site.routes["/odd"] = Answer(b"go away", status)
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["documents"] == 1
