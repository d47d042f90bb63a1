"""What a crawl looks for: learned of its examples, told to the model that orders the links, and given up when it is found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from crawler import experience
from crawler.drying import Yield
from crawler.examples import Examples, said_by, texts
from crawler.focus import LinkModel
from crawler.links import Link
from pipelines.model import Page
from pipelines.topic import NO_TOPIC, Topic, learn

TOP = 99  # priority of a link that surely leads to a page on the topic
PROMISING = TOP // 2  # … more likely than not
RESCORED, EVERY = 1_000, 10  # so many links that wait are looked at again, after so many pages
MOST_SAID = 1 << 14  # texts of links whose likeness is remembered
KEPT_EVERY = 1_000  # pages, after which what is learned of links is written down

logger = logging.getLogger(__name__)


class Seeking:
    """Articles that are not on the `topic` are rejected; None: it is what the examples are about, once all have come.

    `place` is where the last run for a topic left what it has learned of links. A crawl that looks for nothing has
    no `model`.
    """

    def __init__(self, topic: Topic | None, examples: Iterable[str], urls: Iterable[str]) -> None:
        """`examples` are files and datasets, `urls` pages that are to be fetched."""
        self.topic = topic
        self.wanted = topic or NO_TOPIC  # what orders the links; where no page is rejected, what the examples are about
        self.model: LinkModel | None = None
        self.place: Path | None = None
        self.examples = Examples(() if self.wanted.id else urls)
        self._texts = [] if self.wanted.id else list(texts(examples))
        self._yield = Yield()
        self._read = 0

    @property
    def judges_by(self) -> Topic:
        """The topic of whose articles none is rejected."""
        return self.topic or NO_TOPIC

    @property
    def unjudged(self) -> Topic | None:
        """What is looked for, where no article is rejected that is about other things."""
        return self.wanted if self.model and not self.judges_by.id else None

    def learn(self, pages: Iterable[Page], settle: Callable[[Topic], None]) -> bool:
        """The topic is what the examples are about, and `settle` is told where it was not known; False: it still is not."""
        for page in pages:
            if text := said_by(page):
                self._texts.append(text)
            else:
                self.examples.failed[page.url] = "is no article"
        for url, why in self.examples.failed.items():
            logger.warning(f"nothing is learned of the example {url}: {why}")
        if self.topic is None:
            found = learn(self._texts)
            if not found.id:
                return False
            self.topic = found
            settle(found)
        return True

    def begin(self, place: Path | None) -> None:
        """What is looked for is known: links are told apart from now on, as the last run for this topic did."""
        if not self.wanted.id:
            self.wanted = self.judges_by if self.judges_by.id else learn(self._texts)
        if not self.wanted.id:
            return
        self.place = place
        likeness = lru_cache(MOST_SAID)(self.wanted.likeness)  # the same links stand on many pages
        self.model = experience.recall(self.wanted.id, place, likeness) if place else None
        if self.model is None:
            self.model = LinkModel(likeness)
            if place:
                logger.warning(f"{place}: cannot be read, so what links are worth is learned anew")

    def scores(self, url: str, worth: float | None, links: Iterable[Link], fresh: Iterable[str]) -> dict[str, int]:
        """The priorities of the `fresh` links of a page; none where nothing is looked for."""
        found = self.model.read(url, worth, links, fresh) if self.model else {}
        return {link: round(TOP * score) for link, score in found.items()}

    def promises(self, link: Link) -> int | None:
        """The priority of a link that stands on no page; None where nothing is looked for."""
        return None if self.model is None else round(TOP * self.model.promise(link))

    def rescored(self) -> Mapping[str, int]:
        """After some pages: links that wait whose priority is another by now."""
        self._read += 1
        if self._read % KEPT_EVERY == 0:
            self.keep()
        if self.model is None or self._read % EVERY:
            return {}
        return {url: round(TOP * score) for url, score in self.model.rescored(RESCORED)}

    def has_died(self, worth: float | None, best: int) -> bool:
        """With this page hardly any is on the topic any more; the `best` link that waits promises none."""
        if self.model is None:
            return False
        self._yield.read(is_good=worth == 1)
        return self._yield.has_died and best < PROMISING

    def keep(self) -> None:
        """The next run knows what this one has learned of links; where that cannot be written, it has to learn again."""
        if self.model and self.place and self._read:
            try:
                experience.keep(self.model, self.wanted.id, self.place)
            except OSError as error:
                logger.warning(f"{self.place}: could not be written: {error.strerror}")
