"""The engine: pages in, outcomes out, in the same order on one process or many.

With several processes, chunks of pages go to spawned workers, a bounded number in flight, so memory stays flat. A
worker that dies takes nothing with it: its chunk is tried again page by page, and the page that kills is rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.engine.pool import Pool
from pipelines.engine.work import Clean, cleaned
from pipelines.model import Outcome, Page

__all__ = ["Clean", "run"]

CHUNK_PAGES = 64
CHUNK_BYTES = 4 << 20


def run(pages: Iterable[Page], *, clean: Clean, processes: int = 1) -> Iterator[Outcome]:
    """One outcome a page, in the order of the pages, for any number of processes.

    `clean` is a function of a module, so that workers can import it; what it raises becomes a rejection, reason fault.
    """
    if processes <= 1:
        return (Outcome(page, cleaned(clean, page)) for page in pages)
    return _on_many(pages, clean, processes)


def _on_many(pages: Iterable[Page], clean: Clean, processes: int) -> Iterator[Outcome]:
    with Pool(clean, processes) as pool:
        for chunk in _chunks(pages):
            pool.submit(chunk)
            if pool.full:
                yield from pool.oldest()
        while pool.busy:
            yield from pool.oldest()


def _chunks(pages: Iterable[Page]) -> Iterator[list[Page]]:
    chunk: list[Page] = []
    size = 0
    for page in pages:
        chunk.append(page)
        size += len(page.body)
        if len(chunk) >= CHUNK_PAGES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
