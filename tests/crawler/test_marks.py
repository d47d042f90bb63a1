"""Marks in links that say nothing of their pages, told from pages that say the same with other values of them."""

from __future__ import annotations

import random

import pytest

from benchmarks.trap_sites.marked import MARKS, marked
from benchmarks.trap_sites.simple import simple
from benchmarks.traps_in_memory import Crawl
from crawler.yields.copies import Copies
from crawler.yields.marks import Marks

SITE = "https://news.example"


def read(pages: dict[str, int], told: tuple[str, ...] = ()) -> Marks:
    """Marks, after these pages: URL → what it says."""
    copies = Copies()
    for url in told:
        copies.tell(f"{SITE}{url}")
    marks = Marks(copies)
    for url, whole in pages.items():
        marks.asked(f"{SITE}{url}")
        marks.read(f"{SITE}{url}", whole)
    return marks


TWICE = {
    "/show?id=1&v=17": 1,
    "/show?id=2&v=18": 2,
    "/show?id=1&v=19": 1,
    "/show?id=2&v=20": 2,
}


def test_a_value_that_changes_nothing_is_a_mark() -> None:
    marks = read(TWICE)
    assert marks.bare(f"{SITE}/show?id=9&v=33") == f"{SITE}/show?id=9"
    assert marks.verdict(f"{SITE}/show?id=2&v=33") == ("news.example ?v", False)
    assert marks.verdict(f"{SITE}/show?id=9&v=33") == ("", False)


def test_a_page_that_is_under_way_waits_with_other_marks() -> None:
    marks = read(TWICE)
    marks.asked(f"{SITE}/show?id=3&v=40")
    assert marks.verdict(f"{SITE}/show?id=3&v=41") == ("", True)
    marks.read(f"{SITE}/show?id=3&v=40", 3)
    assert marks.verdict(f"{SITE}/show?id=3&v=41") == ("news.example ?v", False)


def test_a_folder_with_a_number_may_be_a_mark() -> None:
    marks = read({f"/s{n}/list/{n % 2}.html": n % 2 for n in range(4)})
    assert marks.bare(f"{SITE}/s77/list/5.html") == f"{SITE}/list/5.html"


@pytest.mark.parametrize(
    "pages",
    [
        {f"/show?id={n}": 0 for n in range(30)},  # pages of one script, all of them gone
        {f"/list?kind={n % 3}&page={n}": n for n in range(30)},  # parts of lists
        {f"/list?kind={n % 3}&page={n}": n if n < 20 else 99 for n in range(30)},  # … and what is behind their ends
        {f"/{2000 + n % 9}/{n}.html": n for n in range(30)},
    ],
)
def test_what_other_values_change_is_no_mark(pages: dict[str, int]) -> None:
    marks = read(pages)
    for url in pages:
        assert marks.bare(f"{SITE}{url}") == f"{SITE}{url}"
        assert marks.verdict(f"{SITE}{url}") == ("", False)


def test_what_is_known_without_the_mark_is_for_others_to_judge() -> None:
    """`/list` and `/list?page=2` are two pages, and the second one's kind is its own."""
    marks = read(TWICE, told=("/show?id=1", "/show?id=2"))
    assert marks.bare(f"{SITE}/show?id=1&v=33") == f"{SITE}/show?id=1&v=33"
    assert marks.verdict(f"{SITE}/show?id=1&v=33") == ("", False)


@pytest.mark.parametrize("name", MARKS)
def test_a_site_whose_links_are_marked_is_read_once(name: str) -> None:
    site = marked(simple, name)
    asked = Crawl(site, random.Random(5), late=8).run().asked  # noqa: S311 -- no secret
    assert set(map(site.bare, asked)) == set(site.pages)
    assert asked.total() <= len(site.pages) + 24
