"""Redirects from one form of a site's URLs to another are learned, not asked for again, and unlearned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.database import FILE
from crawler.frontier.model import Found
from crawler.frontier.store import Store
from crawler.frontier.twins import AGREEING
from crawler.links import host_of
from crawler.twins.moves import Moves, form
from tests.crawler.loopback import Command, Site

FAST = ("--allow-private", "--delay", "0")
FORMS = {
    "adds a slash": ("http://h.cn/x/{}", "http://h.cn/x/{}/"),
    "drops a slash": ("http://h.cn/x/{}/?p=1", "http://h.cn/x/{}?p=1"),
    "https": ("http://h.cn/x/{}.html", "https://h.cn/x/{}.html"),
    "www": ("http://h.cn/x/{}.html", "http://www.h.cn/x/{}.html"),
    "all at once": ("http://h.cn/x/{}", "https://www.h.cn/x/{}/"),
    "an ending": ("http://h.cn/x/{}", "http://h.cn/x/{}.html"),
    "no ending": ("http://h.cn/x/{}.html", "http://h.cn/x/{}/"),
    "an index page": ("http://h.cn/x/{}/index.html", "http://h.cn/x/{}/"),
}


class Crawl:
    """A frontier, and what is learned of redirects."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        if not self.store.round:
            self.store.begin_round("one")
        self.back = 0
        self.moves = Moves(self.store.twins.moves, self._given_back)

    def _given_back(self, pages: int) -> None:
        self.back += pages

    def learn(self, source: str, target: str, count: int = AGREEING, status: int = 301) -> None:
        for n in range(1, count + 1):
            self.moves.moved(source.format(n), target.format(n), status)


@pytest.fixture
def crawl_(tmp_path: Path) -> Iterator[Crawl]:
    made = Crawl(tmp_path / FILE)
    yield made
    made.store.close()


@pytest.mark.parametrize("name", FORMS)
def test_enough_redirects_tell_where_others_lead(crawl_: Crawl, name: str) -> None:
    source, target = FORMS[name]
    crawl_.learn(source, target, AGREEING - 1)
    assert crawl_.moves.target_of(source.format(77)) is None
    crawl_.learn(source, target, 1)
    assert crawl_.moves.target_of(source.format(77)) == target.format(77)
    assert crawl_.moves.target_of(target.format(77)) is None
    assert crawl_.moves.target_of(source.format(77).replace("/x/", "/x/y/")) is None


@pytest.mark.parametrize(
    ("target", "status"),
    [("http://h.cn/x/{}/", 302), ("http://h.cn/y/{}", 301), ("http://h.cn/", 301), ("http://h.cn/x/{}?a=1", 301)],
)
def test_other_redirects_teach_nothing(crawl_: Crawl, target: str, status: int) -> None:
    crawl_.learn("http://h.cn/x/{}", target, 2 * AGREEING, status)
    assert crawl_.moves.target_of("http://h.cn/x/77") is None


def test_an_exception_ends_it_for_its_section_and_another_run_knows(tmp_path: Path, crawl_: Crawl) -> None:
    crawl_.learn("http://h.cn/x/{}", "http://h.cn/x/{}/")
    crawl_.learn("http://h.cn/y/{}", "http://h.cn/y/{}/")
    assert crawl_.moves.target_of("http://h.cn/z/7") == "http://h.cn/z/7/", "whose section is not known yet"
    crawl_.moves.stays("http://h.cn/x/5/")
    assert crawl_.moves.target_of("http://h.cn/x/7")
    crawl_.moves.stays("http://h.cn/x/5")
    crawl_.store.commit()
    for moves in (crawl_.moves, Crawl(tmp_path / FILE).moves):
        assert moves.target_of("http://h.cn/x/7") is None
        assert moves.target_of("http://h.cn/z/7") is None
        assert moves.target_of("http://h.cn/y/7") == "http://h.cn/y/7/"
    crawl_.learn("http://h.cn/x/{}", "http://h.cn/x/{}/")
    assert crawl_.moves.target_of("http://h.cn/x/7") is None


def test_what_leads_back_or_elsewhere_is_an_exception(crawl_: Crawl) -> None:
    crawl_.learn("http://h.cn/x/{}", "http://h.cn/x/{}/")
    crawl_.moves.moved("http://h.cn/x/7/", "http://h.cn/x/7", 302)
    assert crawl_.moves.target_of("http://h.cn/x/7") is None
    crawl_.learn("http://h.cn/y/{}", "http://h.cn/y/{}/")
    crawl_.moves.moved("http://h.cn/y/7", "http://h.cn/y/7.html", 301)
    assert crawl_.moves.target_of("http://h.cn/y/7") is None


def test_pages_wait_again_that_were_not_asked_for(crawl_: Crawl) -> None:
    crawl_.learn("http://h.cn/x/{}", "http://h.cn/x/{}/")
    crawl_.learn("http://h.cn/y/{}", "http://h.cn/y/{}/")
    for url in ("http://h.cn/x/77", "http://h.cn/y/77"):
        page = crawl_.store.add(Found(url, host_of(url)))
        assert page
        crawl_.store.twins.moves.settle(page.id)
    crawl_.moves.stays("http://h.cn/x/78")
    assert crawl_.back == 1
    assert crawl_.store.queued() == {"h.cn": 1}


@given(
    st.sampled_from(["", "/", "/x", "/x/1/", "/x/index.html", "/.html", "/x/1.shtml"]), st.sampled_from(["", "?a=/"])
)
def test_a_form_is_the_url(path: str, query: str) -> None:
    url = f"http://h.cn{path}{query}"
    assert form(url).url == url


def sections(site: Site, count: int) -> list[str]:
    """Lists of articles, each linked without the slash that it is redirected to."""
    paths = [f"/x/{n}" for n in range(100, 100 + count)]
    lists = [f"/list_{n}.html" for n in range(0, count, 10)]
    for n, name in enumerate(lists):
        site.index(name, *paths[10 * n : 10 * n + 10], *lists[n + 1 : n + 2])
    site.index("/", lists[0])
    for path in paths:
        site.page(path, status=301, headers={"Location": f"{path}/"})
        site.article(f"{path}/")
    return paths


def test_redirects_of_one_form_are_not_asked_for(site: Site, crawl: Command) -> None:
    paths = sections(site, 80)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    asked = set(site.paths)
    assert {f"{path}/" for path in paths} <= asked
    assert len(asked.intersection(paths)) < 40
    assert len(site.paths) == len(asked), "nothing is asked for twice"


def test_nothing_is_lost_where_some_are_not_redirected(site: Site, crawl: Command) -> None:
    paths = sections(site, 80)
    back, gone = paths[45:60], paths[60:]
    for path in back:
        site.page(f"{path}/", status=301, headers={"Location": path})
        site.article(path)
    for path in gone:
        site.page(f"{path}/", status=404)
        site.article(path)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert {f"{path}/" for path in paths[:45]} <= set(site.paths)
    assert {*back, *gone} <= set(site.paths)


def test_what_only_the_forms_that_are_not_there_stand_for_is_asked_for(site: Site, crawl: Command) -> None:
    paths = sections(site, 80)
    for path in paths[60:]:
        site.page(f"{path}/", status=404)
        site.article(path)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert set(paths[60:]) <= set(site.paths)
