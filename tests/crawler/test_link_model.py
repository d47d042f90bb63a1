"""The model of links learns where pages on the topic are found."""

from __future__ import annotations

import pytest

from crawler import focus
from crawler.focus import LinkModel, pattern
from crawler.links import Link

SITE = "https://x.test"


def model() -> LinkModel:
    return LinkModel(lambda text: float("花呗" in text))


def scored(
    one: LinkModel, url: str, anchor: str = "看看这一篇", *, on: str = f"{SITE}/", worth: float | None = None
) -> float:
    """The score of a new link on a page."""
    return one.read(on, worth, [Link(url, anchor)], [url])[url]


def came(one: LinkModel, url: str, worth: float) -> None:
    """A link to the page was found, and the page is worth so much."""
    scored(one, url)
    one.read(url, worth, [], [])


def taught(yields: dict[str, float]) -> LinkModel:
    """40 pages came of each place."""
    one = model()
    for n in range(40):
        for place, worth in yields.items():
            came(one, f"{place}/{n}.html", worth)
    return one


def test_at_first_the_anchor_and_the_page_that_links_decide() -> None:
    one = model()
    plain = scored(one, f"{SITE}/1.html", "", on=f"{SITE}/off", worth=0)
    assert scored(one, f"{SITE}/2.html", "花呗", on=f"{SITE}/off", worth=0) > plain
    assert scored(one, f"{SITE}/3.html", "", on=f"{SITE}/on", worth=1) > plain


def test_sections_and_hosts_that_were_worth_it_go_first() -> None:
    one = taught({f"{SITE}/loans": 1.0, f"{SITE}/cars": 0.0})
    assert scored(one, f"{SITE}/loans/99.html") > 0.7 > 0.3 > scored(one, f"{SITE}/cars/99.html")
    hosts = taught({"https://rich.test/a": 1.0, "https://poor.test/b": 0.0})
    assert scored(hosts, "https://rich.test/x/1") > scored(hosts, "https://poor.test/x/1")


def test_what_a_page_links_to_tells_of_its_other_links() -> None:
    one = taught({"https://y.test/a": 1.0, "https://z.test/b": 0.0})
    for name in ("good", "bad"):
        some = [Link(f"{SITE}/{name}{n}", "") for n in range(9)]
        one.read(f"{SITE}/{name}", None, some, [link.url for link in some])
        for n in range(6):
            one.read(f"{SITE}/{name}{n}", float(name == "good"), [], [])
    now = dict(one.rescored(1_000))
    assert min(now[f"{SITE}/good{n}"] for n in (6, 7, 8)) > max(now[f"{SITE}/bad{n}"] for n in (6, 7, 8))


def test_what_is_said_beside_a_link_counts() -> None:
    one, urls = model(), [f"{SITE}/1", f"{SITE}/2"]
    shown = [Link(urls[0], "详情", "详情 花呗怎么还"), Link(urls[1], "详情", "详情 怎么洗车")]
    scores = one.read(f"{SITE}/", None, shown, urls)
    assert scores[urls[0]] > scores[urls[1]]


def test_a_second_anchor_counts_for_a_link_that_waits() -> None:
    one = model()
    before = scored(one, f"{SITE}/1", "详情")
    one.read(f"{SITE}/other", 1, [Link(f"{SITE}/1", "花呗怎么还")], [])
    assert dict(one.rescored(10))[f"{SITE}/1"] > before


def test_behind_three_pages_off_the_topic_a_link_goes_last() -> None:
    one = model()
    scores = [scored(one, f"{SITE}/{n + 1}", "花呗", on=f"{SITE}/{n}", worth=0) for n in range(4)]
    assert scores[2] < 0.5 * scores[1]
    assert scored(one, f"{SITE}/end", "花呗", on=f"{SITE}/4", worth=1) > scores[1], (
        "a page on the topic ends the tunnel"
    )


def test_a_page_whose_link_was_not_seen_teaches_of_its_place() -> None:
    one = model()
    before = scored(one, f"{SITE}/loans/1")
    for n in range(9):
        one.read(f"{SITE}/loans/unseen{n}", 1.0, [], [])
    assert scored(one, f"{SITE}/loans/2") > before


def test_a_link_on_no_page_is_promised_by_what_it_says_and_where_it_leads() -> None:
    one = taught({f"{SITE}/loans": 1.0, f"{SITE}/cars": 0.0})
    assert one.promise(Link(f"{SITE}/loans/99.html", "")) > one.promise(Link(f"{SITE}/cars/99.html", ""))
    assert one.promise(Link(f"{SITE}/new/1", "花呗怎么还")) > one.promise(Link(f"{SITE}/new/1", "怎么洗车"))


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus, "MOST_WAITING", 3)
    one = model()
    for n in range(10):
        scored(one, f"{SITE}/{n}")
    assert len(list(one.rescored(100))) <= 3


def test_numbers_and_values_make_no_new_pattern() -> None:
    assert pattern("http://h/a/12/b3.html?b=1&a=2") == pattern("http://h/a/7/b40.html?a=x&b=")
    assert pattern("http://h/a/12") != pattern("http://h/b/12")
