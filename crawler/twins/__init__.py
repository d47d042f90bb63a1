"""Twins: one article under several URLs (m. and www., amp, http and https, index.html, …) is asked for once, not lost.

What a page says of its address (rel=canonical, og:url, rel=amphtml, mobile-agent) is a hint: such a pair of URLs, one that
looks like a usual pair, or two pages that show the same, may be twins. Only their texts decide. Where a site's pages and
what a rewriting of URLs makes of them have shown the same `AGREEING` times, and never anything else, a page that was read
stands for its twin: that one is not asked for. What is not asked for is remembered as such, and waits again as soon as

- a pair shows that the rewriting does not keep its word: one twin in `SAMPLED` is asked for all the same, and at the end of
  a crawl a sample of each rewriting's, twice the root of their number;
- such a page was the first to lead to an article that has no twin itself;
- three articles that are no twins show the same text: that of an error, or of a login, stands for nothing.

Only articles stand for others, and only for what their own URLs make: lists are asked for under each of their URLs, for what
they link to. So what is learned decides no rows, only what is fetched: rows come of captures, and copies among them are told
apart by their contents. It therefore is no table that a rebuild would need.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from math import isqrt

from crawler.frontier.due import Visit
from crawler.frontier.model import fingerprint
from crawler.frontier.twins import Rewriting
from crawler.frontier.twins import Twins as Tables
from crawler.twins.moves import Moves
from crawler.twins.rewriting import Address, address, folded, rewritten
from crawler.twins.rewritings import Other, Rewritings, is_learned
from crawler.twins.texts import LEAST_SENTENCES, NOTHING, Sketch, Told, contains, no_sketch, sketched

SAMPLED = 64  # one twin in so many is asked for all the same
TIMES_ROOT = 2  # of a rewriting's twins so many times the root of their number are asked for in the end
LEAST_SEEN = 32  # and as many as are needed to have read so many pages of their kind, for where these lead
MOST_ALONE = 64  # of a rewriting
MANY = 3  # pages with one text that are no twins: a copy comes in pairs, an error page in masses
MOST_MET, MOST_AT_ONCE = 1 << 16, 4  # places at which pages meet, and pages that wait at one
MOST_MOVED = 10_000  # redirects whose ends were not read yet
MOST_ASKED = 10_000  # sampled pages, and lists they led to
MOST_VOID = 1_000


@dataclass(slots=True, eq=False)
class Met:
    """An article that was read: what it `says`, and what its page `shows`; `stands`: for twins that are not asked for."""

    url: str
    number: int | None
    text: bytes | None
    canonical: str | None
    address: Address
    says: Sketch = field(default_factory=no_sketch)  # until its site has shown a sign of twins: sketches cost most
    shows: Sketch = field(default_factory=no_sketch)
    stands: bool = False


class Twins:
    """What is known of a crawl's twins.

    `taken` is called with the id of each page that waits no longer, and its host where it was not put aside; `given_back`
    with how many pages wait again.
    """

    def __init__(
        self, tables: Tables, taken: Callable[[int, str | None], None], given_back: Callable[[int], None]
    ) -> None:
        self._tables, self._taken, self._given_back = tables, taken, given_back
        self.rewritings = Rewritings(tables, given_back)
        self.moves = Moves(tables.moves, given_back)
        self._met: OrderedDict[int, list[Met]] = OrderedDict()
        self._moved: OrderedDict[str, str] = OrderedDict()  # where a redirect led → where it came from
        self._sites: set[str] = set()  # hosts, without marks, with pages that may be twins
        self._void: set[bytes] = set()  # texts that stand for nothing
        self._seen: dict[int, int] = {}  # rewriting → pages read that it makes
        self._alone: dict[int, list[str]] = {}  # rewriting → articles without a twin that such a page led to
        self._asked: OrderedDict[str, Rewriting] = OrderedDict()  # sampled at the end, and what they led to
        self._samples: dict[int, int] = {}

    # --- what comes -------------------------------------------------------------------------------------------------

    def read(
        self,
        url: str,
        number: int | None,
        says: str,
        shows: str,
        told: Told = NOTHING,
        *,
        text: bytes | None = None,
        led_here: str | None = None,
    ) -> None:
        """An article was read: it meets those that may be its twins, and stands for those that are.

        `number` is its id in the frontier, `says` its text, `shows` its page's, `text` the hash of its text that its visit is
        remembered with, `led_here` the page that linked to it.
        """
        self.free(url)
        here, like = address(url), folded(url)
        site = like.partition("/")[0]
        met = Met(url, number, text, told.canonical, here)
        expected = self.rewritings.expected(here, url)
        same = self._meet(("text", text or says), met)
        others = {id(one): one for one in same}
        for place in {("like", like), *(("page", one) for one in (url, *told.others, *expected))}:
            others |= {id(one): one for one in self._meet(place, met)}
        if others or told.others or expected:
            self._sites.add(site)
        if site in self._sites:
            met.says, met.shows = sketched(says, shows)
        for other in others.values():
            self._compare(met, other)
        if source := self._moved.pop(url, None):
            self._redirected(source, met)
        for one in self.rewritings.making(here, url) if self.rewritings else ():
            self._seen[one.id] = self._seen.get(one.id, 0) + 1
        if led_here and not same:
            self._lead_on(url, led_here)
        while self.rewritings.just_learned:
            self._stand_late(self.rewritings.just_learned.pop())
        self._stand(met, expected, [other for other in same if other.url not in expected])

    def listed(self, url: str, led_here: str | None) -> None:
        """A page was read that is no article: what it leads to, the page that led to it leads to."""
        one = self._asked.get(led_here or "")
        if one and url not in self._asked:
            self._ask(url, one)

    def moved(self, source: str, target: str, status: int = 302) -> None:
        """A redirect led from one URL to the other."""
        self.moves.moved(source, target, status)
        source = self._moved.pop(source, source)
        if source == target:
            return
        if met := next((one for one in self._met.get(hash(("page", target)), ()) if one.url == target), None):
            self._redirected(source, met)
            return
        self._moved[target] = source
        if len(self._moved) > MOST_MOVED:
            self._moved.popitem(last=False)

    # --- what is asked of it ----------------------------------------------------------------------------------------

    def is_twin(self, url: str, other: Other, number: int, visit: Visit | None) -> bool:
        """The page at `url`, whose turn it is, need not be asked for, as the other one was read, an article.

        `number` is the other one's id, `visit` its last visit.
        """
        if url in self._asked or not is_spared(url) or not self._tables.is_read(fingerprint(other.url)):
            return False
        if visit is None or visit.text is None or visit.text in self._void:
            return False
        return self._tables.tell(fingerprint(url), other.rewriting, number) is not None

    def settles(self, url: str, page: int) -> bool:
        """The page that was just queued is the known twin of one that was read, and does not wait."""
        return bool(self.rewritings) and self._tables.settle(page, fingerprint(url))

    def free(self, url: str) -> None:
        """The page at `url` is asked for, whatever it is a twin of."""
        if self.rewritings:
            self._tables.free(fingerprint(url))

    def sample(self, round_: int) -> int:
        """Before a crawl ends: some of this round's twins wait after all; gives how many."""
        asked = 0
        for one in self.rewritings.learned:
            if not all(map(self._has_twin, self._alone.get(one.id, ()))):
                self.rewritings.keep(one, wrong=True)
                continue
            have = self._samples.get(one.id, 0)
            of_all = self._tables.count(one.id, round_) + have
            least = max(TIMES_ROOT * isqrt(of_all), LEAST_SEEN - max(one.agreed, self._seen.get(one.id, 0)))
            urls = self._tables.ask(one.id, round_, max(0, least - have))
            self._samples[one.id] = have + len(urls)
            asked += len(urls)
            for url in urls:
                self._ask(url, one)
        return asked

    # --- how it is learned ------------------------------------------------------------------------------------------

    def _meet(self, place: Hashable, met: Met) -> list[Met]:
        """Who came to the place before; `met` waits there, too."""
        key = hash(place)
        others = self._met.get(key)
        if others is None:
            self._met[key] = [met]
            if len(self._met) > MOST_MET:
                self._met.popitem(last=False)
            return []
        found = [one for one in others if one.url != met.url]
        self._met[key] = [*found, met][-MOST_AT_ONCE:]
        return found

    def _compare(self, one: Met, other: Met) -> None:
        shown, back = contains(one.shows, other.says), contains(other.shows, one.says)
        for first, second, holds, known in ((one, other, shown, back), (other, one, back, shown)):
            told = first.canonical == second.url
            self.rewritings.learn(first.address, second.address, holds, told=told, known=bool(known))

    def _redirected(self, source: str, met: Met) -> None:
        """A redirect that led to an article tells that the two URLs are one page's."""
        there = address(source)
        self.rewritings.learn(met.address, there, holds=True, told=False)
        self.rewritings.learn(there, met.address, holds=None, told=True)

    def _lead_on(self, url: str, led_here: str) -> None:
        """An article without a twin, found by way of one that has some, shows that those are needed for their links."""
        sampled = self._asked.get(led_here)
        needed = {one.id: one for one in self.rewritings.making(address(led_here), led_here)}
        if sampled:
            needed[sampled.id] = sampled
        if not needed or url in self._asked or self._has_twin(url):
            return
        for one in needed.values():
            if sampled and not one.wrong:
                self.rewritings.keep(one, wrong=True)
            elif len(some := self._alone.setdefault(one.id, [])) < MOST_ALONE:
                some.append(url)

    def _has_twin(self, url: str) -> bool:
        """Some link leads to a twin of the page at `url`."""
        here = address(url)
        twins = (*self.rewritings.expected(here, url), *self.rewritings.standing(here))
        return any(self._tables.is_found(fingerprint(twin)) for twin in twins)

    def _ask(self, url: str, one: Rewriting) -> None:
        self._asked[url] = one
        if len(self._asked) > MOST_ASKED:
            self._asked.popitem(last=False)

    # --- for whom a page stands -------------------------------------------------------------------------------------

    def _stand(self, met: Met, expected: dict[str, Rewriting], strangers: list[Met]) -> None:
        """The page stands for its twins, unless many that are none of them show the same text."""
        believed = {twin: one for twin, one in expected.items() if is_learned(one)}
        if not believed or len(met.says) < LEAST_SENTENCES:
            return
        if len(strangers) + 1 >= MANY:
            self._fall([met, *strangers])
            return
        for twin, one in believed.items():
            self._stand_for(met, twin, one)

    def _stand_late(self, one: Rewriting) -> None:
        """The pages that were read before stand for what the rewriting makes of their URLs."""
        for met in {id(met): met for some in self._met.values() for met in some}.values():
            if one.shape not in met.address.shapes or met.text in self._void or len(met.says) < LEAST_SENTENCES:
                continue
            twin = rewritten(one.template, met.address)
            if twin and twin != met.url:
                self._stand_for(met, twin, one)

    def _stand_for(self, met: Met, twin: str, one: Rewriting) -> None:
        if is_spared(twin) and twin not in self._asked:
            met.stands = True
            if taken := self._tables.tell(fingerprint(twin), one.id, met.number):
                self._taken(*taken)

    def _fall(self, pages: list[Met]) -> None:
        """The pages stand for nothing."""
        for one in pages:
            if one.text is not None and len(self._void) < MOST_VOID:
                self._void.add(one.text)
            if one.stands and one.number is not None:
                one.stands = False
                if back := self._tables.give_back_of(one.number):
                    self._given_back(back)


def is_spared(url: str) -> bool:
    """A known twin's URL is not asked for, but for some, by which it is seen whether that is right: the same in each run."""
    return zlib.crc32(url.encode()) % SAMPLED != 0
