"""A store that cannot be read or written ends the crawl, wherever that is noticed."""

from __future__ import annotations

from collections.abc import Callable

from crawler.frontier.protocol import FAULTS


class Faults:
    """Within this context a fault of the store ends the crawl, once; what was to be done waits for the next one.

    `first` is why: what went wrong first.
    """

    def __init__(self, end: Callable[[str], None]) -> None:
        self.first: Exception | None = None
        self._end = end

    def tell(self, error: Exception) -> None:
        """The store is at fault."""
        self.first = self.first or error
        self._end("queue_failed")

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, FAULTS):
            return False
        self.tell(error)
        return True
