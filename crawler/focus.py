"""Which links go first: an online logistic model of where pages on the topic are found. It orders the queue and drops nothing.

A link is known by

- what its anchors say (their likeness to the topic, and each pair of characters) and the words of its URL,
- the pages that it stands on: what they were worth, and what of that which they link to was worth when it came,
- its places: host, section, folder and kind of URL, and how much on the topic came of each,
- how many pages off the topic lie behind it in a row: from the third on it goes last (tunnelling),

and each of these is weighed as the pages that came have taught. A host of which little was seen gets a bonus, so that the
crawl sees what it would not have chosen. What is learned of a link's surroundings counts for it as long as it waits.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import numpy.typing as npt

from crawler.links import Link, host_of

SLOTS = 1 << 18  # of hashed features
RATE, RATE_OF_DENSE = 1.0, 0.3  # of learning: AdaGrad's steps
CREDIT = 0.3  # of such a step, for the list that led to a page
# log-odds before anything is learned: of any link, and by likeness, worth of its pages, of what else these link to, and places
START = np.array([-2.0, 4.0, 1.0, 1.0, 0.6, 0.6, 0.6, 0.6])
STEADY = 4.0  # squared errors that each of these starts with: how slowly it changes
OBSERVED = 2.0, 1.0  # pages seen of a place, and of what a page links to, that weigh as much as what is seen elsewhere
TUNNEL, BEYOND = 2, -2.0  # pages off the topic in a row; the log-odds of what lies behind more
CURIOUS = 0.1  # the bonus of a host never seen; it falls with the root of the pages seen
UNSURE = 0.3  # what a page is worth of which nothing is known
MOST_WAITING = 100_000  # links remembered until their pages come; of those before, nothing is learned
MOST_PLACES, MOST_PAGES = 100_000, 50_000  # whose yields are remembered
MOST_PARENTS = 8  # pages remembered of a link, that it stands on
TOKENS = re.compile(r"[a-z]{2,}")
WORDS = re.compile(r"[㐀-鿿]+|[a-z]{3,}")
DIGITS = re.compile(r"\d+")
Slots = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Waiting:
    """A link whose page has not come."""

    slots: Slots
    places: tuple[str, ...]  # the host first
    likeness: float
    poor: int
    worth: float = 0.0  # of the pages that it stands on, summed
    seen: int = 0  # how many these are
    parents: list[str] = field(default_factory=list)


class Shares:
    """Of names (of places, of pages) how many pages came, and how many on the topic; `most` names, the latest."""

    def __init__(self, most: int, observed: float) -> None:
        self.most, self.observed = most, observed
        self.counts: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def add(self, name: str, worth: float) -> None:
        good, seen = self.counts.pop(name, (0.0, 0.0))
        self.counts[name] = good + worth, seen + 1
        if len(self.counts) > self.most:
            self.counts.popitem(last=False)

    def of(self, names: Iterable[str]) -> tuple[float, float]:
        """On the topic, and seen, of these together."""
        good = seen = 0.0
        for name in names:
            one = self.counts.get(name)
            if one:
                good, seen = good + one[0], seen + one[1]
        return good, seen


class LinkModel:
    """`read` a page to get its links' scores; `rescored` tells which of those that wait have another by now."""

    def __init__(self, likeness: Callable[[str], float]) -> None:
        """`likeness` of a text to the topic is from 0 to 1."""
        self._likeness = likeness
        self.weights, self.squares = np.zeros(SLOTS), np.ones(SLOTS)
        self.dense, self.dense_squares = START.copy(), np.full(len(START), STEADY)
        self.places, self.pages = Shares(MOST_PLACES, OBSERVED[0]), Shares(MOST_PAGES, OBSERVED[1])
        self.visits: dict[str, int] = {}  # pages seen of a host, lists included
        self.good, self.seen = 1.0, 8.0  # pages on the topic, and all; as if some had come
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._told: dict[str, float] = {}  # the score that was given last
        self._lists: OrderedDict[str, Waiting] = OrderedDict()

    def read(self, url: str, worth: float | None, shown: Iterable[Link], fresh: Iterable[str]) -> dict[str, float]:
        """The `fresh` links' scores, 0 to 1: how probable it is that each leads to what is on the topic.

        `worth` of the page at `url` is 1 on the topic, 0 off it, None of a list and the like, which is worth what its links
        promise. `shown` are all its links.
        """
        link = self._waiting.pop(url, None)
        self._told.pop(url, None)
        expected = (self._probability(link) if link else UNSURE) if worth is None else worth
        poor = 0 if worth == 1 else (link.poor if link else 0) + (worth is not None)
        wanted = set(fresh)
        led = [one for one in shown if one.url in wanted or one.url in self._waiting]
        for one in led:
            self._found(one, url, expected, poor)
        scores = {one.url: self._score(self._waiting[one.url]) for one in led if one.url in self._waiting}
        if link:
            self._learn(url, link, worth, scores.values())
        new = {one: scores[one] for one in scores if one in wanted}
        self._told |= new
        return new

    def rescored(self, most: int) -> Iterator[tuple[str, float]]:
        """The next `most` of the links that wait, in turn: those whose score has changed, and the score."""
        for url, link in list(islice(self._waiting.items(), most)):
            self._waiting.move_to_end(url)
            score = self._score(link)
            if abs(score - self._told.get(url, -1.0)) > 0.02:  # below what a priority shows
                self._told[url] = score
                yield url, score

    def _found(self, found: Link, page: str, worth: float, poor: int) -> None:
        """The link stands on this page, too, perhaps with a better anchor."""
        likeness = self._likeness(found.anchor)
        link = self._waiting.get(found.url)
        if link is None:
            link = self._waiting[found.url] = Waiting(*_slots_and_places(found, worth), likeness, poor)
            if len(self._waiting) > MOST_WAITING:
                self._told.pop(self._waiting.popitem(last=False)[0], None)
        link.likeness, link.poor = max(link.likeness, likeness), min(link.poor, poor)
        link.worth, link.seen = link.worth + worth, link.seen + 1
        if len(link.parents) < MOST_PARENTS:
            link.parents.append(page)

    def _learn(self, url: str, link: Waiting, worth: float | None, promised: Iterable[float]) -> None:
        """The page came: so does its kind go on. A list is worth the better half of what it leads to."""
        self.visits[link.places[0]] = self.visits.get(link.places[0], 0) + 1
        if worth is None:
            best = sorted(promised, reverse=True)
            half = best[: max(1, len(best) // 2)]
            self._step(link, sum(half) / len(half) if half else 0.0)
            self._lists[url] = link
            if len(self._lists) > MOST_PAGES:
                self._lists.popitem(last=False)
            return
        self._step(link, worth)
        self.good, self.seen = self.good + worth, self.seen + 1
        for place in link.places:
            self.places.add(place, worth)
        for page in link.parents:
            self.pages.add(page, worth)
        if link.parents and (led_here := self._lists.get(link.parents[0])):
            self._step(led_here, worth, CREDIT)

    def _step(self, link: Waiting, worth: float, size: float = 1.0) -> None:
        """One step of AdaGrad towards what the page was worth."""
        dense, slots = self._features(link), link.slots
        error = worth - _probability(self._logit(link, dense))
        self.squares[slots] += error * error
        self.weights[slots] += size * RATE * error / np.sqrt(self.squares[slots] * len(slots))
        self.dense_squares += (error * dense) ** 2
        self.dense += size * RATE_OF_DENSE * error * dense / np.sqrt(self.dense_squares)
        self.dense[1:] = np.maximum(self.dense[1:], 0)  # no yield speaks against itself

    def _score(self, link: Waiting) -> float:
        bonus = CURIOUS / math.sqrt(1 + self.visits.get(link.places[0], 0))
        return min(1.0, self._probability(link) + bonus)

    def _probability(self, link: Waiting) -> float:
        return _probability(self._logit(link, self._features(link)))

    def _logit(self, link: Waiting, dense: Floats) -> float:
        beyond = BEYOND if link.poor > TUNNEL else 0.0
        return float(self.dense @ dense) + float(self.weights[link.slots].sum()) + beyond

    def _features(self, link: Waiting) -> Floats:
        """What `START` weighs. A yield is told by the log-odds above those of all pages, 0 where nothing is known."""
        share = self.good / self.seen
        usual = math.log(share / (1 - share))

        def above(good: float, seen: float, observed: float) -> float:
            rate = min(0.995, max(0.005, (observed * share + good) / (observed + seen)))
            return math.log(rate / (1 - rate)) - usual

        told = [1.0, link.likeness, above(link.worth, link.seen, self.pages.observed)]
        told.append(above(*self.pages.of(link.parents), self.pages.observed))
        told += [above(*self.places.of((place,)), self.places.observed) for place in link.places]
        return np.array(told)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-min(30.0, max(-30.0, logit))))


def pattern(url: str) -> str:
    """Host and path with every number as N, and the names of the query's parameters."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{DIGITS.sub('N', parts.path)}?{'&'.join(names)}"


def _pairs(text: str) -> Iterator[str]:
    """Pairs of neighbouring Chinese characters, and Latin words."""
    for run in WORDS.findall(text.lower()):
        yield from [run] if run[0] < "\u0250" else (run[n : n + 2] for n in range(len(run) - 1))


def _slots_and_places(link: Link, worth: float) -> tuple[Slots, tuple[str, ...]]:
    """The hashed features of a link on a page that was worth so much, and the link's host, section, kind and folder."""
    url = link.url
    kind = pattern(url)
    shape = kind.partition("/")[2]
    level = round(3 * worth)
    told = [f"kind {kind}", f"shape {shape}", f"level {level}", f"{level} kind {kind}", f"{level} shape {shape}"]
    told += [f"url {token}" for token in TOKENS.findall(url.partition("://")[2].partition("/")[2].lower())]
    told += [f"anchor {one}" for one in _pairs(link.anchor)]
    slots = np.array([zlib.crc32(one.encode()) % SLOTS for one in dict.fromkeys(told)], dtype=np.int32)
    section, folder = "/".join(url.split("/", 4)[:4]), url.rpartition("/")[0]
    return slots, (f"host {host_of(url)}", f"section {section}", f"kind {kind}", f"folder {folder}")
