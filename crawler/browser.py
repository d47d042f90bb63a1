"""Pages that only scripts fill are rendered in Chromium, whose every request goes through the crawl's own downloader.

The browser gets the page as it was served, and has no way to the network: what its scripts ask for is fetched under the
crawl's guards (robots.txt, private addresses, sizes, the host's pace), and everything else is refused. The page as it
then stands is captured as a WARC `resource` record behind the response, so that a rebuild needs no browser.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from crawler.capture import CaptureMiddleware
from crawler.frontier.lease import LEASE, PART_OF_PAGE
from crawler.optouts import OPT_OUT
from crawler.revisits import is_unchanged
from pipelines.decode import Decoded, decode
from pipelines.errors import ConfigurationError
from pipelines.model import Document, Page, Reason
from pipelines.optout import OptOut
from pipelines.recipe import read_safely
from pipelines.shells import leads_on_at_once

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page as Tab
    from playwright.async_api import Playwright, Route

logger = logging.getLogger(__name__)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOWHERE = "http://127.0.0.1:9"  # the discard port: what got past us gets no further
ARGUMENTS = ("--proxy-bypass-list=<-loopback>", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp")
FEW_CHARS = 200  # of visible text: a page that has more shows itself
FEW_LINKS = 5
AT_ONCE = 2  # pages in the browser
MOST_REQUESTS = 40  # of one page's scripts
PATIENCE = 2.0  # seconds to read a page that may be leading elsewhere
LONGEST = 8.0  # seconds for a page to fill
QUIET = 3.0  # seconds without a request, after which an empty page stays so
GLANCE = 0.1  # seconds between two looks at a page that is still empty
CACHE_BYTES = 32 << 20  # of scripts, which a site's pages have in common
NO_OPT_OUT = OptOut()
SCRIPTED = frozenset({"script", "xhr", "fetch"})


def require_browser(program: str = "") -> str:
    """Where Chromium is. Raises ConfigurationError where it, or playwright, is not installed."""
    if find_spec("playwright") is None:
        raise ConfigurationError("playwright is not installed", hint="pip install 'taoxi[browser]'")
    found = program or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        raise ConfigurationError(
            "no Chromium on this machine", hint="apt-get install chromium, or -s TAOXI_CHROMIUM=PATH"
        )
    return found


def looks_unfilled(page: Page) -> bool:
    """Whether the page has scripts, and next to nothing to read or follow without them.

    Code that leads elsewhere at once has nothing to show; code that may do so (for a visitor who signs in, or an old
    browser) fills pages as well.
    """
    if b"<script" not in page.body.lower():
        return False
    document = read_safely(page)
    if not isinstance(document, Document):
        leads_on = document.reason is Reason.REDIRECT and _leads_on_at_once(page)
        return document.reason in (Reason.NO_TEXT, Reason.REDIRECT) and not leads_on
    layout = document.layout
    return not layout.embedded and sum(map(len, layout.texts)) < FEW_CHARS and len(layout.anchors) < FEW_LINKS


def _leads_on_at_once(page: Page) -> bool:
    text = decode(page.body, page.headers.get("content-type"))
    return isinstance(text, Decoded) and leads_on_at_once(text.text)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content_type: str
    body: bytes


class Browser:
    """A downloader middleware: pages that look unfilled, and those of sources with `browser = true`, come rendered."""

    def __init__(self, crawler: Crawler) -> None:
        self.mode = crawler.settings["TAOXI_BROWSER"]
        if not self.mode:
            raise NotConfigured("no TAOXI_BROWSER")
        self.crawler = crawler
        self.program = require_browser(crawler.settings["TAOXI_CHROMIUM"])
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._scripts: OrderedDict[str, _Answer] = OrderedDict()
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        if not self._is_wanted(request, response):
            return response
        from playwright.async_api import Error

        try:
            async with self._turns, asyncio.timeout(3 * LONGEST):
                html = await self._rendered(request, response)
        except (Error, TimeoutError, OSError) as error:
            self.crawler.stats.inc_value("taoxi/render_failed")
            logger.warning(f"{response.url}: not rendered: {str(error).partition(chr(10))[0]}")
            return response
        self.crawler.stats.inc_value("taoxi/rendered")
        headers = response.headers | {"Content-Type": "text/html; charset=utf-8"}
        body = html.encode("utf-8", "replace")
        shown = HtmlResponse(response.url, response.status, headers, body, request=request)
        if capture := self.crawler.get_downloader_middleware(CaptureMiddleware):
            capture.rendered(request, shown)
        return shown

    def _is_wanted(self, request: Request, response: Response) -> bool:
        if (
            LEASE not in request.meta
            or is_unchanged(request.meta)
            or request.meta.get(OPT_OUT, NO_OPT_OUT).reasons
            or response.status != 200
            or not isinstance(response, HtmlResponse)
        ):
            return False
        renders = getattr(self.crawler.spider, "renders", None)
        if renders is not None and renders(response.url):
            return True
        told = {"content-type": (response.headers.get("Content-Type") or b"").decode("latin-1")}
        return self.mode == "auto" and looks_unfilled(Page(response.url, response.body, None, 200, told))

    async def _rendered(self, request: Request, response: Response) -> str:
        """The page as it stands once its scripts have nothing more to ask for, or LONGEST has passed.

        One that shows next to nothing then is given QUIET more: timers fill pages, too.
        """
        from playwright.async_api import Error

        chromium = await self._started()
        context = await chromium.new_context(
            user_agent=str(self.crawler.settings["USER_AGENT"]), service_workers="block", accept_downloads=False
        )
        try:
            tab = await context.new_page()
            visit = _Visit(self, tab, response)
            await visit.begin()
            last = time.monotonic() + LONGEST
            # a script that leads elsewhere interrupts the one, and leaves the page for the other
            arrived = partial(tab.goto, response.url, wait_until="networkidle")
            for waited in (arrived, partial(tab.wait_for_load_state, "networkidle")):
                if (left := last - time.monotonic()) > 0:
                    with suppress(Error):  # what stands there counts
                        await waited(timeout=left * 1000)
            while time.monotonic() < min(last, visit.heard + QUIET) and await _is_empty(tab):
                await asyncio.sleep(GLANCE)
            return await _content(tab)
        finally:
            await context.close()

    async def _started(self) -> Chromium:
        from playwright.async_api import async_playwright

        async with self._starting:
            if self._chromium is None or not self._chromium.is_connected():
                self._playwright = self._playwright or await async_playwright().start()
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=self.program,
                    args=list(ARGUMENTS),
                    proxy={"server": NOWHERE},
                    chromium_sandbox=os.geteuid() != 0,  # as root it does not start with one
                )
        return self._chromium

    async def fetched(self, url: str) -> _Answer | None:
        """What a page's script asked for; None where the crawl may not have it, or does not get it."""
        if url in self._scripts:
            self._scripts.move_to_end(url)
            return self._scripts[url]
        try:
            response = await self.crawler.engine.download_async(
                Request(url, meta={PART_OF_PAGE: True}, dont_filter=True)
            )
        except Exception as error:  # whatever keeps a request from being answered keeps the script from it
            logger.debug(f"{url}: {error}")
            return None
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        answer = _Answer(response.status, kind, response.body)
        if "javascript" in kind and response.status == 200:
            self._remember(url, answer)
        return answer

    def _remember(self, url: str, answer: _Answer) -> None:
        self._scripts[url] = answer
        while sum(len(one.body) for one in self._scripts.values()) > CACHE_BYTES:
            self._scripts.popitem(last=False)

    async def _close(self) -> None:
        if self._chromium:
            await self._chromium.close()
        if self._playwright:
            await self._playwright.stop()


async def _is_empty(tab: Tab) -> bool:
    """Whether the page shows next to no text. One that is leading elsewhere gives no answer, and is not waited for."""
    from playwright.async_api import Error

    with suppress(Error, TimeoutError):
        shown = await asyncio.wait_for(tab.locator("body").inner_text(), PATIENCE)
        return len("".join(shown.split())) < FEW_CHARS
    return False


async def _content(tab: Tab) -> str:
    """The page as it stands."""
    from playwright.async_api import Error

    with suppress(Error, TimeoutError):
        return await asyncio.wait_for(tab.content(), PATIENCE)
    # one that is leading elsewhere is never ready for playwright, which waits for the end of that; Chromium itself does not
    session = await tab.context.new_cdp_session(tab)
    await session.send("Page.stopLoading")
    root = await session.send("DOM.getDocument", {"depth": 0})
    outer = await session.send("DOM.getOuterHTML", {"nodeId": root["root"]["nodeId"]})
    return str(outer["outerHTML"])


class _Visit:
    """One page in the browser: its requests are answered by us."""

    def __init__(self, browser: Browser, tab: Tab, response: Response) -> None:
        self._browser, self._tab, self._response = browser, tab, response
        self._asked = 0
        self.heard = time.monotonic()  # when something was asked for or answered last

    async def begin(self) -> None:
        await self._tab.context.route("**/*", self._answered)
        await self._tab.context.route_web_socket("**/*", lambda socket: socket.close())

    async def _answered(self, route: Route) -> None:
        from playwright.async_api import Error

        self.heard = time.monotonic()
        with suppress(Error):  # who asked is gone
            await self._answer(route)
        self.heard = time.monotonic()

    async def _answer(self, route: Route) -> None:
        asked, response = route.request, self._response
        if asked.is_navigation_request() and asked.frame == self._tab.main_frame and not self._asked:
            self._asked = 1
            kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
            await route.fulfill(status=200, headers={"Content-Type": kind}, body=response.body)
            return
        self._asked += 1
        if asked.is_navigation_request():
            await route.fulfill(status=204)  # no content: the page stays, where a refusal would show an error page
            return
        answer: _Answer | None = None
        if asked.resource_type in SCRIPTED and asked.method == "GET" and self._asked <= MOST_REQUESTS:
            answer = await self._browser.fetched(asked.url)
        if answer is None:
            await route.abort()
            return
        headers = {"Content-Type": answer.content_type, "Access-Control-Allow-Origin": "*"}
        await route.fulfill(status=answer.status, headers=headers, body=answer.body)
