"""How far a crawl is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from crawler.spiders.advice import YIELD_DIED
from crawler.tally import HostProgress
from pipelines.dataset import Manifest

ENDED = frozenset({"finished", "max_pages", YIELD_DIED})  # the spider's own reasons to close
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of this run so far: pages captured, kept and rejected, requests that wait."""

    pages: int
    kept: int
    rejected: int
    waiting: int
    errors: int = 0  # requests that failed, or were refused
    seconds: float = 0.0
    hosts: tuple[HostProgress, ...] = ()
    visits: dict[str, int] = field(default_factory=dict)  # new, changed, unchanged, gone → pages
    pages_before: int = 0  # that the interrupted run captured which this one goes on with


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """`reason`: "finished", "max_pages", "yield_died", "interrupted" or what Scrapy says; `manifest`: None without a new capture.

    All counts are of this run alone, but for `pages_before`: what the interrupted run captured that it went on with.
    `visits` counts what they found: pages that were new, changed or unchanged since the last visit, or gone (404, 410).
    `waiting` counts the URLs that were found and wait for the next run.
    `twins` counts the URLs that this run did not ask for, as the site has their pages under others that were read.
    `given_up` counts, by kind, the URLs of endless kinds that brought nothing new and were not asked for.
    `closed_hosts` were not crawled because their robots.txt could not be had: host → why. `waiting_hosts`, where the
    reason is "hosts_wait", have pages left and asked for more patience than a run has: how many, and until when.
    """

    pages: int
    kept: int
    rejected: int
    reason: str
    resumed: bool
    manifest: Manifest | None
    visits: dict[str, int] = field(default_factory=dict)
    unread_examples: dict[str, str] = field(default_factory=dict)  # URL → why nothing was learned of it
    led_away: dict[str, str] = field(default_factory=dict)  # starts that redirect to another site → where to
    closed_hosts: dict[str, str] = field(default_factory=dict)
    waiting_hosts: dict[str, tuple[int, float]] = field(default_factory=dict)
    waiting: int = 0
    twins: int = 0
    given_up: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    pages_before: int = 0
    alarms: list[str] = field(default_factory=list)  # what is worse than in the last runs

    @property
    def interrupted(self) -> bool:
        return self.reason == INTERRUPTED

    @property
    def ended(self) -> bool:
        """The crawl came to its end: the same command again begins anew."""
        return self.reason in ENDED

    @property
    def brought(self) -> int:
        """Pages of the crawl, since it began anew."""
        return self.pages + self.pages_before

    def told(self) -> dict[str, Any]:
        """The result for JSON: of the manifest the numbers of new rows, of masked pieces, and what it tells of parts."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("manifest", "visits")}
        made = self.manifest
        held = len(made.held) if made else 0
        counts = {name: dict(getattr(made, name)) if made else {} for name in ("rows", "masked", "in_parts")}
        return told | self.visits | counts | {"held": held}


Watch = Callable[[Progress], None]
