"""Which page is asked for next, and which waits on or is given up though its turn has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scrapy.statscollectors import StatsCollector

from crawler.discovery.lists import is_called_list
from crawler.frontier.lease import Leases
from crawler.frontier.model import Waiting
from crawler.frontier.pace import Pace
from crawler.frontier.protocol import PageStore
from crawler.frontier.sparing import Sparing
from crawler.yields import LATER, Verdict, Yields, within

AT_ONCE = 500  # pages passed over before other work has its turn
GIVEN_UP = "taoxi/given_up"  # in the crawl's stats: URLs of endless kinds that were not asked for
PROMISED = 5  # a link that leads to what is looked for with so many % is tried whatever its kind brought so far …
TRIED = 5  # … up to this level of what waits


def judged(page: Waiting, store: PageStore, yields: Yields) -> Waiting | None:
    """The page itself where it is asked for now; as it waits on, behind all else of its host; None where it is given up."""
    if _is_asked_for(page, store):
        return page
    verdict, level = yields.verdict(page.url, round(-page.priority / LATER), page.depth)
    if verdict is Verdict.NOW or store.article_of(page.url):  # an article's parts have an end of their own
        return page
    if page.priority >= PROMISED and level <= TRIED:  # priorities are that high only where something is looked for
        return page
    if verdict is Verdict.LATER:
        return replace(page, priority=within(page.url, page.depth) - LATER * level)
    return None


def _is_asked_for(page: Waiting, store: PageStore) -> bool:
    """A start, a list of pages, and a page that was visited by an earlier run, are asked for in any case."""
    if page.parent is None or page.tries or is_called_list(page.url):
        return True
    return store.round > 1 and store.visit(page.url) is not None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The pages whose turn it is are leased, put back or given up: by twins of theirs (`sparing`), and by their `yields`."""

    pace: Pace
    leases: Leases
    yields: Yields
    sparing: Sparing | None
    stats: StatsCollector

    def leased(self, now: float) -> Waiting | None:
        """The page that is asked for next, under way from now on; None where no host may be asked now."""
        store, queues = self.pace.store, self.pace.queues
        for _ in range(AT_ONCE):
            page = queues.pop(now)
            if page is None:
                return None
            if self.sparing and self.sparing.spares(page, now):
                self.pace.release(page.host)
            elif page.priority <= -LATER and self.leases.are_unread(page.host):
                queues.hold(page)  # what is under way may turn out to be good, and that it leads to, too
            elif (as_judged := judged(page, store, self.yields)) is not page:
                self._put_back(page, as_judged)
            elif store.lease(page.id) and page not in self.leases:
                return page
            else:  # another crawler's by now; or it is under way here, and its host was lost for a while
                self.pace.pass_on(page, now)
        return None

    def _put_back(self, page: Waiting, behind: Waiting | None) -> None:
        """The page waits behind all else of its host from now on, or is given up."""
        self.pace.release(page.host)
        if behind:
            self.pace.store.requeue(page.id, behind.priority, page.tries)
            self.pace.queues.push(behind)
        else:
            self.pace.store.done(page.id, None, "endless")
            self.stats.inc_value(GIVEN_UP)
