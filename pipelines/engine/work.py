"""What a worker does with pages."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.process import BaseProcess

from pipelines.batches import batches
from pipelines.model import Outcome, Page, Reason, Record, Rejected
from pipelines.recipe import BATCH_PAGES

Clean = Callable[[Sequence[Page]], list[Outcome]]

BATCH_BYTES = 2 << 20  # of pages that are cleaned in one call
# thresholds of the collector: pages leave few cycles, and Python's own rhythm takes a tenth of the time
GARBAGE = (20_000, 20, 100)
KEPT = 8 << 20  # bytes: more than is free between two batches


def settle() -> None:
    """This process is ready for many pages: it seldom looks for garbage, and has at hand what memory it has used before.

    The C library of Linux hands free memory back to the system, and takes it again for the next batch, page by page. It stops
    that for blocks as large as the largest one that it has seen come and go, and for twice as much at the end of its heap.
    """
    gc.set_threshold(*GARBAGE)
    bytes(KEPT)


def together(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """The pages in order, in lists that are cleaned in one call each."""
    return batches(pages, count=BATCH_PAGES, size=BATCH_BYTES, size_of=weight)


def weight(page: Page) -> int:
    return len(page.body)


def cleaned(clean: Clean, pages: Sequence[Page]) -> list[Record | Rejected]:
    """One result a page; where `clean` raises, the pages go alone, and the one that it raises for is rejected."""
    try:
        return [outcome.result for outcome in clean(pages)]
    except Exception as error:
        if len(pages) == 1:
            return [Rejected(Reason.FAULT, f"{type(error).__name__}: {error}", "engine")]
        return [result for page in pages for result in cleaned(clean, [page])]


def cleaned_all(clean: Clean, pages: list[Page]) -> list[Record | Rejected]:
    """One result a page. The pages themselves stay with the caller: sending them back would cost as much again."""
    return [result for batch in together(pages) for result in cleaned(clean, batch)]


def started() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is gone, however that ended."""
    settle()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
