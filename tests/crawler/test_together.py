"""Pages that come together are looked at together, in order; none waits for long, and whoever waits gets an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from crawler.together import Together
from pipelines.model import Page

PAGES = [Page(f"https://a.test/{n}.html", b"x" * 10) for n in range(7)]


async def looked_at(pages: Sequence[Page], *, count: int = 100, size: int = 10_000) -> tuple[list[str], list[int]]:
    """What is seen of the pages that come at once, and how many were looked at in each call."""
    calls: list[int] = []

    def look(pages: Sequence[Page]) -> list[str]:
        calls.append(len(pages))
        return [page.url for page in pages]

    together = Together(look, seconds=0.001, count=count, size=size)
    seen = await asyncio.gather(*(together.seen(page) for page in pages))
    return list(seen), calls


def test_pages_that_come_together_are_looked_at_in_one_call_in_their_order() -> None:
    assert asyncio.run(looked_at(PAGES)) == ([page.url for page in PAGES], [7])


def test_no_call_has_more_pages_or_bytes_than_allowed() -> None:
    seen, calls = asyncio.run(looked_at(PAGES, count=3))
    assert (seen, calls) == ([page.url for page in PAGES], [3, 3, 1])
    assert asyncio.run(looked_at(PAGES, size=40))[1] == [4, 3]


def test_a_page_that_comes_alone_does_not_wait_for_others() -> None:
    assert asyncio.run(looked_at(PAGES[:1])) == ([PAGES[0].url], [1])


def test_what_the_look_raises_is_told_to_each_page_that_waited() -> None:
    def look(_: Sequence[Page]) -> list[str]:
        raise ValueError("broken")

    async def both() -> list[str | BaseException]:
        together = Together(look, seconds=0.001, count=10, size=100)
        return await asyncio.gather(*(together.seen(page) for page in PAGES[:2]), return_exceptions=True)

    assert [str(one) for one in asyncio.run(both())] == ["broken", "broken"]


def test_a_page_that_is_given_up_while_it_waits_keeps_no_other_from_its_answer() -> None:
    async def one_left() -> str:
        together = Together(lambda pages: [page.url for page in pages], seconds=0.005, count=10, size=100)
        first, second = (asyncio.create_task(together.seen(page)) for page in PAGES[:2])
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(one_left()) == PAGES[1].url
