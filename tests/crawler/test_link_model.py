"""The model of links learns where pages on the topic are found."""

from __future__ import annotations

import pytest

from crawler import focus
from crawler.focus import LinkModel, explored


def taught() -> LinkModel:
    model = LinkModel()
    for n in range(40):
        for section, worth in (("loans", 1.0), ("cars", 0.0)):
            url = f"https://x.test/{section}/{n}.html"
            model.score(url, "看看这一篇", 0, 0.5)
            model.learn(url, worth)
    return model


def test_at_first_the_anchor_and_the_page_that_links_decide() -> None:
    model = LinkModel()
    plain = model.score("https://x.test/1.html", "", 0, 0)
    assert model.score("https://x.test/2.html", "", 1, 0) > plain
    assert model.score("https://x.test/3.html", "", 0, 1) > plain


def test_sections_that_were_worth_it_go_first() -> None:
    model = taught()
    good = model.score("https://x.test/loans/99.html", "看看这一篇", 0, 0.5)
    assert good > 0.7 > 0.3 > model.score("https://x.test/cars/99.html", "看看这一篇", 0, 0.5)


def test_words_of_anchors_are_learned() -> None:
    model = LinkModel()
    for n in range(40):
        for anchor, worth in (("花呗怎么还", 1.0), ("新车试驾", 0.0)):
            model.score(f"https://x.test/{anchor}/{n}", anchor, 0, 0.5)
            model.learn(f"https://x.test/{anchor}/{n}", worth)
    assert model.score("https://y.test/1", "花呗", 0, 0.5) > model.score("https://y.test/2", "试驾", 0, 0.5)


def test_a_page_whose_link_was_not_seen_teaches_nothing() -> None:
    model, other = taught(), taught()
    model.learn("https://x.test/unseen.html", 1.0)
    assert model.score("https://z.test/", "", 0, 0) == other.score("https://z.test/", "", 0, 0)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus, "MOST_WAITING", 3)
    model = LinkModel()
    for n in range(10):
        model.score(f"https://x.test/{n}", "", 0, 0)
    before = model.score("https://x.test/other", "", 0, 0)
    model.learn("https://x.test/0", 1.0)
    assert model.score("https://x.test/other", "", 0, 0) == before


def test_a_few_links_are_explored_the_same_in_each_run() -> None:
    chosen = [n for n in range(2_000) if explored(f"https://x.test/{n}.html")]
    assert 0.03 < len(chosen) / 2_000 < 0.12
    assert chosen == [n for n in range(2_000) if explored(f"https://x.test/{n}.html")]
