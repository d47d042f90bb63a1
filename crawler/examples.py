"""The example pages of a crawl: what it looks for is learned of them, before all else where they have a URL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scrapy.http import Response

from crawler.frontier.model import REDIRECT, Known, State
from pipelines.dataset import Dataset
from pipelines.errors import ConfigurationError
from pipelines.model import Page, Record
from pipelines.recipe import clean
from pipelines.sources import read

MOST_DOCUMENTS = 1_000  # of a dataset that is an example


class NothingLearned(ConfigurationError):
    """No example could be read: what the crawl is to look for is not known."""


def said_by(page: Page) -> str:
    """An example's title and text, of which a topic is learned; "" where it is no article."""
    result = clean(page).result
    return f"{result.title or ''}\n{result.text}" if isinstance(result, Record) else ""


def texts(paths: Iterable[str]) -> Iterator[str]:
    """What the articles among these pages say: files, folders of them, and some of a dataset's."""
    for path in map(Path, paths):
        dataset = Dataset(path)
        yield from (
            _documents(dataset) if path.is_dir() and dataset.lineage() else filter(None, map(said_by, read([path])))
        )


def _documents(dataset: Dataset) -> Iterator[str]:
    """Title and text of its documents, at equal distances."""
    version = dataset.version()
    step, at = -(-version.rows["documents"] // MOST_DOCUMENTS) or 1, 0
    for batch in version.batches("documents", ["title", "text"]):
        for n in range(at, len(batch), step):
            (row,) = batch.slice(n, 1).to_pylist()
            yield f"{row['title'] or ''}\n{row['text']}"
        at = (at - len(batch)) % step


class Examples:
    """Those that are still to come; each that came waits in `came` to be read, `failed` tells why others did not."""

    def __init__(self, urls: Iterable[str] = ()) -> None:
        self.urls = frozenset(urls)
        self.came: list[Response | Page] = []  # a page is one that a killed run captured
        self.failed: dict[str, str] = {}
        self._awaited = set(self.urls)
        self._complete = asyncio.Event()

    def __bool__(self) -> bool:
        """Some are still to come."""
        return bool(self._awaited)

    def takes(self, page: Response | Page) -> bool:
        """The page is an example that was still to come: it waits with the others."""
        if page.url not in self._awaited:
            return False
        self.came.append(page)
        self._ended(page.url)
        return True

    def moved(self, url: str, target: str, *, follows: bool) -> None:
        """An example lies elsewhere; without `follows` nobody asks for what lies there, unless it is another example."""
        if url not in self._awaited:
            return
        if any(target == page.url for page in self.came):
            self._ended(url)
        elif follows or target in self._awaited:
            self._awaited.add(target)
            self._ended(url)
        else:
            self.fails(url, f"leads to {target}, where no page is asked for")

    def trace(self, url: str, known: Callable[[str], Known | None]) -> None:
        """What an earlier part of the run met at an example's URL counts: it led elsewhere, or there was no page."""
        passed: set[str] = set()
        while (page := known(url)) and page.reason.startswith(REDIRECT) and url not in passed:
            passed.add(url)  # redirects may lead in a circle
            target = page.reason.removeprefix(REDIRECT)
            self.moved(url, target, follows=True)
            url = target
        if page and page.state in (State.DONE, State.FAILED):
            self.fails(url, page.reason)

    def fails(self, url: str, reason: str) -> None:
        """There is no page to learn from."""
        if url in self._awaited:
            self.failed[url] = reason
            self._ended(url)

    async def ended(self) -> None:
        """All examples have come, or failed."""
        if self._awaited:
            await self._complete.wait()

    def _ended(self, url: str) -> None:
        self._awaited.discard(url)
        if not self._awaited:
            self._complete.set()
