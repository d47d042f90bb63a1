"""Whose turn it is: against a plain list of all pages, whatever is on disk and whatever comes in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.frontier.model import Waiting
from crawler.frontier.queues import HELD, MOST_TURNS, Queues


@dataclass
class Disk:
    """Pages that wait, by host."""

    pages: dict[str, dict[int, Waiting]] = field(default_factory=dict)
    count: int = 0

    def add(self, host: str, priority: int) -> Waiting:
        self.count += 1
        page = Waiting(self.count, f"http://{host}/{self.count}", host, priority, 0, 0, 0, None)
        self.pages.setdefault(host, {})[page.id] = page
        return page

    def first(self, host: str, most: int) -> list[Waiting]:
        return sorted(self.pages.get(host, {}).values(), key=lambda page: page.key)[:most]


def drained(queues: Queues, disk: Disk, now: float, ready: Callable[[Waiting], float]) -> list[Waiting]:
    """All pages, one after the other, each host free again at once."""
    got = []
    while (page := queues.pop(now)) is not None:
        del disk.pages[page.host][page.id]
        queues.release(page.host, ready(page))
        got.append(page)
    return got


@settings(max_examples=50, deadline=None)
@given(
    on_disk=st.lists(st.integers(-3, 3), max_size=3 * HELD),
    pushed=st.lists(st.integers(-3, 3), max_size=3 * HELD),
)
def test_a_hosts_pages_come_by_priority_and_then_by_age(on_disk: list[int], pushed: list[int]) -> None:
    disk = Disk()
    queues = Queues(disk.first)
    for priority in on_disk:
        disk.add("a", priority)
    if on_disk:
        queues.load("a", len(on_disk), 0.0)
    for priority in pushed:
        queues.push(disk.add("a", priority))
    expected = disk.first("a", 1 << 20)
    assert len(queues) == len(expected)
    assert drained(queues, disk, 1.0, lambda _: 0.0) == expected
    assert len(queues) == 0


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_pages_that_come_in_between_are_neither_lost_nor_doubled(data: st.DataObject) -> None:
    disk, got = Disk(), list[int]()
    queues = Queues(disk.first, data.draw(st.sampled_from([1, 3]), "at a time"))
    for _ in range(data.draw(st.integers(1, 60))):
        for priority in data.draw(st.lists(st.integers(-3, 3), max_size=8)):
            queues.push(disk.add(data.draw(st.sampled_from("abc")), priority))
        page = queues.pop(1.0)
        if page is not None:
            best = min(disk.first(page.host, 1), key=lambda one: one.key)
            assert page == best
            del disk.pages[page.host][page.id]
            got.append(page.id)
            if data.draw(st.booleans()):
                queues.release(page.host, 0.0)
    for line in queues.lines.values():
        for _ in range(line.active):
            queues.release(line.name, 0.0)
    got += [page.id for page in drained(queues, disk, 1.0, lambda _: 0.0)]
    assert sorted(got) == list(range(1, disk.count + 1))


def test_pages_asked_for_at_once_are_each_asked_for_once() -> None:
    disk = Disk()
    queues = Queues(disk.first, 8)
    for _ in range(3 * HELD):
        disk.add("a", 0)
    queues.load("a", 3 * HELD, 0.0)
    assert [page.id for page in drained(queues, disk, 1.0, lambda _: 0.0)] == list(range(1, 3 * HELD + 1))


def test_the_best_page_of_all_hosts_goes_first() -> None:
    disk = Disk()
    queues = Queues(disk.first)
    for host, priority in (("a", 0), ("b", 5), ("c", -1), ("b", 1)):
        queues.push(disk.add(host, priority))
    assert [page.host for page in drained(queues, disk, 1.0, lambda _: 0.0)] == ["b", "b", "a", "c"]


def test_a_host_that_rests_slows_no_other() -> None:
    disk = Disk()
    queues = Queues(disk.first)
    for host, priority in (("slow", 100), ("slow", 100), ("fast", 0), ("fast", 0)):
        queues.push(disk.add(host, priority))
    queues.rest("slow", 60.0)
    assert [page.host for page in drained(queues, disk, 1.0, lambda _: 0.0)] == ["fast", "fast"]
    assert queues.wakes_at() == 60.0
    assert queues.waits_until(60.0)
    assert not queues.waits_until(59.0)
    assert queues.pop(59.9) is None
    first = queues.pop(60.0)
    assert first is not None
    assert queues.pop(60.0) is None, "one request at a time"
    queues.release("slow", 61.0)
    assert queues.pop(60.5) is None
    assert queues.pop(61.0) is not None


def test_a_page_that_is_held_is_its_hosts_next_one_once_that_goes_on() -> None:
    disk = Disk()
    queues = Queues(disk.first)
    waiting, other = disk.add("a", 1), disk.add("b", 0)
    for page in (waiting, other):
        queues.push(page)
    assert queues.pop(1.0) is waiting
    queues.hold(waiting)
    assert queues.pop(1.0) is other, "it slows no other host"
    assert queues.pop(1e12) is None
    queues.rest("a", 2.0)
    assert queues.pop(1.0) is None
    assert queues.pop(2.0) is waiting


@pytest.mark.parametrize("most_active", [1, 4])
def test_void_entries_do_not_pile_up(most_active: int) -> None:
    disk = Disk()
    queues = Queues(disk.first, most_active)
    for turn in range(5000):
        queues.push(disk.add("ab"[turn % 2], turn))
        if page := queues.pop(float(turn)):
            del disk.pages[page.host][page.id]
            queues.release(page.host, float(turn))
    assert len(queues._ready) + len(queues._resting) < 500


def focused(**pages: list[int]) -> tuple[Queues, Disk]:
    """Hosts with pages of these priorities; for a second, poor ones give way."""
    disk = Disk()
    queues = Queues(disk.first, patience=1.0)
    for host, priorities in pages.items():
        for priority in priorities:
            queues.push(disk.add(host, priority))
    return queues, disk


def test_a_host_gives_way_to_a_busy_one_with_much_better_pages_for_as_long_as_its_patience() -> None:
    queues, _ = focused(rich=[90, 80, 80], alike=[70, 70], poor=[10, 10])
    assert [queues.pop(1.0), queues.pop(1.0)] != [None, None]
    assert queues.pop(1.0) is None, "poor waits for rich"
    assert queues.wakes_at() == 2.0
    queues.release("rich", 1.1)
    again = queues.pop(1.2)
    assert again is not None
    assert again.host == "rich"
    late = queues.pop(2.3)
    assert late is not None, "the others are slow"
    assert late.host == "poor"


def test_a_host_gives_way_to_none_that_rests_for_long() -> None:
    queues, _ = focused(rich=[90, 80], poor=[10])
    assert queues.pop(1.0)
    queues.release("rich", 300.0)
    page = queues.pop(1.0)
    assert page is not None
    assert page.host == "poor"


def test_no_host_gives_way_forever() -> None:
    queues, disk = focused(rich=[90] * 500, poor=[1] * 3)
    got = [page.host for page in drained(queues, disk, 1.0, lambda _: 0.0)]
    assert "poor" in got[: MOST_TURNS + 2]
    assert got.index("poor") > MOST_TURNS // 2


def test_an_order_that_changed_on_disk_counts() -> None:
    queues, disk = focused(a=[5, 4, 3])
    disk.pages["a"][3] = replace(disk.pages["a"][3], priority=9)
    queues.reorder("a")
    assert [page.priority for page in drained(queues, disk, 1.0, lambda _: 0.0)] == [9, 5, 4]
