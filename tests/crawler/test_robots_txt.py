"""robots.txt line by line: who is meant, which pattern decides, and what webmasters write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.robots import text_of
from crawler.robots_txt import MOST_LINE, RobotsTxt, product
from pipelines.paths import escaped, fits
from tests.crawler.robots_cases import ESCAPES, MARKS, NAMES, SITEMAPS, cases, verdicts

ALL_BUT = "User-agent: taoxi\nDisallow: /\nAllow: "


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/", True),
        ("User-agent: taoxi\nDisallow: /", "", False),
        ("User-agent: taoxi\nDisallow:", "/a", True),
        ("Disallow: /", "/a", True),  # rules outside a group
        ("User-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: * # everybody\nDisallow: /a", "/a", False),
        ("User-agent: * everybody\nDisallow: /a", "/a", False),
        ("User-agent: *bot\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /\nUser-agent: taoxi\nDisallow: /a", "/b", True),  # the own group alone counts
        ("User-agent: taoxi\nDisallow: /a\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: taoxi\nUser-agent: other\nDisallow: /a", "/a", False),
        (
            "User-agent: taoxi\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: taoxi\nDisallow: /c",
            "/c",
            False,
        ),
        ("User-agent: taoxi\nDisallow: /a\nUser-agent: x\nDisallow: /b", "/b", True),
        ("User-agent: TaoXi\nDisallow: /a", "/a", False),
        ("User-agent: taoxi/2.1\nDisallow: /a", "/a", False),
        ("User-agent: taoxi images\nDisallow: /a", "/a", False),
        ("User-agent: taoxi-images\nDisallow: /a", "/a", True),
        ("User-agent: tao\nDisallow: /a", "/a", True),
        (
            "User-agent: taoxi\nSitemap: http://h/s.xml\nUser-agent: other\nDisallow: /a",
            "/a",
            False,
        ),  # no end of a group
        ("User-agent: taoxi\nCrawl-delay: 3\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: other\nDisallow: /", "/a", True),
        ("User-agent: taoxi\nHost: h\nDisallow: /a", "/a", False),
        ("USER-AGENT: taoxi\nDISALLOW: /a", "/a", False),
        ("user-agent taoxi\ndisallow /a", "/a", False),  # no colon
        ("useragent: taoxi\ndissallow: /a", "/a", False),  # misspelt
        ("User-agent: taoxi\rDisallow: /a\r", "/a", False),
        ("User-agent: taoxi\r\n\r\nDisallow: /a\r\n", "/a", False),
        ("\ufeffUser-agent: taoxi\nDisallow: /a", "/a", False),
        ("User-agent: taoxi\n# Disallow: /\nDisallow: /a#b", "/ab", False),
        ("User-agent: taoxi\nDisallow: /A", "/a", True),
        (ALL_BUT + "/a", "/a/b?c", True),
        (ALL_BUT + "/a/", "/a", False),
        (ALL_BUT + "/a*", "/ab", True),
        (ALL_BUT + "/*.php", "/x/y.php?z", True),
        (ALL_BUT + "/*.php$", "/x/y.php", True),
        (ALL_BUT + "/*.php$", "/x/y.php?z", False),
        (ALL_BUT + "/a*.php", "/b.php", False),
        (ALL_BUT + "/$", "/", True),
        (ALL_BUT + "/$", "/a", False),
        (ALL_BUT + "/", "/a", True),  # as long as the other: the one that allows
        (ALL_BUT + "/a/index.html", "/a/", True),
        (ALL_BUT + "/a/index.html", "/a/b", False),
        (ALL_BUT + "/文", "/%E6%96%87", True),
        (ALL_BUT + "/%e6%96%87", "/%E6%96%87", True),
        (ALL_BUT + "/%62", "/b", False),
        (ALL_BUT + "/a?b=http://c.d?e&f", "/a?b=http://c.d?e&f", True),
        ("User-agent: taoxi\nAllow: /page\nDisallow: /*.html", "/page.html", False),  # the longer one
        ("User-agent: taoxi\nAllow: /x/page.\nDisallow: /*.html", "/x/page.html", True),
        ("User-agent: taoxi\nDisallow: /" + "a" * MOST_LINE, "/" + "a" * MOST_LINE, False),
    ],
)
def test_robots_txt(text: str, path: str, allowed: bool) -> None:
    assert RobotsTxt(text).allowed(f"http://h{path}", "taoxi") is allowed


def test_delays_and_sitemaps_are_told() -> None:
    rules = RobotsTxt(
        "Sitemap: http://h/s.xml\nUser-agent: *\nCrawl-delay: 5\n\nUser-agent: slow\nCrawl-delay: 0.5\nCrawl-delay: 9"
    )
    assert (rules.crawl_delay("taoxi"), rules.crawl_delay("slow")) == (5.0, 0.5)
    assert rules.sitemaps == ["http://h/s.xml"]
    assert RobotsTxt("User-agent: *\nCrawl-delay: soon").crawl_delay("taoxi") is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        (".5", 0.5),
        ("10s", 10.0),
        ("2 seconds", 2.0),
        ("-1", None),
        ("inf", None),
        ("", None),
    ],
)
def test_a_delay_is_read_as_people_write_it(value: str, seconds: float | None) -> None:
    assert RobotsTxt(f"User-agent: *\nCrawl-delay: {value}").crawl_delay("taoxi") == seconds


def test_stars_without_end_take_no_time_without_end() -> None:
    assert not fits("/" + "*a" * 2000 + "b", "/" + "a" * 20000)


@given(st.text(), st.text(alphabet="/ab*$%文", max_size=20))
def test_any_text_is_survived(text: str, path: str) -> None:
    RobotsTxt(text).allowed(f"http://h/{path}", "taoxi")
    RobotsTxt(f"user-agent: *\ndisallow: {text}").allowed(f"http://h/{path}", "taoxi")


@given(st.text(alphabet="ab/*$", max_size=12), st.text(alphabet="ab/$", max_size=12))
def test_patterns_fit_as_the_plain_definition_has_it(pattern: str, path: str) -> None:
    def plain(pattern: str, path: str) -> bool:
        if pattern in ("", "$"):
            return not pattern or not path
        if pattern[0] == "*":
            return any(plain(pattern[1:], path[n:]) for n in range(len(path) + 1))
        return bool(path) and path[0] == pattern[0] and plain(pattern[1:], path[1:])

    assert fits(pattern, path) is plain(pattern, path)


def test_robots_txt_is_read_as_googles_own_tests_have_it() -> None:
    wrong = [
        (text[-90:], agent, url[-60:]) for text, agent, url, allowed in cases() if is_read(text, agent, url) != allowed
    ]
    assert (wrong, len(list(verdicts()))) == ([], 141)


@pytest.mark.parametrize(("name", "valid"), NAMES.items())
def test_an_agent_is_called_by_its_product_alone(name: str, valid: bool) -> None:
    assert (bool(name) and product(name) == name.lower()) is valid


@pytest.mark.parametrize(("body", "seen"), MARKS)
def test_byte_order_marks_whole_and_cut_short(body: bytes, seen: bool) -> None:
    response = Response("http://h/robots.txt", body=body, headers={"Content-Type": "text/plain"})
    assert RobotsTxt(text_of(response)).allowed("http://h/a", "foo") is not seen


@pytest.mark.parametrize("text", SITEMAPS)
def test_a_sitemap_line_may_stand_anywhere(text: str) -> None:
    assert RobotsTxt(text.format("http://h/s.xml")).sitemaps == ["http://h/s.xml"]


def is_read(text: str, agent: str, url: str) -> bool:
    return RobotsTxt(text).allowed(url, agent)


@pytest.mark.parametrize(("pattern", "wanted"), ESCAPES)
def test_patterns_are_escaped_as_googles_own_tests_have_it(pattern: str, wanted: str) -> None:
    assert escaped(pattern) == wanted
