"""A page's way through Scrapy with less around it: the middlewares' answers count as ever, and what is told is told."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.chain import Chain
from crawler.logs import LogFormatter
from crawler.stats import Stats

REQUEST = Request("http://a.test/")
ANSWER = Response("http://a.test/")


class Notes:
    """A middleware that notes what passes, and gives what it is told to give."""

    def __init__(self, passed: list[str], name: str, *, first: Any = None, then: Any = None) -> None:
        self.passed, self.name, self.first, self.then = passed, name, first, then

    async def process_request(self, request: Request) -> Any:
        await asyncio.sleep(0)
        self.passed.append(f"{self.name} asks")
        return self.first

    def process_response(self, request: Request, response: Response) -> Any:
        self.passed.append(f"{self.name} reads")
        return self.then or response


async def _download(_request: Request) -> Response:
    return ANSWER


def _through(*middlewares: object) -> Any:
    return asyncio.run(Chain(*middlewares, crawler=get_crawler()).download_async(_download, REQUEST))


def test_a_page_passes_each_middleware_on_its_way_out_and_back() -> None:
    passed: list[str] = []
    assert _through(Notes(passed, "outer"), Notes(passed, "inner")) is ANSWER
    assert passed == ["outer asks", "inner asks", "inner reads", "outer reads"]


def test_an_answer_of_a_middlewares_own_is_not_asked_for_and_a_request_is_not_read() -> None:
    passed: list[str] = []
    assert _through(Notes(passed, "outer", first=ANSWER), Notes(passed, "inner")) is ANSWER
    assert passed == ["outer asks", "inner reads", "outer reads"]
    assert _through(Notes(passed, "outer"), Notes(passed, "inner", then=REQUEST)) is REQUEST
    assert passed[3:] == ["outer asks", "inner asks", "inner reads"]


def test_what_is_neither_answer_nor_request_is_a_fault() -> None:
    with pytest.raises(TypeError, match="process_request"):
        _through(Notes([], "outer", first="a page"))


@pytest.mark.parametrize(("level", "told"), [("DEBUG", True), (logging.DEBUG, True), ("INFO", False), ("ERROR", False)])
def test_pages_are_logged_where_the_level_lets_them_through(level: object, told: bool) -> None:
    crawler = get_crawler(settings_dict={"LOG_LEVEL": level})
    spider = crawler.spider = crawler._create_spider("any")
    formatter = LogFormatter.from_crawler(crawler)
    assert (formatter.crawled(REQUEST, ANSWER, spider) is not None) is told
    assert (formatter.scraped({}, ANSWER, spider) is not None) is told


def test_stats_count_as_ever() -> None:
    stats = Stats(get_crawler())
    stats.inc_value("pages")
    stats.inc_value("pages", 2)
    assert stats.get_stats() == {"pages": 3}
