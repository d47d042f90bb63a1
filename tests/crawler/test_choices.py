"""Which URLs join choices, told from the pages that offer them."""

from __future__ import annotations

from itertools import product

import pytest

from crawler.yields.choices import Choices

SITE = "https://shop.example"
FILTERS = [
    f"{SITE}/goods?colour={colour}&size={size}" for colour, size in product(("red", "blue", "black"), ("s", "xl"))
]


def told(page: str, *urls: str) -> Choices:
    choices = Choices()
    choices.tells(page, urls)
    return choices


@pytest.mark.parametrize("page", [f"{SITE}/goods", f"{SITE}/goods?colour=red&size=m"])
def test_filters_of_two_sorts_are_choices(page: str) -> None:
    choices = told(page, *FILTERS, f"{SITE}/about?lang=en&font=big")
    assert all(map(choices.joins, FILTERS))
    assert not choices.joins(f"{SITE}/about?lang=en&font=big")


def test_what_filters_lead_to_is_one_more_choice() -> None:
    """Their parts too, though those are numbered."""
    choices = told(f"{SITE}/goods", *FILTERS)
    parts = [f"{one}&page=2" for one in FILTERS]
    choices.tells(FILTERS[0], parts)
    assert all(map(choices.joins, parts))


@pytest.mark.parametrize(
    ("page", "urls"),
    [
        ("/goods", [f"/goods?kind=tea&page={n}" for n in range(2, 9)]),  # a list's parts
        ("/goods?page=1", [f"/goods?page=1&sort={one}" for one in ("price", "name", "date")]),  # choices of one sort
        ("/goods", [f"/goods?kind={one}" for one in ("tea", "rice")]),  # nothing is joined
        (  # the pages of a system that has but one path
            "/index.php?m=content&c=index&a=lists&catid=3",
            [f"/index.php?m=content&c=index&a=show&catid=3&id={n}" for n in range(9)]
            + ["/index.php?m=content&c=index&a=lists&catid=3&page=2", "/index.php?m=search&c=index&a=init"],
        ),
        ("/tag/", ["/tag/machine+learning", "/tag/deep+learning"]),  # a name of two words
        ("/tag/machine+learning", ["/tag/deep+learning", "/tag/c++"]),
        ("/a/1,2.html", ["/a/1,2,3.html"]),  # numbers
    ],
)
def test_lists_and_their_parts_are_no_choices(page: str, urls: list[str]) -> None:
    choices = told(SITE + page, *(SITE + one for one in urls))
    assert [one for one in urls if choices.joins(SITE + one)] == []


def test_labels_that_are_joined_in_any_order_are_choices() -> None:
    choices = told(f"{SITE}/label/loan", f"{SITE}/label/loan+card", f"{SITE}/label/loan%2Brate", f"{SITE}/label/card")
    assert choices.joins(f"{SITE}/label/rate+card+loan")
    assert not choices.joins(f"{SITE}/label/card")


@pytest.mark.parametrize("turn", [1, -1])
def test_a_pattern_is_what_most_of_its_urls_are(turn: int) -> None:
    """Whichever were told first."""
    pages = {f"{SITE}/goods": FILTERS, f"{SITE}/": [f"{SITE}/goods?colour={n}&size=m" for n in "abcdef"]}
    choices = Choices()
    for page, urls in list(pages.items())[::turn]:
        choices.tells(page, urls)
    assert not any(map(choices.joins, FILTERS))
