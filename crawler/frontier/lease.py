"""The pages under way, and what a request carries while its page is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scrapy import Request

from crawler.discovery.lists import MOST_BYTES, may_be_list
from crawler.frontier.model import ANYWHERE, Waiting

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


class Leases:
    """The pages under way. A page ends when it was read: until then its host has one that is `unread`."""

    def __init__(self) -> None:
        self._of_pages: dict[int, Lease] = {}
        self._of_hosts: Counter[str] = Counter()
        self._files: set[str] = set()  # captures with answers whose page has not ended
        self.downloads = 0  # pages whose download is not over

    def __contains__(self, page: Waiting) -> bool:
        return page.id in self._of_pages

    def of(self, request: Request) -> Lease | None:
        """The lease that the request is for; None where it is for no page under way."""
        return self._of_pages.get(request.meta.get(LEASE, -1))

    def begin(self, page: Waiting, request: Request) -> None:
        """The page is under way."""
        self._of_pages[page.id] = Lease(page, request)
        self._of_hosts[page.host] += 1
        self.downloads += 1

    def over(self, lease: Lease) -> bool:
        """The page's download is over; False where it was so already."""
        before, lease.over = lease.over, True
        self.downloads -= not before
        return not before

    def end(self, lease: Lease) -> None:
        """The page is so no longer."""
        del self._of_pages[lease.page.id]
        self._of_hosts[lease.page.host] -= 1
        if not self._of_hosts[lease.page.host]:
            del self._of_hosts[lease.page.host]

    @property
    def hosts(self) -> set[str]:
        """Those with pages under way."""
        return set(self._of_hosts)

    def are_unread(self, host: str) -> bool:
        """Pages of the host are under way: what they say is not known yet."""
        return host in self._of_hosts

    def known_to(self, end: tuple[str, int]) -> dict[str, int]:
        """Of each capture file, the place before which every answer is one of a page that ended; `end` is that of the last."""
        metas = [lease.request.meta for lease in self._of_pages.values()]
        unread: list[tuple[str, int]] = [meta[CAPTURE] for meta in metas if CAPTURE in meta]
        known = {file: end[1] if file == end[0] else ANYWHERE for file in self._files | {end[0]}}
        for file, place in unread:
            known[file] = min(place, known.get(file, place))
        self._files = {file for file, _ in unread} | {end[0]}
        return known


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
