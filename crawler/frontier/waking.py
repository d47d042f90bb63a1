"""When Scrapy asks for the next request: as soon as there may be one, not at its next heartbeat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scrapy.crawler import Crawler


class Waking:
    """The timers of a crawl's scheduler."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def now(self) -> None:
        """Scrapy asks now."""
        if slot := self._crawler.engine._slot:  # there is no public way to say so
            slot.nextcall.schedule()

    def after(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        """The action follows after so much time, in place of an earlier one of this name that is still to come."""
        if timer := self._timers.get(name):
            timer.cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, action)

    def stop(self) -> None:
        """Nothing is to come any more."""
        for timer in self._timers.values():
            timer.cancel()
