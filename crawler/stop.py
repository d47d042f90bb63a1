"""Ctrl-C and SIGTERM: the first ends the crawl in order within a few seconds, the second at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawler.limits import Limits

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether the crawl was `asked` to stop; `grace` is how many seconds requests under way still have."""

    def __init__(self, process: AsyncCrawlerProcess, crawler: Crawler, grace: float) -> None:
        self.process, self.crawler, self.grace = process, crawler, grace
        self.asked = False
        self._stopping: asyncio.Future[None] | None = None

    @contextlib.contextmanager
    def on_signals(self) -> Iterator[None]:
        """Signals ask for the stop while the context lasts; afterwards they do what they did before."""
        loop = asyncio.get_event_loop()
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number in SIGNALS:
            loop.add_signal_handler(number, self._ask)
        try:
            yield
        finally:
            for number, handler in before.items():
                if not loop.is_closed():
                    loop.remove_signal_handler(number)
                signal.signal(number, handler or signal.SIG_DFL)

    def _ask(self) -> None:
        if self.asked:
            _stop_reactor()
            return
        self.asked = True
        if limits := self.crawler.get_downloader_middleware(Limits):
            limits.hold("interrupted")
        self._stopping = asyncio.ensure_future(self.process.stop())
        asyncio.get_running_loop().call_later(self.grace, _stop_reactor)


def _stop_reactor() -> None:
    from twisted.internet import reactor
    from twisted.internet.error import ReactorNotRunning

    with contextlib.suppress(ReactorNotRunning):
        reactor.stop()  # type: ignore[misc]  # zope's interface has no self
