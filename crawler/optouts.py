"""Opt-outs as a crawl meets them: a host's ai.txt and tdmrep.json are read once, and each response is judged as it comes.

ai.txt (Spawning's) is read as robots.txt is, and a page that it disallows is not asked for; a TDM reservation of a host may
be taken back by the page's own header or meta, so such a page is asked for, and judged.
"""

from __future__ import annotations

import re
from asyncio import Task, ensure_future, shield
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.robots_txt import RobotsTxt
from pipelines.decode import decode
from pipelines.model import Page, Rejected
from pipelines.optout import AGENT, AI_TXT, POLICIES, ROBOTS_HEADER, TDMREP, OptOut, TdmRep, opt_out
from pipelines.parse import metas_of
from pipelines.sources.compression import TooLarge, decoded

OPT_OUT = "taoxi_opt_out"  # request.meta: what was judged of its response
POLICY = "taoxi_policy"  # request.meta: it asks for a host's policy, and only what is found is captured
FIRST = 999  # before any page, after robots.txt
MOST_BODY = 16 << 20
TELLING = (b"robots", b"tdm-reservation", AGENT.encode())  # a body without these words has no meta that tells anything
LETTER = re.compile(  # … unless it writes a letter of them, or the hyphen, as a reference
    rb"&#(?:0*(?:45|6[5-9]|[789]\d|1[01]\d|12[0-2])(?!\d)|x0*(?:2d|[46][1-9a-f]|[57][0-9a])(?![0-9a-f]))"
)


class OptedOut(IgnoreRequest):
    """A page that is not asked for, because its host's ai.txt says so."""


def is_policy(url: str) -> bool:
    """The URL is that of a host's robots.txt, ai.txt or tdmrep.json: no page."""
    return url.endswith("/robots.txt") or urlsplit(url).path in POLICIES


@dataclass(frozen=True, slots=True)
class Policy:
    """What a host says of all its pages."""

    ai_txt: RobotsTxt = field(default_factory=lambda: RobotsTxt(""))
    tdmrep: TdmRep = field(default_factory=TdmRep)


class OptOuts:
    """A downloader middleware behind that of robots.txt: the host's policy is known before its first page is asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._policies: dict[str, Task[Policy]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if is_policy(request.url) or request.meta.get(POLICY) or request.meta.get("dont_obey_robotstxt"):
            return  # a policy itself, or where one was moved to
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._policies:
            self._policies[origin] = ensure_future(self._asked(origin))
        policy = await shield(self._policies[origin])
        if not policy.ai_txt.allowed(request.url, AGENT):
            self.crawler.stats.inc_value("taoxi/ai_txt_disallowed")
            raise OptedOut("disallowed (ai.txt)")

    def reserves(self, url: str) -> bool:
        """The host's tdmrep.json reserves what is at the URL."""
        parts = urlsplit(url)
        task = self._policies.get(f"{parts.scheme}://{parts.netloc}")
        known = task is not None and task.done() and not task.cancelled() and not task.exception()
        return task is not None and known and task.result().tdmrep.reserves(url)

    async def _asked(self, origin: str) -> Policy:
        return Policy(
            RobotsTxt(await self._text(origin + AI_TXT)), TdmRep.of(await self._text(origin + TDMREP, json=True))
        )

    async def _text(self, url: str, *, json: bool = False) -> str:
        """What the host says there; "" where it has no such file, or an error page in its place."""
        request = Request(url, priority=FIRST, meta={POLICY: True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception:  # whatever it was, the log and the capture have it
            return ""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        text = decode(response.body, kind)
        if response.status != 200 or isinstance(text, Rejected) or ("html" in kind.lower() and not json):
            return ""
        return text.text


def judge(response: Response, page: Page, *, site_reserves: bool) -> OptOut:
    """What the publisher says of a response as served; the page is parsed only where a meta may tell something."""
    body = _plain(response)
    metas: Mapping[str, str] = {}
    if b"\0" in body[:1024] or _may_tell(body.lower()):
        text = decode(body, page.headers.get("content-type"))
        metas = {} if isinstance(text, Rejected) else metas_of(text.utf8 or text.text)
    return opt_out(page, metas, site_reserves=site_reserves)


def _may_tell(body: bytes) -> bool:
    """A parse may find a telling meta. Where its tag begins and ends is not searched for: that takes quadratic time."""
    return b"<meta" in body and (any(word in body for word in TELLING) or LETTER.search(body) is not None)


def _plain(response: Response) -> bytes:
    """The body without content encodings; b"" where it is larger than any page."""
    codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
    body = response.body
    try:
        for coding in reversed(codings.split(",")):
            body = decoded(body, coding.strip(), MOST_BODY)
    except TooLarge:
        return b""
    return body


def headers_of(response: Response) -> dict[str, str]:
    """Lower-case names; repeated ones joined by ", ", X-Robots-Tag by line breaks."""
    return {
        name.decode("latin-1").lower(): (b"\n" if name.lower() == ROBOTS_HEADER.encode() else b", ")
        .join(values)
        .decode("latin-1")
        for name, values in response.headers.items()
    }
