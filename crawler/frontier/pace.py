"""When each host is asked: at its own pace, and by one crawler alone where several share the crawl."""

from __future__ import annotations

import random

from scrapy import Request

from crawler import clock
from crawler.frontier.lease import LEASE
from crawler.frontier.model import Host, Waiting
from crawler.frontier.protocol import Faults, PageStore
from crawler.frontier.queues import Queues
from crawler.frontier.sharing import ELSEWHERE, sharing_of
from crawler.hosts import Manners
from crawler.links import host_of


class Pace:
    """The moment from which on each host may be asked: `manners` say when, `sharing` whether it is this crawler's to ask."""

    def __init__(self, store: PageStore, manners: Manners, queues: Queues, faults: Faults) -> None:
        self.manners = manners
        self.sharing = sharing_of(store, self.free_at)
        self.store, self.queues, self._faults = store, queues, faults
        self._chances: dict[str, float] = {}  # host → 0 to 1: by so much of the jitter its delay is longer this time

    def host(self, request: Request) -> Host:
        """What is known of the request's host."""
        return self.store.host(host_of(request.url))

    def free_at(self, name: str) -> float:
        """From when on the host of this name may be asked."""
        host = self.store.host(name)
        delay = self.manners.delay_of(host, self._chances.get(name, 0.0))
        return max(self.manners.free_at(host), host.sent + delay)

    def release(self, name: str) -> None:
        """One request of the host is over; the next follows when that may be."""
        self.queues.release(name, self.free_at(name))

    def push(self, page: Waiting) -> None:
        """The page, which waits on disk, is at hand, where its host is this crawler's to ask."""
        if self.sharing.holds(page.host):
            self.queues.push(page)
        else:
            self.sharing.found_elsewhere()

    def pass_on(self, page: Waiting, now: float) -> None:
        """The page, whose turn it was, is not asked for here, nor others of its host where another crawler holds that."""
        self.queues.release(page.host, now)
        if not self.sharing.holds(page.host):
            self.queues.drop(page.host)
            self.sharing.found_elsewhere()

    def learned(self, host: Host) -> bool:
        """What was learned of the host counts from now on, and is remembered; False where another crawler holds it by now."""
        ready_at, held = self.free_at(host.name), False
        with self._faults:
            held = self.sharing.remember(host, ready_at)
        self.queues.rest(host.name, ready_at)
        return held

    def heard(self, host: Host) -> None:
        """An answer came. A Crawl-delay counts from then on: the host sees no two requests closer than it asked for."""
        if host.crawl_delay:
            host.sent, self._chances[host.name] = clock.now(), 0.0
            self.learned(host)

    def waits(self, request: Request) -> float:
        """How many seconds are left until the request may leave; where none are, it has to leave now."""
        host, now = self.host(request), clock.now()
        if not self._may_ask(host, LEASE in request.meta):
            return ELSEWHERE
        left = self.free_at(host.name) - now
        if left <= 0:
            self._chances[host.name] = random.random()  # noqa: S311 -- no secret
            host.sent = now
            self.manners.spend(host, now)
            if not self.learned(host):
                return ELSEWHERE
            host.sent = clock.now()  # writing down that it leaves took its time
        return left

    def _may_ask(self, host: Host, is_leased: bool) -> bool:
        """The host is this crawler's to ask. A page whose host was lost is another crawler's, so its host is not asked for."""
        ask = self.sharing.holds if is_leased else self.sharing.may_ask
        with self._faults:
            return ask(host.name)
        return False

    def waiting_hosts(self) -> dict[str, tuple[int, float]]:
        """Hosts with pages that wait: how many, and from when on they may be asked."""
        found = {name: (line.waiting, line.ready_at) for name, line in self.queues.lines.items() if line.waiting}
        with self._faults:
            found |= self.sharing.waiting_hosts()
        return found
