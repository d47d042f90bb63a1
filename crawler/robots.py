"""robots.txt as RFC 9309 has it: while a host does not give it, nothing else of the host is asked for."""

from __future__ import annotations

import logging
import re
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.failures import FailedFetch, reason_of
from crawler.robots_txt import RobotsTxt
from pipelines.decode import decode
from pipelines.model import Rejected

TOO_MANY_REQUESTS, SERVER_ERRORS = 429, 500
MARK = re.compile(rb"\xef(?:\xbb\xbf|\xbb?(?=[ -~]))")
logger = logging.getLogger(__name__)


class RobotsTxtMiddleware(ScrapyRobotsTxtMiddleware):
    """Scrapy takes any answer for a robots.txt, and none for leave to fetch all.

    Here a 5xx, a 429 or no answer, after the usual retries, closes the host for the rest of the run; its requests end
    as failed fetches. Any other answer but 2xx means that there is no robots.txt. `unreachable`: host → why.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.unreachable: dict[str, str] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if why := self.unreachable.get(_host(request.url)):
            self.crawler.stats.inc_value("taoxi/robots_unreachable")
            raise FailedFetch(f"robots.txt unreachable: {why}")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status == TOO_MANY_REQUESTS or response.status >= SERVER_ERRORS:
            raise FailedFetch(f"status {response.status}")
        found = 200 <= response.status < 300
        await super()._parse_robots(
            response.replace(body=text_of(response).encode() if found else b""), netloc, request
        )

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # any other IgnoreRequest: a redirect that goes too far, which RFC 9309 takes for no robots.txt
        if isinstance(exc, FailedFetch) or not isinstance(exc, IgnoreRequest):
            self.unreachable[netloc] = reason_of(exc)
            logger.warning(f"{netloc}: robots.txt unreachable ({reason_of(exc)}), so nothing of it is asked for")
        super()._robots_error(exc, netloc)


class Parser(RobotParser):
    """Our own reading of robots.txt, for Scrapy."""

    def __init__(self, text: str) -> None:
        self.rules = RobotsTxt(text)

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls(robotstxt_body.decode("utf-8", "replace"))

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        return self.rules.allowed(_text(url), _text(user_agent))

    def crawl_delay(self, user_agent: str | bytes) -> float | None:
        return self.rules.crawl_delay(_text(user_agent))


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _host(url: str) -> str:
    return urlsplit(url).netloc


def text_of(response: Response) -> str:
    """The text of a robots.txt, whatever it came in, without a byte order mark, be it whole or cut short."""
    mark = MARK.match(response.body)
    body = response.body[mark.end() :] if mark else response.body
    text = decode(body, (response.headers.get("Content-Type") or b"").decode("latin-1"))
    return body.decode("utf-8", "replace") if isinstance(text, Rejected) else text.text
