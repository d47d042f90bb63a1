"""What Scrapy writes of each page, where anybody reads it."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure


class LogFormatter(ScrapyLogFormatter):
    """Scrapy makes a record of each page and each item, which LOG_LEVEL then drops; here none is made that it would."""

    def __init__(self, level: int) -> None:
        self.tells_pages = level <= logging.DEBUG

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        level = crawler.settings.get("LOG_LEVEL")
        return cls(level if isinstance(level, int) else logging.getLevelNamesMapping().get(str(level), 0))

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]  # None: nothing is written
        return super().crawled(request, response, spider) if self.tells_pages else None

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]  # None: nothing is written
        return super().scraped(item, response, spider) if self.tells_pages else None
