"""What a run left behind, killed or not: captures and frontier agree before the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from crawler.capture_files import cut_torn_tail, damaged
from crawler.frontier.database import FILE, told_of
from crawler.frontier.model import Found, portions
from crawler.frontier.opening import open_store
from crawler.frontier.store import Store
from crawler.links import host_of
from pipelines.model import Page
from pipelines.sources import warc


def mend(dataset: Path, captures: Iterable[Path], now: float, frontier: str = "") -> None:
    """The captures end with whole records, and what the frontier believed to be behind their ends, or where they
    are damaged, waits again.

    No host is asked sooner than its Crawl-delay allows, whatever a killed run could no longer tell.
    """
    captures = list(captures)
    if not captures and (frontier or not (dataset / FILE).exists()):
        return
    with told_of(dataset / FILE):
        killed = _is_open(dataset / FILE)
        store = open_store(dataset, frontier)
        if killed and isinstance(store, Store):
            store.was_killed(now)
        for path in captures:
            cut_torn_tail(path, store.known_to(path.name))
            store.forget_beyond(path.name, path.stat().st_size if path.exists() else 0)
            if isinstance(store, Store) and path.exists():
                for start, end in damaged(path):
                    store.forget_between(path.name, start, end)
        store.commit()
        store.close()


def _is_open(file: Path) -> bool:
    """Nobody closed the frontier after it was written last."""
    log = file.with_name(f"{file.name}-wal")  # SQLite's; who closes the database removes it
    return log.exists() and log.stat().st_size > 0


def begin(
    dataset: Path,
    run: str,
    *,
    keep_queue: bool,
    articles: Iterable[str],
    now: float,
    due_within: float | None = None,
    frontier: str = "",
) -> None:
    """The frontier is ready for a run, which goes on where its name is known.

    With `due_within` (seconds) it is one of what is due until then, articles among it that no visit is known of.
    """
    with told_of(dataset / FILE):
        store = open_store(dataset, frontier)
        store.recover(now)
        if due_within is None:
            store.begin_round(run, keep_queue=keep_queue, articles=articles)
        else:
            store.begin_round(run, keep_queue=keep_queue, due_until=now + due_within)
            for some in portions(articles):
                for url in store.fresh(some):
                    store.add(Found(url, host_of(url)), again=True)
        store.commit()
        store.close()


def due_pages(dataset: Path, until: float) -> int:
    """How many visited pages are due until then."""
    if not (dataset / FILE).exists():
        return 0
    store = Store(dataset / FILE)
    pages = store.visits.due(until)
    store.close()
    return pages


def spared(dataset: Path) -> list[str]:
    """The URLs that were not asked for, as twins of theirs were read."""
    if not (dataset / FILE).exists():
        return []
    store = Store(dataset / FILE)
    urls = store.twins.spared()
    store.close()
    return urls


def forget(dataset: Path, gone: Callable[[str, tuple[str, int] | None], bool]) -> int:
    """The frontier's file holds no page that is `gone`, by URL and by place in the captures; gives how many it held."""
    if not (dataset / FILE).exists():
        return 0
    store = Store(dataset / FILE)
    pages = store.forget(gone)
    store.close()
    return pages


def unread(dataset: Path, captures: Iterable[Path], frontier: str = "") -> Iterator[Page]:
    """The captured pages that the frontier may not know of, in their order."""
    store = open_store(dataset, frontier)
    places = [(path, store.known_to(path.name)) for path in captures]
    store.close()
    for path, place in places:
        if place < path.stat().st_size:
            yield from warc.pages(path, place)
