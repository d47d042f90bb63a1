"""python -m benchmarks.traps_in_memory: the traps benchmark without a network: a site in seconds, with pages that are read late.

The order of requests and the verdicts on them are the crawl's own; twins, sitemaps, failures and parts of articles are left out.
Sites without a trap, whose links are marked, are among them.
`--late N`: up to N pages, by chance, are asked for and not yet read. An example: `--site portal --late 12 --runs 5`.
"""

from __future__ import annotations

import argparse
import heapq
import random
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from benchmarks.table import show
from benchmarks.trap_sites.made import MadeSite
from benchmarks.trap_sites.marked import MARKED
from benchmarks.traps import MOST, SITES
from crawler.frontier.model import Found
from crawler.links import host_of
from crawler.seen import Seen, next_first
from crawler.traps import is_trap
from crawler.yields import LATER, Verdict, Yields, within
from pipelines.model import Page
from pipelines.recipe import finish_many, laid_out, read_safely
from pipelines.templates import NO_TEMPLATES
from pipelines.topic import NO_TOPIC

ALL = SITES | MARKED
URL = "http://made.test"
TODAY = date.today()  # noqa: DTZ011 -- a year is all that is looked at
Entry = tuple[tuple[int, int], Found, str | None]  # what goes first: priority and number; the page that told it


@dataclass
class Crawl:
    """One crawl of a site: what was asked for, and what waits."""

    site: MadeSite
    chance: random.Random
    late: int
    yields: Yields = field(default_factory=Yields)
    asked: Counter[str] = field(default_factory=Counter)  # path → requests
    known: set[str] = field(default_factory=set)
    waiting: list[Entry] = field(default_factory=list)
    unread: deque[tuple[Found, str | None]] = field(default_factory=deque)

    def run(self) -> Crawl:
        """The site is crawled to its end, or to MOST times its real pages."""
        self._find(Found(f"{URL}/", host_of(URL), 0), None)
        while self.asked.total() < MOST * len(self.site.pages) and (self.waiting or self.unread):
            while self.unread and (not self.waiting or len(self.unread) > self.chance.randint(0, self.late)):
                self._read(*self.unread.popleft())
            if self.waiting:
                self._ask(*heapq.heappop(self.waiting))
        return self

    def _ask(self, rank: tuple[int, int], found: Found, parent: str | None) -> None:
        level = round(rank[0] / LATER)
        if level > 0 and self.unread:  # as the frontier holds it
            heapq.heappush(self.waiting, (rank, found, parent))
            self._read(*self.unread.popleft())
            return
        verdict, back = self.yields.verdict(found.url, level, found.depth) if parent else (Verdict.NOW, 0)
        if verdict is Verdict.LATER:
            behind = LATER * back - within(found.url, found.depth)
            heapq.heappush(self.waiting, ((behind, rank[1]), found, parent))
        elif verdict is Verdict.NOW:
            self.asked[found.url.removeprefix(URL)] += 1
            self.yields.asked(found.url)
            self.unread.append((found, parent))

    def _read(self, asked: Found, parent: str | None) -> None:
        seen, url = looked_at(self.site, asked.url.removeprefix(URL)), asked.url
        if seen.page.status >= 400:
            self.yields.failed(url)
        elif seen.page.status >= 300:
            for link in seen.links:
                is_new = self._find(Found(link.url, host_of(URL), asked.priority, asked.depth), parent)
                self.yields.moved(url, link.url, is_known=not is_new)
        else:
            shown, depth = [link.url for link in seen.links], asked.depth + 1
            fresh = [one for one in dict.fromkeys(shown) if one.startswith(f"{URL}/") and one not in self.known]
            told = [Found(one, host_of(URL), -depth, depth) for one in fresh if not is_trap(one, TODAY)]
            for found in next_first(told, seen.following):
                self._find(found, url)
            self.yields.read(url, parent, seen.article, seen.lines, [one.url for one in told], shown, seen.whole)

    def _find(self, found: Found, parent: str | None) -> bool:
        is_new = found.url not in self.known
        if is_new:
            self.known.add(found.url)
            heapq.heappush(self.waiting, ((-found.priority, len(self.known)), found, parent))
        return is_new


PAGES: dict[tuple[str, str], Seen] = {}  # site and path → the page; the same in all of a site's crawls


def looked_at(site: MadeSite, path: str) -> Seen:
    """The site's page, cleaned."""
    if (site.name, path) not in PAGES:
        status, body, target = site.answer(path)
        headers = {"content-type": "text/html; charset=utf-8"} | ({"location": target} if target else {})
        page = Page(f"{URL}{path}", body.encode(), datetime.now(UTC), status, headers)
        outcome = finish_many([page], [read_safely(page)], NO_TEMPLATES, NO_TOPIC, True)[0] if status < 300 else None
        PAGES[site.name, path] = Seen(page, laid_out(page), outcome)
    return PAGES[site.name, path]


def main() -> int:
    """The table is printed; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", choices=ALL, action="append", help="default: all")
    parser.add_argument("--late", type=int, default=0, metavar="N")
    parser.add_argument("--runs", type=int, default=1, metavar="N")
    args = parser.parse_args()
    rows = []
    for name in args.site or ALL:
        site = ALL[name]()
        site.traps = [trap for trap in site.traps if not trap.is_babble]
        for run in range(args.runs):
            crawl = Crawl(site, random.Random(run), args.late).run()  # noqa: S311 -- no secret
            reached = len(site.pages.keys() & set(map(site.bare, crawl.asked)))
            trapped = crawl.asked.total() - reached
            share = f"{trapped / crawl.asked.total():.1%}"
            rows.append((name, run, crawl.asked.total(), f"{reached} of {len(site.pages)}", trapped, share))
    show(("site", "run", "requests", "real pages reached", "requests for others", "share, target <= 1 %"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
