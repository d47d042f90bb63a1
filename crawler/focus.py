"""Which links go first: an online logistic model of where pages on the topic are found. It orders the queue and drops nothing.

A link is known by its anchor's words, the tokens of its URL, its host, folder and pattern of URLs, and what the page that
holds it was worth. The model starts with the anchor's likeness to the examples and learns from each page that comes; some links
go first whatever it says, so that it sees what it would not have chosen.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from crawler.links import host_of
from crawler.topic import features
from crawler.traps import pattern

SLOTS = 1 << 14
RATE = 0.5  # of learning, shared by a link's features
EXPLORED = 16  # one link in so many goes first whatever the model says
MOST_WAITING = 200_000  # links remembered until their pages come; of those before, nothing is learned
START, OF_LIKENESS, OF_PARENT = -2.0, 6.0, 2.0  # the log-odds before anything is learned
TOKENS = re.compile(r"[a-z]{2,}")
Slots = npt.NDArray[np.int64]


class LinkModel:
    """`score` a link when it is found, and `learn` what its page was worth when that comes."""

    def __init__(self) -> None:
        self._weights = np.zeros(SLOTS)
        self._waiting: OrderedDict[str, tuple[Slots, float]] = OrderedDict()

    def score(self, url: str, anchor: str, likeness: float, parent: float) -> float:
        """How probable it is that the link leads to a page on the topic; `likeness` and `parent` are from 0 to 1."""
        slots = _slots(url, anchor, parent)
        start = START + OF_LIKENESS * likeness + OF_PARENT * parent
        self._waiting[url] = slots, start
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        return self._probability(slots, start)

    def learn(self, url: str, worth: float) -> None:
        """The page at `url` was worth so much: 1 on the topic, 0 not; a list what its links promise."""
        if found := self._waiting.pop(url, None):
            slots, start = found
            error = worth - self._probability(slots, start)
            np.add.at(self._weights, slots, RATE * error / np.sqrt(len(slots)))

    def _probability(self, slots: Slots, start: float) -> float:
        logit = start + float(self._weights[slots].sum())
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def explored(url: str) -> bool:
    """Whether the link goes first whatever the model says: the same links in each run."""
    return zlib.crc32(url.encode()) % EXPLORED == 0


def _slots(url: str, anchor: str, parent: float) -> Slots:
    path = url.partition("://")[2].partition("/")[2].lower()
    told = [f"host {host_of(url)}", f"folder {url.rpartition('/')[0]}", f"pattern {pattern(url)}"]
    told.append(f"parent {round(parent * 3)}")
    told += [f"url {token}" for token in TOKENS.findall(path)] + [f"anchor {one}" for one in features(anchor)]
    return np.array([zlib.crc32(one.encode()) % SLOTS for one in dict.fromkeys(told)], dtype=np.int64)
