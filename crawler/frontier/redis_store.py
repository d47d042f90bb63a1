"""The frontier in Redis, for several crawlers on several machines: the interface of `store.Store`, and who holds which host.

A host is held by one crawler at a time, which alone asks it for pages; what is learned of it (last request, Crawl-delay,
Retry-After, budget) stands in Redis before the next request leaves. A crawler that does not tell for LEASE_SECONDS that it
lives loses what it holds: its pages under way wait again. Links are queued at once, and a page is done only at `commit`,
after its capture is safe on disk: who dies in between leaves pages that are fetched again, and loses none.

Redis has no table of visits: a round of what is due (`--due`) needs the store on disk.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler import clock
from crawler.frontier.due import Visit
from crawler.frontier.model import AT_ONCE, Found, Host, Known, State, Waiting, fingerprint, portions
from crawler.frontier.redis_client import Connection
from pipelines.errors import ConfigurationError

VERSION = 1
LEASE_SECONDS = 15.0
SOON = 90.0  # seconds: a host that has to be left alone for longer is held by nobody meanwhile
MARGIN = 4.0  # seconds before its end from which on a lease is not relied on
ANEW = "move to another database, or empty this one: redis-cli -n NUMBER flushdb"
Terms = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Beat:
    """What a crawler is told when it says that it lives. `held`: host → pages that wait; times by this machine's clock."""

    crawlers: int
    free: int  # hosts with pages that nobody holds, and that may be asked within SOON
    holders: int  # hosts that are held, by whomever
    free_at: float | None  # when the first free host may be asked
    held: dict[str, int]
    wanted: frozenset[str]  # of those held: another crawler waits for them


class RedisStore:
    """The crawl in the Redis database at `url`; `run` counts the pages that this crawler reads.

    Raises ConfigurationError and TaoxiError as `redis_client.Connection` does, StoreFault where Redis fails later.
    """

    due = False

    def __init__(self, url: str, run: str = "") -> None:
        self._call = Connection(url)
        self._run = run
        self.crawler = secrets.token_hex(8)
        self.changes = 0
        self._ended: list[tuple[str | float, ...]] = []
        self._hosts: dict[str, Host] = {}
        self._held: set[str] = set()
        self._sure_until = 0.0  # on the monotonic clock
        self._ahead = float(self._call("time")) - clock.now()  # seconds of Redis' clock before ours
        self._call.set_once("meta", "version", str(VERSION))
        found = int(self._call.get("meta", "version") or 0)
        if found != VERSION:
            message = f"it was written by another version of taoxi ({found}, not {VERSION})"
            raise ConfigurationError(message, where=self.where, hint=ANEW)
        self.round = int(self._call.get("meta", "round") or 0)

    @property
    def where(self) -> str:
        """The database, for messages."""
        return self._call.where

    @property
    def volatile(self) -> bool:
        """Redis writes no append-only file."""
        return self._call.volatile

    def agree(self, always: Terms, together: Terms) -> None:
        """Who shares the crawl tells the same `always`, and `together` with all who work now.

        Terms are values by the names of their options. Raises ConfigurationError, which names what differs.
        """
        before = map(json.loads, self._call("agree", *(json.dumps(one, sort_keys=True) for one in (always, together))))
        for told, found, hint in zip(
            (always, together), before, (ANEW, "tell the same, or wait for them"), strict=True
        ):
            for name in told:
                if told[name] != found.get(name):
                    message = f"{name} is {_shown(found.get(name))} for those who share the crawl, and {_shown(told[name])} here"
                    raise ConfigurationError(message, where=self.where, hint=hint)

    # --- what is known ------------------------------------------------------------------------------------------------

    def host(self, name: str) -> Host:
        """The host of this name, as far as is known here: what others learned of it is told when it is held."""
        if name not in self._hosts:
            self._hosts[name] = Host(0, name)
        return self._hosts[name]

    def queued(self) -> dict[str, int]:
        """The hosts that this crawler holds, and how many pages of them wait."""
        return self.beat().held

    def count(self, state: State) -> int:
        return int(self._call.get("counts", str(int(state))) or 0)

    def fresh(self, urls: Iterable[str]) -> list[str]:
        wanted = list(dict.fromkeys(urls))
        return [url for some in portions(wanted) for url in self._fresh(some)]

    def _fresh(self, urls: list[str]) -> Iterator[str]:
        return (urls[at] for at in self._call("fresh", *map(fingerprint, urls)))

    def known(self, url: str) -> Known | None:
        found = self._call("known", fingerprint(url))
        if found is None:
            return None
        page, state, depth, file, place, reason = found
        return Known(int(page), State(state), depth, (_text(file), int(place)) if file else None, _text(reason))

    def read_pages(self) -> int:
        """How many pages this crawler's run has read, redirects left out."""
        return int(self._call.get("read", self._run) or 0)

    # --- changes ------------------------------------------------------------------------------------------------------

    def add(self, found: Found, *, again: bool = False) -> Waiting | None:
        parent = "" if found.parent is None else found.parent
        numbers = found.priority, found.depth, parent, found.redirects, int(again)
        added = self._call("add", fingerprint(found.url), _bytes(found.url), found.host, *numbers)
        if added is None:
            return None
        page, led = int(added[0]), _text(added[1]) or None
        return Waiting(page, found.url, found.host, found.priority, found.depth, found.redirects, 0, led)

    def first(self, host: Host, most: int) -> list[Waiting]:
        pages = self._call("first", host.name, most)
        return [
            Waiting(int(page), _text(url), host.name, priority, depth, redirects, tries, _text(parent) or None)
            for page, url, priority, depth, redirects, tries, parent in pages
        ]

    def lease(self, page: int) -> bool:
        """The page is under way; False where it is not this crawler's to ask for."""
        return bool(self._call("lease", self.crawler, page))

    def requeue(self, page: int, priority: int, tries: int) -> None:
        """The page waits again, where this crawler still holds its host."""
        self._call("requeue", self.crawler, page, priority, tries)

    def reorder(self, priorities: Mapping[str, int]) -> set[str]:
        told: list[tuple[bytes, int]] = [(fingerprint(url), first) for url, first in priorities.items()]
        hosts: set[str] = set()
        for some in portions(told):
            hosts.update(map(_text, self._call("reorder", *(value for pair in some for value in pair))))
        return hosts

    def done(self, page: int, capture: tuple[str, int] | None, reason: str | None = None) -> None:
        self._end(page, reason, "", capture)

    def fail(self, page: int, reason: str, retry_at: float | None, capture: tuple[str, int] | None = None) -> None:
        self._end(page, reason, "never" if retry_at is None else retry_at + self._ahead, capture)

    def _end(self, page: int, reason: str | None, again: str | float, capture: tuple[str, int] | None) -> None:
        self.changes += 1
        self._ended.append((page, reason or "", again, *(capture or ("", 0))))

    def visit(self, url: str) -> Visit | None:
        """None: visits are not remembered here."""

    def visited(self, url: str, visit: Visit, capture: tuple[str, int] | None) -> None:
        """Nothing is remembered."""

    def want_whole(self, url: str) -> None:
        """Every page is captured whole."""

    def tell_part(self, url: str, article: str) -> None:
        self._call.set_once("parts", fingerprint(url), _bytes(article))

    def article_of(self, url: str) -> str | None:
        found = self._call.get("parts", fingerprint(url))
        return None if found is None else _text(found)

    def save(self, host: Host) -> None:
        """How the host is to be treated is remembered, where this crawler holds it."""
        self.remember(host, max(host.held_until, host.sent))

    def remember(self, host: Host, ready_at: float) -> bool:
        """What is known of a host stands in Redis now, with the time from which it may be asked; False where it is not held."""
        ahead = self._ahead
        held_until = host.held_until + ahead if host.held_until else 0.0
        sent = host.sent + ahead if host.sent else 0.0
        values = host.crawl_delay, held_until, host.failures, host.day, host.spent, sent
        return bool(self._call("remember", self.crawler, host.name, " ".join(map(repr, (*values, ready_at + ahead)))))

    def commit(self, known_to: Mapping[str, int] | None = None) -> None:
        """Pages that ended are so for all crawlers; `known_to` as the store on disk has it."""
        ended, self._ended = self._ended, []
        for some in portions(ended):
            self._tell_ended(some, {})
        if known_to:
            self._tell_ended([], known_to)
        self.changes = 0

    def _tell_ended(self, pages: list[tuple[str | float, ...]], known_to: Mapping[str, int]) -> None:
        told = (value for page in pages for value in page)
        places = (value for pair in known_to.items() for value in pair)
        self._call("ended", self.crawler, self._run, len(pages), *told, *places)

    def close(self) -> None:
        self._call.close()

    # --- the beginning of a run ---------------------------------------------------------------------------------------

    def recover(self, now: float) -> int:
        """What dead crawlers held, and what failed and may be asked for again, waits; gives how many pages of the latter."""
        found = 0
        while some := self._call("recover", now + self._ahead, AT_ONCE):
            found += some
        return found

    def begin_round(
        self, run: str, *, keep_queue: bool = True, articles: Iterable[str] = (), due_until: float | None = None
    ) -> None:
        """This run is one of the crawl's round, a new one where nothing waits and nobody works.

        Raises ConfigurationError where it is to ask for what is due.
        """
        if due_until is not None:
            hint = "crawl without --frontier: the store on disk remembers visits"
            raise ConfigurationError("a shared frontier does not know what is due", where=self.where, hint=hint)
        self.round = self._call("begin_round", run)
        self.tell_articles(articles)

    def refetch(self) -> None:
        """The next round asks for known articles, too. Raises ConfigurationError where one that does not is under way."""
        if not self._call("refetch"):
            hint = "let it end first, without --refetch"
            raise ConfigurationError("the shared crawl is under way", where=self.where, hint=hint)

    def tell_articles(self, urls: Iterable[str]) -> None:
        """The URLs' pages are known articles, which no crawler asks for again by itself."""
        for some in portions(urls):
            self._call("articles", *(value for url in some for value in (fingerprint(url), _bytes(url))))

    def known_to(self, file: str) -> int:
        return int(self._call.get("captures", file) or 0)

    def forget_beyond(self, file: str, size: int) -> int:
        last = self._call.get("ends", file)
        if last is None or float(last) < size:
            return 0
        if self.known_to(file) > size:
            self.commit({file: size})
        return sum(self._call("forget_beyond", file, size, *some) for some in self._call.page_ids())

    # --- who holds what -----------------------------------------------------------------------------------------------

    def beat(self) -> Beat:
        """Others know that this crawler lives, for LEASE_SECONDS. Raises StoreFault where Redis was started anew."""
        self._call.require_same_server()
        began = time.monotonic()
        crawlers, free, holders, free_at, *told = self._call("beat", self.crawler, LEASE_SECONDS, SOON)
        self._sure_until = began + LEASE_SECONDS - MARGIN
        names = list(map(_text, told[::3]))
        self._held.intersection_update(names)
        for name in names:
            self.take_one(name)  # one that was handed over: what is known of it is not known here
        wanted = frozenset(name for name, others in zip(names, told[2::3], strict=True) if others)
        first = float(free_at) - self._ahead if free_at else None
        return Beat(crawlers, free, holders, first, dict(zip(names, told[1::3], strict=True)), wanted)

    def take(self, most: int, latest: float) -> dict[str, int]:
        """Free hosts are held now, at most so many, that may be asked by `latest`; host → pages that wait."""
        return dict(map(self._taken, self._call("take", self.crawler, most, latest + self._ahead)))

    def take_one(self, name: str) -> bool:
        """The host is held by this crawler; False where another one holds it, which is asked to hand it over."""
        if name in self._held:
            return True
        found = self._call("take_one", self.crawler, name)
        if found:
            self._taken(found)
        return bool(found)

    def _taken(self, found: tuple[bytes, bytes, int]) -> tuple[str, int]:
        name, values, count = _text(found[0]), found[1].split(), found[2]
        host = self.host(name)
        delay, held_until, failures, day, spent, sent = map(float, values[:6] or [b"0"] * 6)
        host.crawl_delay, host.held_until = delay, held_until - self._ahead if held_until else 0.0
        host.failures, host.day, host.spent = int(failures), int(day), int(spent)
        host.sent = max(host.sent, sent - self._ahead if sent else 0.0)
        self._held.add(name)
        return name, count

    def is_sure(self) -> bool:
        """Nobody can have taken from this crawler what it holds: it told in time that it lives."""
        return time.monotonic() < self._sure_until

    def holds(self, name: str) -> bool:
        """No other crawler asks the host for pages now."""
        return name in self._held and self.is_sure()

    @property
    def held(self) -> frozenset[str]:
        """The hosts that this crawler holds, as far as it knows."""
        return frozenset(self._held)

    def give_back(self, hosts: Iterable[str]) -> None:
        """Others may hold these hosts; pages of them that were under way wait."""
        for some in portions(list(hosts)):
            self._call("give_back", self.crawler, *some)
            self._held.difference_update(some)

    def leave(self) -> None:
        """This crawler holds nothing and is gone."""
        self._call("leave", self.crawler)
        self._held.clear()

    def waiting_hosts(self, most: int = 100) -> dict[str, tuple[int, float]]:
        """Hosts that nobody holds, with how many pages wait and from when on they may be asked; those that may first."""
        found = self._call("waiting_hosts", most)
        return {_text(name): (count, float(ready) - self._ahead) for name, count, ready in found}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _shown(value: object) -> str:
    told = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return told or (str(value) if isinstance(value, float) else "not told")  # a delay of 0.0 is one
