"""How a URL is rewritten into its twin's, read off one pair and applied to others."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.twins.rewriting import address, folded, plainness, rewriting, rewritten

# (a page, its twin), (another page of that kind, its twin)
PAIRS = {
    "host": (
        ("http://www.h.cn/a/57.html", "http://m.h.cn/a/57.html"),
        ("http://www.h.cn/b/8.html", "http://m.h.cn/b/8.html"),
    ),
    "https": (
        ("http://www.h.cn/a/57.html", "https://www.h.cn/a/57.html"),
        ("http://www.h.cn/b/8.html", "https://www.h.cn/b/8.html"),
    ),
    "amp before": (
        ("http://h.cn/a/57.html", "http://h.cn/amp/a/57.html"),
        ("http://h.cn/b/8.html", "http://h.cn/amp/b/8.html"),
    ),
    "amp behind": (("http://h.cn/a/57/", "http://h.cn/a/57/amp/"), ("http://h.cn/b/8/", "http://h.cn/b/8/amp/")),
    "amp ending": (
        ("http://h.cn/a/57.html", "http://h.cn/a/57.amp.html"),
        ("http://h.cn/b/8.html", "http://h.cn/b/8.amp.html"),
    ),
    "amp query": (
        ("http://h.cn/a/57.html", "http://h.cn/a/57.html?amp=1"),
        ("http://h.cn/b/8.html", "http://h.cn/b/8.html?amp=1"),
    ),
    "slash": (("http://h.cn/how-to-repay", "http://h.cn/how-to-repay/"), ("http://h.cn/a-b", "http://h.cn/a-b/")),
    "index": (("http://h.cn/a/57/", "http://h.cn/a/57/index.html"), ("http://h.cn/b/8/", "http://h.cn/b/8/index.html")),
    "query order": (
        ("http://h.cn/v?a=57&b=3", "http://h.cn/v?b=3&a=57"),
        ("http://h.cn/v?a=1&b=1", "http://h.cn/v?b=1&a=1"),
    ),
    "another path": (
        ("http://www.h.cn/a/2024/57.html", "http://m.h.cn/view.php?aid=57"),
        ("http://www.h.cn/b/2023/8.html", "http://m.h.cn/view.php?aid=8"),
    ),
    "part of a name": (
        ("http://h.cn/article_57.html", "http://m.h.cn/57"),
        ("http://h.cn/article_8.html", "http://m.h.cn/8"),
    ),
    "no number": (
        ("http://www.h.cn/a/x9k2.html", "http://m.h.cn/a/x9k2.html"),
        ("http://www.h.cn/a/q7z.html", "http://m.h.cn/a/q7z.html"),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_one_pair_shows_how_others_are_rewritten(name: str) -> None:
    (page, twin), (other, others_twin) = PAIRS[name]
    template = rewriting(address(page), address(twin))
    assert template is not None
    assert rewritten(template, address(page)) == twin
    assert rewritten(template, address(other)) == others_twin
    assert address(page).shapes[0] == address(other).shapes[0]


@pytest.mark.parametrize(
    ("page", "twin"),
    [
        ("http://h.cn/a/57.html", "http://h.cn/"),
        ("http://h.cn/a/57.html", "http://h.cn/error.html"),
        ("http://h.cn/a/57.html", "http://h.cn/a/58.html"),
        ("http://m.h.cn/view?aid=57", "http://www.h.cn/a/2024/57.html"),
    ],
)
def test_a_url_with_nothing_of_the_page_in_it_or_a_number_of_its_own_is_no_rewriting(page: str, twin: str) -> None:
    assert rewriting(address(page), address(twin)) is None


def test_parts_of_an_article_have_a_shape_of_their_own() -> None:
    assert address("http://h.cn/a/57_2.html").shapes[0] != address("http://h.cn/a/57.html").shapes[0]


@pytest.mark.parametrize("name", [name for name in PAIRS if name not in ("another path", "part of a name")])
def test_usual_twins_look_alike_and_the_plainer_one_is_known(name: str) -> None:
    page, twin = PAIRS[name][0]
    assert folded(page) == folded(twin)
    assert plainness(page) != plainness(twin)


def test_others_do_not_look_alike() -> None:
    urls = [
        "http://h.cn/a/57.html",
        "http://h.cn/a/58.html",
        "http://h.cn/b/57.html",
        "http://i.cn/a/57.html",
        "http://h.cn/a/57_2.html",
    ]
    assert len({folded(url) for url in urls}) == len(urls)


WORD = st.text(string.ascii_lowercase + string.digits + "-_.", max_size=8)


@given(st.lists(WORD, max_size=4), st.lists(st.tuples(WORD, WORD), max_size=3), st.lists(WORD, max_size=4))
def test_a_url_is_its_texts_and_values_and_a_rewriting_makes_what_it_was_read_off(
    folders: list[str], query: list[tuple[str, str]], others: list[str]
) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query)
    page = f"http://www.h.cn/{'/'.join(folders)}{'?' if asked else ''}{asked}"
    here = address(page)
    assert "".join(text + value for text, value in zip(here.texts, (*here.values, ""), strict=True)) == page
    twin = f"https://m.h.cn/{'/'.join([*others, *folders])}"
    template = rewriting(here, address(twin))
    assert template is None or rewritten(template, here) == twin
