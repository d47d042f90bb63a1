"""What a worker does with pages."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from pipelines.model import Outcome, Page, Reason, Record, Rejected

Clean = Callable[[Page], Outcome]


def cleaned(clean: Clean, page: Page) -> Record | Rejected:
    """The page's result; what `clean` raises becomes a rejection."""
    try:
        return clean(page).result
    except Exception as error:
        return Rejected(Reason.FAULT, f"{type(error).__name__}: {error}", "engine")


def cleaned_all(clean: Clean, pages: list[Page]) -> list[Record | Rejected]:
    """One result a page. The pages themselves stay with the caller: sending them back would cost as much again."""
    return [cleaned(clean, page) for page in pages]


def started() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is gone, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
