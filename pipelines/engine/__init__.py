"""The engine: pages in, outcomes out, in the same order on one process or many.

With several processes, chunks of pages go to spawned workers, a bounded number in flight, so memory stays flat. A
worker that dies takes nothing with it: its chunk is tried again page by page, and the page that kills is rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.batches import batches
from pipelines.engine.pool import Pool
from pipelines.engine.work import Clean, cleaned, together, weight
from pipelines.model import Outcome, Page

__all__ = ["Clean", "run"]

CHUNK_PAGES = 64  # sent to a worker at once
CHUNK_BYTES = 4 << 20


def run(pages: Iterable[Page], *, clean: Clean, processes: int = 1) -> Iterator[Outcome]:
    """One outcome a page, in the order of the pages, for any number of processes.

    `clean` makes a list of outcomes of a list of pages, such as `recipe.clean_many`. It is a function of a module, so that
    workers can import it; what it raises becomes a rejection of the page that it raises for, reason fault.
    """
    return _on_many(pages, clean, processes) if processes > 1 else _on_one(pages, clean)


def _on_one(pages: Iterable[Page], clean: Clean) -> Iterator[Outcome]:
    for batch in together(pages):
        yield from map(Outcome, batch, cleaned(clean, batch))


def _on_many(pages: Iterable[Page], clean: Clean, processes: int) -> Iterator[Outcome]:
    with Pool(clean, processes) as pool:
        for chunk in batches(pages, count=CHUNK_PAGES, size=CHUNK_BYTES, size_of=weight):
            pool.submit(chunk)
            if pool.full:
                yield from pool.oldest()
        while pool.busy:
            yield from pool.oldest()
