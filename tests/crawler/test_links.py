"""Links worth a request, and the hosts that a crawl may visit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.model import Found
from crawler.links import NEXT, Hosts, Link, absolute, links, normal
from crawler.seen import next_first
from tests.crawler.url_cases import CASES

PAGE = "http://www.example.com/list/index.html"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("a.html", "http://www.example.com/list/a.html"),
        (" /a.html\n", "http://www.example.com/a.html"),
        ("//m.example.com/a#top", "http://m.example.com/a"),
        ("?page=2&b=1&a=2", "http://www.example.com/list/index.html?page=2&b=1&a=2"),
        ("HTTP://EXAMPLE.com:80", "http://example.com/"),
        ("https://example.com:443/x", "https://example.com/x"),
        ("/a?utm_source=x&id=3&spm=1.2&from=timeline", "http://www.example.com/a?id=3"),
        ("/文章?词=中", "http://www.example.com/%E6%96%87%E7%AB%A0?%E8%AF%8D=%E4%B8%AD"),
        ("/a%20b", "http://www.example.com/a%20b"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("../../../a.html", "http://www.example.com/a.html"),
        ("\\a\\b.html", "http://www.example.com/a/b.html"),
        ("http:a.html", "http://www.example.com/list/a.html"),
        ("///other.example/a", "http://other.example/a"),
        ("http://ｅｘａｍｐｌｅ.com/", "http://example.com/"),
        ("http://例子.中国/a", "http://xn--fsqu00a.xn--fiqs8s/a"),
        ("http://0x7f.1/a", "http://127.0.0.1/a"),
        ("/a/%2e%2e/b", "http://www.example.com/b"),
        ("/a;jsessionid=0A1B2C?id=3", "http://www.example.com/a?id=3"),
        ("/a\n\tb.html", "http://www.example.com/ab.html"),
        ("http://me:secret@www.example.com/a", "http://www.example.com/a"),
    ],
)
def test_an_href_becomes_a_url(href: str, url: str) -> None:
    assert links([(href, "文字")], PAGE) == [Link(url, "文字")]


@pytest.mark.parametrize(
    "href",
    [
        *(
            "",
            "#",
            "#top",
            "javascript:void(0)",
            "JavaScript:;",
            "mailto:a@example.com",
            "tel:10086",
            "data:text/html,x",
        ),
        *(
            "/logo.JPG",
            "/app.apk",
            "/paper.pdf?download=1",
            "/feed.xml",
            "ftp://example.com/",
            "http://[bad/",
        ),
        *("http://example.com:port/", "file:///etc/hosts", "about:blank"),
    ],
)
def test_an_href_that_is_no_page_is_left_out(href: str) -> None:
    assert links([(href, "")], PAGE) == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        *(("size=2&from=20", "size=2&from=20"), ("fr=2", "fr=2"), ("from=2024-05-06&to=x", "from=2024-05-06&to=x")),
        *(("timestamp=40", "timestamp=40"), ("timestamp=20240506T10", "timestamp=20240506T10"), ("_t=3", "_t=3")),
        *(("id=1&from=singlemessage&isappinstalled=0", "id=1"), ("FR=aladdin", ""), ("from=844b", ""), ("from", "")),
        *(("timestamp=1714962000", ""), ("id=1&timestamp=1714962000123", "id=1"), ("timestamp=", "")),
        *(("_t=1714962000123", ""), ("_t=0.8214", ""), ("_t=ZMf8x2", ""), ("utm_id=3", ""), ("fromage=3", "fromage=3")),
    ],
)
def test_a_parameter_is_dropped_where_its_value_tells_how_the_reader_came(query: str, kept: str) -> None:
    assert normal(f"{PAGE}?{query}") == f"{PAGE}{'?' if kept else ''}{kept}"


def test_each_url_comes_once_with_the_anchor_that_says_something() -> None:
    pairs = [("/b", ""), ("/a", "首页"), ("/b#x", "逾期怎么办"), ("/a", "又是首页")]
    assert links(pairs, PAGE) == [
        Link("http://www.example.com/b", "逾期怎么办"),
        Link("http://www.example.com/a", "首页"),
    ]


def test_base_href_counts() -> None:
    assert links([("a", "")], PAGE, "/other/") == [Link("http://www.example.com/other/a", "")]
    assert links([("a", "")], PAGE, "http://[broken") == [Link("http://www.example.com/list/a", "")]


@given(st.text())
def test_any_href_is_survived_and_what_comes_out_stays_as_it_is(href: str) -> None:
    for link in links([(href, "")], PAGE):
        assert link.url.isascii()
        assert normal(link.url) == link.url


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://www.example.com/a", True),
        ("https://example.com/a", True),
        ("http://m.example.com/a", True),
        ("http://bbs.example.com/a", False),
        ("http://www.example.com:8080/a", False),
        ("http://example.org:81/", True),
        ("http://example.org/", False),
        ("http://any.sub.example.net/", True),
        ("http://example.net/", True),
        ("http://badexample.net/", False),
        ("mailto:x", False),
        ("http://a.example.net:8080/", True),
    ],
)
def test_hosts_are_the_start_urls_and_their_twins(url: str, allowed: bool) -> None:
    hosts = Hosts.of(["http://www.example.com/"], allowed=["EXAMPLE.org:81"], domains=["example.net"])
    assert hosts.allows(url) == allowed


@pytest.mark.parametrize(("base", "href", "url"), CASES)
def test_hrefs_are_resolved_as_the_standard_has_it(base: str, href: str, url: str | None) -> None:
    assert absolute(base, href) == url


@pytest.mark.parametrize(
    ("anchor", "is_next"),
    [
        ("下一页", True),
        ("下页 >", True),
        ("[下一頁]", True),
        ("后一页»", True),
        ("Next page", True),
        ("下一篇：怎么还款", False),
    ],
)
def test_the_next_page_of_a_list_is_known_by_its_anchor(anchor: str, is_next: bool) -> None:
    assert bool(NEXT.fullmatch(anchor)) is is_next


def test_the_next_page_of_a_list_goes_before_what_else_it_links_to() -> None:
    found = [Found("http://h/1", "h", 8), Found("http://h/2", "h", 4), Found("http://h/list_2", "h", 0)]
    first, *others = next_first(found, {"http://h/list_2"})
    assert (first.url, first.priority) == ("http://h/list_2", 4)
    assert others == found[:2]
    assert next_first(found, {"http://h/list_3"}) == found


def test_of_a_link_that_stands_twice_the_place_counts_that_says_something() -> None:
    pairs = [("/a", ""), ("/a", "文字"), ("http://www.example.com/a", "更多"), ("/b", "")]
    told = links(pairs, PAGE, near=lambda n: f"place {n}")
    assert [(link.anchor, link.near) for link in told] == [("文字", "place 1"), ("", "place 3")]
