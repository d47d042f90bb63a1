"""Exact duplicates: greedy leaders by content hash, in capture order.

A page whose folded text equals that of an earlier kept page is its duplicate, and else is kept. Pages are compared
with kept ones only, so the answer is the same whether pages come in one run or in many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leader:
    """A kept page that stands for its duplicates."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A page is a duplicate: of which kept page, of what kind, and how alike they are (1 = the same)."""

    kept: Leader
    kind: str = "exact"
    score: float = 1.0


class ExactLeaders:
    """The kept pages so far; `decide` is to be asked once a page, in capture order.

    `kept` are those of earlier commits, earliest first. `nothing` is the hash of an empty text, which matches no other.
    """

    def __init__(self, kept: Iterable[tuple[bytes, Leader]] = (), *, nothing: bytes) -> None:
        self._nothing = nothing
        self._leaders: dict[bytes, Leader] = {}
        for content_hash, leader in kept:
            self._leaders.setdefault(content_hash, leader)

    def decide(self, page: Leader, content_hash: bytes) -> Decision | None:
        """The decision that the page is a duplicate; None where it is kept and leads from now on."""
        if content_hash == self._nothing:
            return None
        leader = self._leaders.setdefault(content_hash, page)
        return None if leader is page else Decision(leader)
