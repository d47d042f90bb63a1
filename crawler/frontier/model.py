"""What the frontier says of pages and hosts, wherever they are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import TypeVar

ANYWHERE = 1 << 62  # a place behind the end of any file
REDIRECT = "redirect to "  # before the URL: why a page is done that had none
AT_ONCE = 500  # values that one statement has
T = TypeVar("T")


class State(IntEnum):
    """Where a page stands."""

    QUEUED = 0
    LEASED = 1
    DONE = 2
    FAILED = 3
    ASIDE = 4  # until the twin that is asked for first has ended


@dataclass(frozen=True, slots=True)
class Found:
    """A URL worth a request. `parent` is the id of the page that led to it, `redirects` how many led here in a row."""

    url: str
    host: str
    priority: int = 0
    depth: int = 0
    parent: int | None = None
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page that is queued or leased."""

    id: int
    url: str
    host: str
    priority: int
    depth: int
    redirects: int
    tries: int
    parent: str | None  # URL

    @property
    def key(self) -> tuple[int, int]:
        """What goes first: the higher priority, then the earlier find."""
        return -self.priority, self.id


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page; `capture` is file and place of its last answer, `reason` why it had no page."""

    id: int
    state: State
    depth: int
    capture: tuple[str, int] | None
    reason: str = ""


@dataclass(slots=True)
class Host:
    """How a host is to be treated. Times are seconds since 1970, delays seconds."""

    id: int
    name: str
    crawl_delay: float = 0.0
    held_until: float = 0.0
    failures: int = 0  # in a row: connections that failed, 429 and 503
    day: int = 0  # since 1970, of which `spent` counts the pages
    spent: int = 0
    sent: float = 0.0  # when its last request left


def fingerprint(url: str) -> bytes:
    """What tells one URL from another: 16 bytes."""
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """All values, in their order, AT_ONCE at a time."""
    left = iter(values)
    while some := list(islice(left, AT_ONCE)):
        yield some
