"""A URL's readings as a part of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.parts.address import names_article, names_list, readings


@pytest.mark.parametrize(
    ("url", "article", "number"),
    [
        ("http://a.test/x/77.html", "//a.test/x/77", 0),
        ("https://A.test/x/77.shtml", "//a.test/x/77", 0),
        ("http://a.test/x/77_2.html", "//a.test/x/77", 2),
        ("http://a.test/x/77-12.html", "//a.test/x/77", 12),
        ("http://a.test/x/77_p3.html", "//a.test/x/77", 3),
        ("http://a.test/x/77p3.html", "//a.test/x/77", 3),
        ("http://a.test/x/77.3.html", "//a.test/x/77", 3),
        ("http://a.test/x/77_all.html", "//a.test/x/77", -1),
        ("http://a.test/x/thread-515-2-1.html", "//a.test/x/thread-515-*-1", 2),
        ("http://a.test/x/thread-515-2-13.html", "//a.test/x/thread-515-*-13", 2),
        ("http://a.test/x/thread_515_2_1.html", "//a.test/x/thread_515_*_1", 2),
        ("http://a.test/x/77/", "//a.test/x/77", 0),
        ("http://a.test/x/77/2/", "//a.test/x/77", 2),
        ("http://a.test/x/77.html/2", "//a.test/x/77", 2),
        ("http://a.test/x/77/page/2/", "//a.test/x/77", 2),
        ("http://a.test/x/77/index_2.html", "//a.test/x/77", 2),
        ("http://a.test/x/77/index.html", "//a.test/x/77", 0),
        ("http://a.test/x.php?id=77", "//a.test/x?id=77", 0),
        ("http://a.test/x.php?id=77&page=2", "//a.test/x?id=77", 2),
        ("http://a.test/x.php?page=2&id=77", "//a.test/x?id=77", 2),
        ("http://a.test/x.php?id=77&all=1", "//a.test/x?id=77", -1),
    ],
)
def test_a_url_can_be_read_as_part_of_an_article(url: str, article: str, number: int) -> None:
    assert (article, number) in {(one.article, one.number) for one in readings(url)}


@pytest.mark.parametrize(
    "url", ["http://a.test/x/t2025_551.html", "http://a.test/x/2025.html", "http://a.test/x?page=123"]
)
def test_large_numbers_are_no_parts(url: str) -> None:
    assert [one.number for one in readings(url)] == [0]


@pytest.mark.parametrize(
    "name", ["2024-05-1", "2024-05-01", "article-12-3", "show-12-345-1", "thread-515-2", "thread-515-2-1-1", "a-b-2-1"]
)
def test_a_number_before_the_last_counts_parts_only_behind_a_name_and_an_id(name: str) -> None:
    assert not any("*" in one.article for one in readings(f"http://a.test/x/{name}.html"))


@given(st.text())
def test_any_text_has_readings_or_none(text: str) -> None:
    for url in (text, f"http://a.test/{text}"):
        assert all(one.number >= -1 for one in readings(url))


@pytest.mark.parametrize(
    "article", ["//a.test/x/20250304", "//a.test/2025/0304/7", "//a.test/x?id=4471", "//a.test/how-to-pay-debts"]
)
def test_addresses_of_articles(article: str) -> None:
    assert names_article(article)
    assert not names_list(article)


@pytest.mark.parametrize(
    "article", ["//a.test", "//a.test/list", "//a.test/x/category", "//a.test/2025x/index", "//a.test/tags"]
)
def test_addresses_of_lists(article: str) -> None:
    assert names_list(article)
    assert not names_article(article)
