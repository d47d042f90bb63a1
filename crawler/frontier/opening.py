"""The store of a crawl, where it is told to lie."""

from __future__ import annotations

from pathlib import Path

from crawler.frontier.database import FILE
from crawler.frontier.protocol import PageStore
from crawler.frontier.redis_store import RedisStore
from crawler.frontier.store import Store


def open_store(dataset: Path | None, frontier: str = "", run: str = "") -> PageStore:
    """The store at the URL `frontier`; without one, that of the dataset, or a temporary one where there is no dataset.

    Raises as `Store` and `RedisStore` do.
    """
    if frontier:
        return RedisStore(frontier, run)
    return Store(dataset / FILE if dataset else None)
