"""What a request carries while its page is under way."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request

from crawler.discovery.lists import MOST_BYTES, may_be_list
from crawler.frontier.model import Waiting

# names in request.meta
LEASE = "taoxi_page"  # the page's id in the frontier
CAPTURE = "taoxi_capture"  # (file, place) of the last answer
TRIES = "taoxi_tries"  # how often it was tried in vain
PART_OF_PAGE = "taoxi_part_of_page"  # no page: what a page's scripts ask for while it is rendered
LED_HERE = "taoxi_led_here"  # the page that the link stands on


@dataclass(slots=True)
class Lease:
    """A page under way; `over`: its download is, and the host may be asked for the next one."""

    page: Waiting
    request: Request
    over: bool = False


def request_of(page: Waiting) -> Request:
    """The request for a page, as if it came from the page that led to it."""
    meta: dict[str, object] = {LEASE: page.id, "depth": page.depth, TRIES: page.tries}
    if page.redirects:
        meta["redirect_times"] = page.redirects
    if may_be_list(page.url):
        meta["download_maxsize"] = MOST_BYTES  # the protocol's own limit, above the one of pages
    headers = {}
    if page.parent:
        meta[LED_HERE] = page.parent
        if page.url.startswith("https:") or page.parent.startswith("http:"):
            headers["Referer"] = page.parent
    return Request(page.url, headers=headers, meta=meta, priority=page.priority, dont_filter=True)
