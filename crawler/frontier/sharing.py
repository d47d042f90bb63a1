"""Which hosts a crawler asks for pages, beside others: its share of them, each held by one crawler at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

from crawler import clock
from crawler.frontier.model import Host
from crawler.frontier.protocol import PageStore
from crawler.frontier.queues import Queues
from crawler.frontier.redis_store import SOON, RedisStore

MOST_HOSTS = 4096  # held by one crawler
ELSEWHERE = 1.0  # seconds until a request whose host another crawler holds may try again


class Sharing:
    """A crawler's part in a shared crawl. `ready_at` tells from when on a host may be asked."""

    def __init__(self, store: RedisStore, ready_at: Callable[[str], float]) -> None:
        self.store = store
        self._ready_at = ready_at
        self._others_work = False
        self._free_at: float | None = None

    def sync(self, queues: Queues, busy: Collection[str], *, anew: bool = False) -> None:
        """This crawler lives on with its share of the hosts, and its queues, empty or not, are as Redis has them.

        `busy` are the hosts with requests under way: they are not given back. What has ended has to be committed before.
        """
        beat, now = self.store.beat(), clock.now()
        others = beat.holders - len(beat.held)
        self._others_work, self._free_at = others > 0, beat.free_at
        idle = beat.held.keys() - busy
        useless = {name for name in idle if not beat.held[name] or self._ready_at(name) > now + SOON}
        # the first to go: what others wait for, then what has the fewest pages
        useful = sorted(beat.held.keys() - useless, key=lambda name: (name not in beat.wanted, beat.held[name], name))
        share = min(MOST_HOSTS, math.ceil((beat.free + len(useful) + others) / max(1, beat.crawlers)))
        surplus = useful[: max(len(beat.wanted.intersection(useful)), len(useful) - share)]
        self.store.give_back(useless.union(surplus).difference(busy))
        held = {name: beat.held[name] for name in useful[len(surplus) :]}
        taken = self.store.take(share - len(held), now + SOON) if beat.free and len(held) < share else {}
        for name in beat.held.keys() - held.keys():
            if beat.held[name]:
                self.found_elsewhere(self._ready_at(name))
        # one to be given back that is busy is asked for no more meanwhile
        for name in queues.lines.keys() - held.keys() - taken.keys():
            queues.drop(name)
        for name, waiting in (held | taken).items():
            if name not in queues.lines or queues.lines[name].waiting != waiting:
                queues.load(name, waiting, self._ready_at(name))

    def found_elsewhere(self, ready_at: float = 0.0) -> None:
        """A page waits whose host this crawler does not hold."""
        self._free_at = ready_at if self._free_at is None else min(self._free_at, ready_at)

    def remember(self, host: Host, ready_at: float) -> bool:
        """What is known of the host stands in Redis, with when its next request may leave.

        False where the host is another crawler's by now.
        """
        return self.store.remember(host, ready_at)

    def holds(self, host: str) -> bool:
        """No other crawler asks the host now."""
        return self.store.holds(host)

    def may_ask(self, host: str) -> bool:
        """The host is held by this crawler, from now on where it was free; else it will be when its holder is done."""
        return self.store.holds(host) or (self.store.is_sure() and self.store.take_one(host))

    def save(self) -> None:
        """Nothing: what is known of hosts stands in Redis already."""

    def tell_article(self, url: str) -> None:
        """The page at `url` is a whole article: nobody asks for it in a later round."""
        self.store.tell_articles((url,))

    def waiting_hosts(self) -> dict[str, tuple[int, float]]:
        """Hosts that nobody holds, with pages that wait: how many, and from when on they may be asked."""
        return self.store.waiting_hosts()

    def leave(self, busy: Collection[str]) -> None:
        """Others may take over. Hosts with requests that were cut short are believed to be asked until the lease ends."""
        if busy:
            self.store.give_back(self.store.held.difference(busy))
        else:
            self.store.leave()

    def pending(self, latest: float) -> bool:
        """Others may still find pages, or pages wait that nobody holds and that may be asked for by then."""
        return self._others_work or (self._free_at is not None and self._free_at <= latest)

    @property
    def waits(self) -> bool:
        """Pages wait that nobody holds."""
        return self._free_at is not None


class Alone:
    """A crawler that shares its crawl with nobody, in the same words: every host is its own."""

    waits = False

    def __init__(self, store: PageStore, ready_at: Callable[[str], float]) -> None:
        self.store = store
        self._ready_at = ready_at
        self._learned: dict[str, Host] = {}  # to be saved

    def sync(self, queues: Queues, busy: Collection[str], *, anew: bool = False) -> None:
        if anew:
            for name, waiting in self.store.queued().items():
                queues.load(name, waiting, self._ready_at(name))

    def found_elsewhere(self, ready_at: float = 0.0) -> None: ...

    def remember(self, host: Host, ready_at: float) -> bool:
        self._learned[host.name] = host
        return True

    def save(self) -> None:
        """What is known of hosts is in the store."""
        learned, self._learned = self._learned, {}
        for host in learned.values():
            self.store.save(host)

    def tell_article(self, url: str) -> None: ...

    def waiting_hosts(self) -> dict[str, tuple[int, float]]:
        return {}

    def holds(self, host: str) -> bool:
        return True

    def may_ask(self, host: str) -> bool:
        return True

    def leave(self, busy: Collection[str]) -> None: ...

    def pending(self, latest: float) -> bool:
        return False


def sharing_of(store: PageStore, ready_at: Callable[[str], float]) -> Sharing | Alone:
    """The crawler's part in the crawl on this store."""
    return Sharing(store, ready_at) if isinstance(store, RedisStore) else Alone(store, ready_at)
