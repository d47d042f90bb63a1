"""What is learned of pairs of pages, whom a page stands for, and what makes that end."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.database import FILE
from crawler.frontier.due import Visit
from crawler.frontier.model import Found, State
from crawler.frontier.store import Store
from crawler.frontier.twins import AGREEING
from crawler.links import host_of
from crawler.twins import MANY, Twins, is_spared
from crawler.twins.texts import Sketch, Told, contains, sketched, told_by
from pipelines.layout import Layout
from pipelines.parse import parse_html
from tests.pipelines.dedup.articles import sentence

WWW, M = "http://www.h.cn/a/{}.html", "http://m.h.cn/a/{}.html"
BEGINNING = 300  # characters


def text_of(name: object) -> str:
    chance = random.Random(str(name))  # noqa: S311 -- a text, no secret
    return "".join(sentence(chance, 16) for _ in range(60))


class Crawl:
    """A frontier, and the pages that are read of it."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        if not self.store.round:
            self.store.begin_round("one")
        self.taken: list[int] = []
        self.back = 0
        self.twins = Twins(self.store.twins, lambda page, host: self.taken.append(page), self._given_back)

    def _given_back(self, pages: int) -> None:
        self.back += pages

    def find(self, *urls: str) -> None:
        for url in urls:
            page = self.store.add(Found(url, host_of(url)))
            if page:
                self.twins.settles(url, page.id)

    def read(
        self, url: str, text: str, canonical: str | None = None, led_here: str | None = None, names: str | None = None
    ) -> None:
        self.find(url)
        known = self.store.known(url)
        assert known
        self.store.lease(known.id)
        told = Told((names,) if names else (), canonical)
        self.twins.read(url, known.id, text, text, told, text=text.encode(), led_here=led_here)
        self.store.done(known.id, None)

    def learn(self, count: int = AGREEING + 1) -> None:
        """So many pairs are read; the first one shows that the site has some."""
        for n in range(count):
            self.read(WWW.format(n), text_of(n))
            self.read(M.format(n), text_of(n), WWW.format(n))

    def waits(self, url: str) -> bool:
        known = self.store.known(url)
        return known is not None and known.state is State.QUEUED

    def spared(self, start: int, count: int) -> list[int]:
        """Numbers of articles whose m. twins are no samples."""
        return [n for n in range(start, start + 10 * count) if is_spared(M.format(n))][:count]


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    made = Crawl(tmp_path / FILE)
    yield made
    made.store.close()


def test_a_page_stands_for_its_twin_after_enough_pairs(crawl: Crawl) -> None:
    crawl.learn(AGREEING)
    first, second, later = crawl.spared(100, 3)
    crawl.find(M.format(first))
    crawl.read(WWW.format(first), text_of(first))
    assert crawl.waits(M.format(first))
    crawl.learn()
    crawl.find(M.format(second))
    crawl.read(WWW.format(second), text_of(second))
    assert not crawl.waits(M.format(second))
    assert len(crawl.taken) == 1
    crawl.read(WWW.format(later), text_of(later))
    crawl.find(M.format(later))
    assert not crawl.waits(M.format(later)), "what is found afterwards, too"
    crawl.find(M.format(99))
    assert crawl.waits(M.format(99)), "whose twin was not read"


def test_pages_of_another_section_or_host_are_not_twins(crawl: Crawl) -> None:
    crawl.learn()
    for url in ("http://m.h.cn/a/b/300.html", "http://m.i.cn/a/300.html", "http://m.h.cn/a/300_2.html"):
        crawl.find(url)
    crawl.read(WWW.format(300), text_of(300))
    assert crawl.taken == []


def test_one_pair_that_differs_ends_it_and_gives_back(crawl: Crawl) -> None:
    crawl.learn()
    first, second = crawl.spared(100, 2)
    crawl.find(M.format(first))
    crawl.read(WWW.format(first), text_of(first))
    assert not crawl.waits(M.format(first))
    crawl.read(M.format(500), text_of("another"))
    crawl.read(WWW.format(500), text_of(500))
    assert crawl.back >= 1
    assert crawl.waits(M.format(first))
    crawl.find(M.format(second))
    crawl.read(WWW.format(second), text_of(second))
    assert crawl.waits(M.format(second)), "nor is it believed later on"


def test_the_beginning_of_an_article_stands_for_nothing(crawl: Crawl) -> None:
    for n in range(2 * AGREEING):
        crawl.read(WWW.format(n), text_of(n))
        crawl.read(M.format(n), text_of(n)[:BEGINNING], WWW.format(n))
    n, other = crawl.spared(100, 2)
    crawl.find(WWW.format(n), M.format(other))
    crawl.read(M.format(n), text_of(n)[:BEGINNING])
    assert crawl.waits(WWW.format(n))
    crawl.read(WWW.format(other), text_of(other))
    assert not crawl.waits(M.format(other)), "the whole stands for it"


def test_one_text_on_many_pages_stands_for_nothing(crawl: Crawl) -> None:
    crawl.learn()
    numbers = crawl.spared(100, MANY + 1)
    for n in numbers:
        crawl.find(M.format(n))
        crawl.read(WWW.format(n), text_of("an error"))
    assert all(crawl.waits(M.format(n)) for n in numbers)


def dated(n: int) -> str:
    return f"http://www.h.cn/a/2024/{n % 12 + 1:02}{n % 27 + 1:02}/{n}.html"


def view(n: int) -> str:
    return f"http://www.h.cn/m/view.php?aid={n}"


def learn_dated(crawl: Crawl, share: float = 1.0, count: int = AGREEING + 1) -> None:
    for n in range(1001, 1001 + count):
        crawl.read(view(n), text_of(n)[: int(share * len(text_of(n)))])
        crawl.read(dated(n), text_of(n), names=view(n))


def is_spared_by(crawl: Crawl, url: str) -> bool:
    """As the scheduler asks when it is the page's turn."""
    crawl.find(url)
    for other in crawl.twins.rewritings.others(url):
        known = crawl.store.known(other.url)
        if known and known.state is State.DONE:
            crawl.store.visited(other.url, Visit(text=b"x"), None)
            return crawl.twins.is_twin(url, other, known.id, crawl.store.visit(other.url))
    return False


def test_a_page_stands_for_a_twin_whose_date_its_url_does_not_tell(crawl: Crawl) -> None:
    learn_dated(crawl)
    first, second, unread = [n for n in range(1100, 1200) if is_spared(dated(n)) and is_spared(view(n))][:3]
    crawl.read(view(first), text_of(first))
    assert is_spared_by(crawl, dated(first))
    crawl.find(view(second))
    crawl.read(dated(second), text_of(second))
    assert not crawl.waits(view(second)), "and the other way round"
    assert not is_spared_by(crawl, dated(unread))


def test_the_beginning_of_an_article_does_not_stand_for_its_dated_twin(crawl: Crawl) -> None:
    learn_dated(crawl, 0.2)
    n, other = [n for n in range(1100, 1200) if is_spared(dated(n)) and is_spared(view(n))][:2]
    crawl.read(view(n), text_of(n)[:BEGINNING])
    assert not is_spared_by(crawl, dated(n))
    crawl.find(view(other))
    crawl.read(dated(other), text_of(other))
    assert not crawl.waits(view(other)), "the whole stands for it"


def test_one_dated_twin_that_says_more_is_given_back(crawl: Crawl) -> None:
    learn_dated(crawl)
    n, other = [n for n in range(1100, 1200) if is_spared(dated(n))][:2]
    crawl.read(view(n), text_of(n))
    assert is_spared_by(crawl, dated(n))
    crawl.read(view(other), text_of(other)[:BEGINNING])
    crawl.read(dated(other), text_of(other))
    assert crawl.waits(dated(n))


def test_what_was_read_before_stands_for_twins_whose_urls_do_not_tell(crawl: Crawl) -> None:
    crawl.read(dated(1001), text_of(1001), names=view(1001))  # the site is known to have twins
    early = next(n for n in range(1100, 1200) if is_spared(view(n)))
    crawl.read(dated(early), text_of(early), names=view(early))
    crawl.find(view(early))
    assert crawl.waits(view(early))
    learn_dated(crawl)
    assert not crawl.waits(view(early))


def test_a_page_that_was_not_looked_at_shows_nothing_wrong(crawl: Crawl) -> None:
    for n in range(10):
        crawl.read(M.format(n), text_of(n))  # before its site shows a sign of twins
    crawl.read(WWW.format(0), text_of(0))
    for n in range(10, 20 + AGREEING):
        crawl.read(M.format(n), text_of(n))
        crawl.read(WWW.format(n), text_of(n))
    for n in range(1, 10):
        crawl.read(WWW.format(n), text_of(n))
    assert all(not one.wrong for one in crawl.twins.rewritings.learned)
    assert crawl.twins.rewritings.learned


def test_hints_alone_teach_nothing(crawl: Crawl) -> None:
    for n in range(3 * AGREEING):
        crawl.read(WWW.format(n), text_of(n), "http://www.h.cn/")
        crawl.read(f"http://www.h.cn/b/{n}.html", text_of(f"b{n}"), WWW.format(n))
    assert crawl.twins.rewritings.learned == []
    assert crawl.store.count(State.DONE) == 6 * AGREEING


def test_a_redirect_teaches_too(crawl: Crawl) -> None:
    https = WWW.replace("http:", "https:")
    for n in range(AGREEING + 1):
        crawl.find(WWW.format(n))
        crawl.twins.moved(WWW.format(n), https.format(n))
        crawl.read(https.format(n), text_of(n))
    n = next(n for n in range(100, 200) if is_spared(WWW.format(n)))
    crawl.find(WWW.format(n))
    crawl.read(https.format(n), text_of(n))
    assert not crawl.waits(WWW.format(n))


def test_what_was_learned_survives_and_twins_are_not_asked_for_in_the_next_round(tmp_path: Path) -> None:
    first = Crawl(tmp_path / FILE)
    first.learn()
    one, other = first.spared(100, 2)
    first.find(M.format(one))
    first.read(WWW.format(one), text_of(one))
    first.store.commit()
    first.store.close()
    second = Crawl(tmp_path / FILE)
    second.store.begin_round("two", articles=[WWW.format(one)])
    assert second.store.fresh([M.format(one), M.format(other)]) == [M.format(other)]
    second.find(M.format(other))
    second.read(WWW.format(other), text_of(other))
    assert not second.waits(M.format(other))
    second.store.close()


def test_a_frontier_of_the_version_before_learns_too(tmp_path: Path) -> None:
    Store(tmp_path / FILE).close()
    database = sqlite3.connect(tmp_path / FILE)
    database.executescript(
        "drop table twins; drop table rewritings; alter table hosts drop column sent; pragma user_version = 2;"
    )
    database.close()
    later = Crawl(tmp_path / FILE)
    later.learn()
    assert later.twins.rewritings.learned
    later.store.close()


def test_a_twin_is_found_again_where_the_page_that_stood_for_it_is_gone(crawl: Crawl) -> None:
    crawl.learn()
    (n,) = crawl.spared(100, 1)
    crawl.find(M.format(n))
    crawl.read(WWW.format(n), text_of(n))
    known = crawl.store.known(WWW.format(n))
    assert known
    crawl.store.done(known.id, None, "status 404")
    crawl.store.begin_round("two")
    assert crawl.store.fresh([M.format(n)])
    crawl.find(M.format(n))
    assert crawl.waits(M.format(n))


def test_before_a_crawl_ends_a_sample_is_asked_for_and_an_article_that_it_leads_to_gives_all_back(crawl: Crawl) -> None:
    crawl.learn()
    numbers = crawl.spared(100, 100)
    for n in numbers:
        crawl.find(M.format(n))
        crawl.read(WWW.format(n), text_of(n))
    asked = crawl.twins.sample(crawl.store.round)
    sample = [n for n in numbers if crawl.waits(M.format(n))]
    assert len(sample) == asked
    assert 20 <= asked <= 50
    assert crawl.twins.sample(crawl.store.round) == 0, "once is enough"
    for n in sample:
        crawl.read(M.format(n), text_of(n))
    assert crawl.back == 0
    crawl.read("http://m.h.cn/only/1.html", text_of("only"), led_here=M.format(sample[0]))
    assert all(not crawl.waits(M.format(n)) for n in sample)
    assert all(crawl.waits(M.format(n)) for n in numbers if n not in sample)


def test_a_part_of_an_article_is_asked_for(crawl: Crawl) -> None:
    crawl.learn()
    (n,) = crawl.spared(100, 1)
    crawl.store.tell_part(M.format(n), "http://m.h.cn/a/article")
    crawl.find(M.format(n))
    crawl.read(WWW.format(n), text_of(n))
    assert crawl.waits(M.format(n))


def test_texts_are_compared_by_their_sentences() -> None:
    whole = text_of("x")
    half = whole[: len(whole) // 2]
    assert contains(shown(whole), said(half)) is True
    assert contains(shown(half), said(whole)) is False
    assert contains(shown(whole), said("短。短。")) is None


@given(st.lists(st.sampled_from(("先核对账单，再协商还款。", "保留好通话的录音！", "短", "")), max_size=9), st.data())
def test_what_a_page_shows_is_the_same_whatever_its_article_says(lines: list[str], data: st.DataObject) -> None:
    says = "\n".join(data.draw(st.lists(st.sampled_from(lines or [""]), max_size=4)))
    shows = "\n".join(lines)
    assert sketched(says, shows) == (said(says), shown(shows))


def said(text: str) -> Sketch:
    return sketched(text, "")[0]


def shown(text: str) -> Sketch:
    return sketched("", text)[1]


def test_what_a_page_says_of_its_urls() -> None:
    page = """<head><link rel=canonical href=/a/1.html><meta property=og:url content=http://www.h.cn/a/1.html?from=x>
        <meta name=mobile-agent content="format=html5; url=http://m.h.cn/a/1.html"><link rel=amphtml href=/amp/a/1.html>
        <link rel=alternate media="only screen and (max-width: 640px)" href=//wap.h.cn/a/1.html>
        <link rel=alternate type=application/rss+xml href=/feed></head><p>x"""
    layout = parse_html(page)
    assert isinstance(layout, Layout)
    told = told_by("http://www.h.cn/a/1.html?id=2", layout.head)
    assert told.canonical == "http://www.h.cn/a/1.html"
    assert told.others == (
        "http://www.h.cn/a/1.html",
        "http://m.h.cn/a/1.html",
        "http://www.h.cn/amp/a/1.html",
        "http://wap.h.cn/a/1.html",
    )
