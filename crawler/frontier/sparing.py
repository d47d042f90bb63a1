"""Which of the pages that wait are not asked for, or not yet, as the same page stands under another URL (`crawler.twins`)."""

from __future__ import annotations

from collections.abc import Callable

from scrapy.statscollectors import StatsCollector

from crawler.frontier import moves, twins
from crawler.frontier.model import Found, State, Waiting, fingerprint
from crawler.frontier.queues import Queues
from crawler.frontier.store import Store
from crawler.hosts import Manners
from crawler.links import host_of
from crawler.twins import Twins, is_spared

SPARED = (twins.REASON, moves.REASON)  # why pages were not asked for that others stand for
TWINS = "taoxi/twins"  # in the crawl's stats: URLs not asked for, as a twin of theirs was read


class Sparing:
    """What twins mean for a crawl's queues; `reload` has these as the store has them."""

    def __init__(
        self,
        store: Store,
        manners: Manners,
        stats: StatsCollector,
        queues: Queues,
        reload: Callable[[], None],
    ) -> None:
        self.store, self.manners = store, manners
        self.twins = Twins(store.twins, self._taken, self._given_back)
        self._stats, self._queues, self._reload = stats, queues, reload
        self._puts_aside, self._has_aside = True, False

    def spares(self, page: Waiting, now: float) -> bool:
        """The page, whose turn it is, is not asked for, as a twin of it was read; or not yet, as one that waits goes first."""
        if self._leads_on(page):
            return True
        for other in self.twins.rewritings.others(page.url) if self.twins.rewritings else ():
            known = self.store.known(other.url)
            if known is None:
                continue
            if known.state is State.DONE and self.twins.is_twin(page.url, other, known.id, self.store.visit(other.url)):
                self._stats.inc_value(TWINS)
                return True
            waits = known.state in (State.QUEUED, State.LEASED) and other.first and self._puts_aside
            if waits and self._is_as_easy(host_of(other.url), page.host, now):
                self.store.twins.put_aside(page.id)
                self._has_aside = True
                return True
        return False

    def _leads_on(self, page: Waiting) -> bool:
        """The page, which would be redirected, is not asked for: the one that it leads to was read, or goes first."""
        target = self.twins.moves.target_of(page.url)
        if target is None or page.parent is None or not is_spared(page.url) or self.store.article_of(page.url):
            return False
        known, visit = self.store.known(target), self.store.visit(page.url)
        if visit and visit.text:
            return False  # it had a page of its own
        if known and (known.state in (State.FAILED, State.ASIDE) or known.reason not in ("", *SPARED)):
            return False
        self._find(target, page)
        if known and known.state is State.DONE:
            self.store.twins.moves.settle(page.id)
            self._stats.inc_value(TWINS)
        else:  # that one may turn out not to be there
            self.store.twins.put_aside(page.id)
            self._has_aside = True
        return True

    def _find(self, url: str, instead_of: Waiting) -> None:
        """The URL waits in the place of the page, unless it is known."""
        parent = self.store.known(instead_of.parent) if instead_of.parent else None
        redirects = instead_of.redirects + 1
        found = Found(
            url, host_of(url), instead_of.priority, instead_of.depth, parent.id if parent else None, redirects
        )
        page = self.store.add(found)
        if page and not self.settles(url, page.id):
            self._queues.push(page)

    def settles(self, url: str, page: int) -> bool:
        """The page that was just queued does not wait: it is the known twin of one that was read."""
        if not self.twins.settles(url, page):
            return False
        self._stats.inc_value(TWINS)
        return True

    def ended(self, url: str) -> None:
        """Pages wait again that were put aside for the page at `url`, which has ended and does not stand for them."""
        if not self._has_aside:
            return
        for _, twin in self.twins.rewritings.made_of(url):
            if self.store.twins.bring_back(fingerprint(twin)):
                self._queues.load_one(host_of(twin))

    def at_end(self) -> None:
        """Where nothing else is left to ask for, those wait that were put aside, and then a sample of known twins."""
        released = self.store.twins.release() if self._has_aside else 0
        self._has_aside, self._puts_aside = False, self._puts_aside and not released
        if not released and not self._queues:
            released = self.twins.sample(self.store.round)
            self._stats.inc_value(TWINS, -released)
        if released:
            self._reload()

    def _is_as_easy(self, name: str, than: str, now: float) -> bool:
        """The host may be asked, and as often as the other one."""
        host = self.store.host(name)
        asked = host.failures == 0 and host.held_until <= now
        return asked and self.manners.delay_of(host) <= self.manners.delay_of(self.store.host(than))

    def _taken(self, page: int, host: str | None) -> None:
        """A page that waited, where it was not put aside on its host, does not do so any longer: a twin of it was read."""
        if host is not None:
            self._queues.remove(host, page)
        self._stats.inc_value(TWINS)

    def _given_back(self, pages: int) -> None:
        """So many pages wait again, for the twins of theirs that were read are none."""
        self._stats.inc_value(TWINS, -pages)
        self._reload()
