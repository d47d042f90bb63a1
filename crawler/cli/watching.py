"""How a running crawl shows itself: a live table on a terminal, JSON lines on standard error elsewhere."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from crawler.cli.console import LiveTable, say

if TYPE_CHECKING:
    from crawler.result import Progress

MOST_ROWS = 12
TABLE_SECONDS, LOG_SECONDS = 0.25, 30.0
COLUMNS = ("host", "pages", "pages/min", "errors", "waiting")


class Watching:
    """Takes the crawl's progress as it comes, and shows it no more often than is of use."""

    def __init__(self) -> None:
        self._table = LiveTable(COLUMNS) if sys.stderr.isatty() else None
        self._every = TABLE_SECONDS if self._table else LOG_SECONDS
        self._shown = time.monotonic() if self._table is None else 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown < self._every:
            return
        self._shown = now
        if self._table:
            self._table.show(title(progress), rows(progress))
        else:
            say(log_line(progress))

    def close(self) -> None:
        """The table is gone from the terminal."""
        if self._table:
            self._table.close()


def title(progress: Progress) -> str:
    """The crawl as a whole, in one line."""
    share = progress.kept / max(1, progress.kept + progress.rejected)
    return (
        f"{progress.pages:,} pages, {_rate(progress.pages, progress.seconds)}/min · {progress.kept:,} kept ({share:.0%})"
        f" · {progress.rejected:,} rejected · {progress.errors:,} errors · {progress.waiting:,} waiting"
    )


def rows(progress: Progress) -> list[tuple[str, ...]]:
    """The busiest hosts, and in the last row how many are not shown."""
    hosts = sorted(progress.hosts, key=lambda one: (-one.pages - one.errors, one.host))
    shown: list[tuple[str, ...]] = [
        (one.host, f"{one.pages:,}", _rate(one.pages, progress.seconds), f"{one.errors:,}", f"{one.waiting:,}")
        for one in hosts[:MOST_ROWS]
    ]
    return shown + ([(f"{len(hosts) - MOST_ROWS:,} more", "", "", "", "")] if len(hosts) > MOST_ROWS else [])


def log_line(progress: Progress) -> str:
    """The counts as one JSON object."""
    names = ("pages", "kept", "rejected", "errors", "waiting")
    told = {name: getattr(progress, name) for name in names} | {"seconds": round(progress.seconds, 1)}
    return json.dumps({"event": "crawl", **told, "hosts": len(progress.hosts)})


def _rate(pages: int, seconds: float) -> str:
    return f"{60 * pages / max(seconds, 1.0):,.0f}"
