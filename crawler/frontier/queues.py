"""Whose turn it is: hosts in the order of their pages, each no sooner than it may be asked.

A host's best pages are held in memory, the others stay on disk, so memory grows with the hosts and not with the pages.
A host that has to wait, or is busy, is passed over: it slows no other.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from crawler.frontier.model import Waiting

HELD = 64  # pages of a host in memory, at most twice as many
MUCH = 0.7  # a page of less than so much of another's priority gives way to it
MOST_TURNS = 200  # of other hosts, that a host gives way
ON_DISK = -(1 << 62), 0  # before every page
Key = tuple[int, int]
Entry = TypeVar("Entry", tuple[Key, int, str], tuple[float, int, str])


@dataclass(slots=True)
class Line:
    """The pages of one host that wait."""

    name: str
    waiting: int = 0  # on disk and in memory
    active: int = 0
    ready_at: float = 0.0
    listed: int = 0  # number of the entry in a heap of `Queues` that speaks for this line; earlier ones are void
    front: list[tuple[Key, Waiting]] = field(default_factory=list)  # a heap
    last: Key | None = None  # pages behind this key are on disk alone; None: all are in `front`


class Queues:
    """Lines of hosts. `first(host, most)` reads a host's best queued pages; `most_active` is a host's at a time.

    For `patience` seconds a host gives way to one that is busy or rests and has a much better page, but not forever.
    """

    def __init__(self, first: Callable[[str, int], list[Waiting]], most_active: int = 1, patience: float = 0.0) -> None:
        self._first = first
        self.most_active = most_active
        self.patience = patience
        self.clear()

    def clear(self) -> None:
        """Nothing waits and nothing is under way."""
        self._popped = 0
        # host → pages popped when its turn was, the longest ago first
        self._turns: OrderedDict[str, int] = OrderedDict()
        self._lately: deque[tuple[float, str]] = deque()  # hosts that were asked within the patience, and when
        self._gave_way = False  # at the last pop, though hosts were ready
        self.lines: dict[str, Line] = {}
        self._ready: list[tuple[Key, int, str]] = []  # heaps of entries: when, number, host
        self._resting: list[tuple[float, int, str]] = []
        self._entries = 0

    def __len__(self) -> int:
        return sum(line.waiting for line in self.lines.values())

    def load(self, host: str, waiting: int, ready_at: float) -> None:
        """A host with so many pages on disk."""
        line = self._line(host)
        line.waiting, line.ready_at, line.last = waiting, ready_at, ON_DISK
        line.front.clear()
        self._rest(line)

    def drop(self, host: str) -> None:
        """No page of the host is to be had here any more; its requests under way are."""
        line = self._line(host)
        line.waiting, line.last = 0, None
        line.front.clear()

    def reorder(self, host: str) -> None:
        """The order of the host's pages on disk has changed."""
        line = self._line(host)
        self.load(host, line.waiting, line.ready_at)

    def push(self, page: Waiting) -> None:
        """The page waits; it is on disk already."""
        line = self._line(page.host)
        line.waiting += 1
        if line.last is None or page.key < line.last:
            heapq.heappush(line.front, (page.key, page))
            if len(line.front) > 2 * HELD:
                line.front = heapq.nsmallest(HELD, line.front)
                line.last = line.front[-1][0]
        if line.waiting == 1 or (line.front and line.front[0][1] is page):
            self._rest(line)

    def load_one(self, host: str) -> None:
        """A host has one page more, on disk."""
        line = self._line(host)
        self.load(host, line.waiting + 1, line.ready_at)

    def pop(self, now: float) -> Waiting | None:
        """The page whose turn it is, which is under way from now on; None where no host may be asked now.

        The host's next page is looked for at the next call, when this one is no longer one that waits on disk.
        """
        while self._resting and self._resting[0][0] <= now:
            _, number, name = heapq.heappop(self._resting)
            self._offer(self.lines[name], number, now)
        self._gave_way = False
        if line := self._overdue(now):
            return self._popped_of(line, now)
        while self._ready:
            _, number, name = heapq.heappop(self._ready)
            line = self.lines[name]
            if number == line.listed and line.active < self.most_active and self._filled(line):
                if self._gives_way(line, now):
                    heapq.heappush(self._ready, (line.front[0][0], number, name))
                    self._gave_way = True
                    return None
                return self._popped_of(line, now)
        return None

    def _popped_of(self, line: Line, now: float) -> Waiting:
        """The line's best page, under way."""
        page = heapq.heappop(line.front)[1]
        line.waiting -= 1
        line.active += 1
        if self.patience:
            self._popped += 1
            self._turns[line.name] = self._popped
            self._turns.move_to_end(line.name)
            self._lately.append((now, line.name))
        if line.active < self.most_active:
            self._rest(line)
        return page

    def _gives_way(self, line: Line, now: float) -> bool:
        """A host that was asked within the patience, and is to be asked again soon, has a much better page."""
        while self._lately and self._lately[0][0] < now - self.patience:
            self._lately.popleft()
        if not self._lately:
            return False
        soon = (self.lines[name] for name in {name for _, name in self._lately} if name != line.name)
        best = max(
            (one.front[0][1].priority for one in soon if self._filled(one) and one.ready_at <= now + self.patience),
            default=0,
        )
        return best > 0 and line.front[0][1].priority < MUCH * best

    def _overdue(self, now: float) -> Line | None:
        """The host that gave way for the longest time, where that was MOST_TURNS of others and it may be asked."""
        while self._turns and self._popped - next(iter(self._turns.values())) >= MOST_TURNS:
            name = next(iter(self._turns))
            self._turns[name] = self._popped
            self._turns.move_to_end(name)
            line = self.lines[name]
            if line.ready_at <= now and line.active < self.most_active and self._filled(line):
                return line
        return None

    def remove(self, host: str, page: int) -> None:
        """The page, whose id this is, waits no longer; on disk it does not do so already."""
        line = self._line(host)
        line.waiting = max(0, line.waiting - 1)
        front = [entry for entry in line.front if entry[1].id != page]
        if len(front) < len(line.front):
            heapq.heapify(front)
            line.front = front

    def release(self, host: str, ready_at: float) -> None:
        """One request of the host is over; the next may follow at `ready_at`."""
        line = self._line(host)
        line.active = max(0, line.active - 1)
        self.rest(host, ready_at)

    def hold(self, page: Waiting) -> None:
        """The page, which was popped, is its host's next one again, once the host has a time to rest until."""
        self.push(page)
        self.release(page.host, math.inf)

    def rest(self, host: str, ready_at: float) -> None:
        """The host is not asked before `ready_at`."""
        line = self._line(host)
        line.ready_at = ready_at
        self._rest(line)

    def wakes_at(self) -> float | None:
        """When the next host may be asked, or earlier; None where none waits for its time."""
        moments = [self._resting[0][0]] if self._resting else []
        if self._gave_way and self._lately:
            moments.append(self._lately[0][0] + self.patience)
        return min(moments, default=None)

    @property
    def best(self) -> int:
        """The highest priority of the pages in memory; each host's best page is, once its turn came."""
        return max((line.front[0][1].priority for line in self.lines.values() if line.front), default=0)

    def waits_until(self, latest: float) -> bool:
        """Pages wait whose host may be asked by then, or is busy now."""
        return any(line.waiting and (line.ready_at <= latest or line.active) for line in self.lines.values())

    def _line(self, host: str) -> Line:
        line = self.lines.get(host)
        if line is None:
            line = self.lines[host] = Line(host)
            self._turns[host] = self._popped
        return line

    def _rest(self, line: Line) -> None:
        """The line is listed anew, by the time from which its host may be asked."""
        self._entries += 1
        line.listed = self._entries
        heapq.heappush(self._resting, (line.ready_at, line.listed, line.name))
        self._resting = self._without_void(self._resting)

    def _offer(self, line: Line, number: int, now: float) -> None:
        """A line whose time has come is listed by its best page, where it has one and may be asked."""
        if number != line.listed or line.active >= self.most_active or not self._filled(line):
            return
        if line.ready_at > now:
            self._rest(line)
        else:
            heapq.heappush(self._ready, (line.front[0][0], line.listed, line.name))
            self._ready = self._without_void(self._ready)

    def _without_void(self, heap: list[Entry]) -> list[Entry]:
        """The heap, cleared of void entries where they outnumber the lines."""
        if len(heap) <= 2 * len(self.lines) + HELD:
            return heap
        heap = [entry for entry in heap if self.lines[entry[2]].listed == entry[1]]
        heapq.heapify(heap)
        return heap

    def _filled(self, line: Line) -> bool:
        """The line's best pages are in memory; False where it has none."""
        if not line.front and line.last is not None:
            found = self._first(line.name, HELD)
            line.front = [(page.key, page) for page in found]  # in order, so a heap
            line.last = found[-1].key if len(found) == HELD else None
        if not line.front:
            line.waiting = 0
        return bool(line.front)
