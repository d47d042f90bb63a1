"""How a host is treated: the time between two requests, and how long it is left alone after it asked for patience.

Pure: times come in as arguments, seconds since 1970. What is learned of a host stands in `Host` and is remembered from
run to run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from scrapy.settings import BaseSettings

from crawler.frontier.model import Host

DAY = 86400.0
ASK_LATER = frozenset({429, 503})
ASKED_AGAIN = frozenset({408, 429, 500, 502, 503, 504, 522, 524})  # answers for which a later run asks again
PATIENCE = 4  # failures in a row that are borne with growing pauses; then the circuit opens
PATIENCE_WITH_PAGES = 12  # likewise of a host that accepts connections: six pages in a row, each asked for twice
CIRCUIT = 600.0  # seconds; twice as long each time


@dataclass(frozen=True, slots=True)
class Manners:
    """The rules of a crawl. Seconds; `own` holds the delays of single hosts, `per_day` 0 is without end."""

    delay: float = 1.0
    own: Mapping[str, float] = field(default_factory=dict)
    longest_crawl_delay: float = 60.0
    first_pause: float = 10.0  # after a 429 or 503 that tells no time
    first_failure: float = 1.0  # after a connection that failed
    longest_hold: float = DAY
    jitter: float = 0.0  # the share of our delay by which it may be longer
    per_day: int = 0

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """The rules that the settings tell, most of them under Scrapy's own names."""
        return cls(
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            own={name: float(told["delay"]) for name, told in settings.getdict("DOWNLOAD_SLOTS").items()},
            longest_crawl_delay=settings.getfloat("TAOXI_CRAWL_DELAY_MAX"),
            first_pause=settings.getfloat("TAOXI_RETRY_AFTER_DEFAULT"),
            jitter=settings.getfloat("DOWNLOAD_DELAY_JITTER"),
            per_day=settings.getint("TAOXI_PAGES_PER_DAY"),
        )

    def delay_of(self, host: Host, chance: float = 0.0) -> float:
        """Between the beginnings of two requests: ours, longer by `chance` (0 to 1), or a longer Crawl-delay."""
        own = self.own.get(host.name, self.own.get(host.name.partition(":")[0], self.delay))
        return max(own * (1 + self.jitter * chance), min(host.crawl_delay, self.longest_crawl_delay))

    def hold(self, host: Host, seconds: float, now: float) -> None:
        """The host is left alone for so long."""
        host.held_until = max(host.held_until, now + min(seconds, self.longest_hold))

    def answered(self, host: Host, status: int, told: float | None, now: float) -> None:
        """The host gave an answer; `told` is what its Retry-After asks for."""
        if status not in ASK_LATER:
            host.failures = 0
            self.hold(host, told or 0.0, now)
            return
        host.failures += 1
        beyond = host.failures - PATIENCE  # one that always asks for a second more is asked seldom in the end
        pause = _doubled(self.first_pause, host.failures if told is None else beyond)
        self.hold(host, max(told or 0.0, pause), now)

    def broke(self, host: Host, now: float, *, reached: bool = False) -> None:
        """No answer came from the host. Where it was `reached`, the pages may be at fault, and others are tried first."""
        host.failures += 1
        beyond = host.failures - (PATIENCE_WITH_PAGES if reached else PATIENCE)
        growing = _doubled(self.first_failure, min(host.failures, PATIENCE + 1))
        self.hold(host, _doubled(CIRCUIT, beyond) if beyond > 0 else growing, now)

    def spend(self, host: Host, now: float) -> None:
        """One page of the host's daily budget is spent."""
        day = int(now // DAY)
        host.spent = host.spent + 1 if host.day == day else 1
        host.day = day

    def free_at(self, host: Host) -> float:
        """From when on the host may be asked; one whose daily budget is spent, from midnight on, UTC."""
        spent = self.per_day and host.spent >= self.per_day
        return max(host.held_until, (host.day + 1) * DAY if spent else 0.0)


def _doubled(first: float, times: int) -> float:
    """`first` at the first time, and twice as much each time; nothing before the first."""
    return math.ldexp(first, min(times - 1, 40)) if times > 0 else 0.0
