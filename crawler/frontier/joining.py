"""A run joins a shared crawl, and tells it what articles there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from crawler.frontier.redis_client import check_url
from crawler.frontier.redis_store import RedisStore, Terms
from crawler.links import normal
from pipelines.errors import ConfigurationError

VOLATILE = "a crash of Redis would lose part of the queue, it writes no append-only file (config set appendonly yes)"


def check(frontier: str, *, due: bool) -> None:
    """A run may be told to share the crawl at this URL; nothing is connected to. Raises ConfigurationError otherwise."""
    check_url(frontier)
    if due:
        hint = "leave out --frontier: the dataset's own queue remembers visits"
        raise ConfigurationError("a shared frontier does not know which pages are due", hint=hint)


def terms(starts: Iterable[str], sources: Iterable[str], delay: float | None, per_day: int) -> tuple[Terms, Terms]:
    """What all who share a crawl tell alike: which pages it is about, always; how hosts are treated, while others work."""
    hashes = sorted(hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12] for path in sources)
    begins = sorted({normal(url) or url for url in starts})
    return {"--start": begins, "--source (by their hashes)": hashes}, {"--delay": delay, "--per-day": per_day}


def warnings_of(frontier: str) -> list[str]:
    """The database at the URL can be used; gives what is to be said of it. Raises as `RedisStore` does."""
    store = RedisStore(frontier)
    store.close()
    return _warnings(store)


def join(frontier: str, always: Terms, together: Terms, *, refetch: bool = False) -> list[str]:
    """The database at the URL holds a crawl on these terms; with `refetch` it asks for all its articles again.

    Gives what is to be said of it. Raises ConfigurationError where it holds another one (see `RedisStore.agree`), or one
    that is not over is to begin again.
    """
    store = RedisStore(frontier)
    store.agree(always, together)
    if refetch:
        store.refetch()
    store.close()
    return _warnings(store)


def _warnings(store: RedisStore) -> list[str]:
    return [f"{store.where}: {VOLATILE}"] if store.volatile else []


def tell_articles(frontier: str, urls: Iterable[str]) -> None:
    """All who share the crawl know of these articles, and ask for none of them in a later round."""
    store = RedisStore(frontier)
    store.tell_articles(urls)
    store.close()
