"""How long a host is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.model import Host
from crawler.hosts import DAY, PATIENCE, PATIENCE_WITH_PAGES, Manners

NOON = 20000.5 * DAY


def host(**told: float) -> Host:
    return Host(1, "h:80", **told)  # type: ignore[arg-type]  # mypy does not look into **


@pytest.mark.parametrize(
    ("own", "crawl_delay", "delay"),
    [
        ({}, 0.0, 1.0),
        ({}, 5.0, 5.0),
        ({}, 0.5, 1.0),
        ({}, 600.0, 60.0),
        ({"h:80": 3.0}, 0.0, 3.0),
        ({"h": 0.0}, 0.0, 0.0),
    ],
)
def test_the_longer_delay_counts(own: dict[str, float], crawl_delay: float, delay: float) -> None:
    assert Manners(own=own).delay_of(host(crawl_delay=crawl_delay)) == delay


@given(chance=st.floats(0, 1), crawl_delay=st.floats(0, 60))
def test_chance_never_shortens_a_delay(chance: float, crawl_delay: float) -> None:
    delay = Manners(jitter=0.25).delay_of(host(crawl_delay=crawl_delay), chance)
    assert delay >= max(crawl_delay, 1.0)


def test_retry_after_is_kept_and_a_day_is_the_longest() -> None:
    one = host()
    Manners().answered(one, 429, 8.0, NOON)
    assert one.held_until == NOON + 8
    Manners().answered(one, 503, 1e9, NOON)
    assert one.held_until == NOON + DAY


def test_pauses_grow_until_an_answer_comes() -> None:
    manners, one = Manners(), host()
    pauses = []
    for _ in range(3):
        manners.answered(one, 429, None, NOON)
        pauses.append(one.held_until - NOON)
    assert pauses == [10.0, 20.0, 40.0]
    manners.answered(one, 200, None, NOON)
    assert one.failures == 0
    manners.answered(one, 429, None, NOON + DAY)
    assert one.held_until == NOON + DAY + 10


def test_one_that_always_asks_for_a_second_more_is_asked_seldom() -> None:
    one = host()
    for _ in range(PATIENCE + 7):
        Manners().answered(one, 429, 1.0, NOON)
    assert one.held_until >= NOON + 600


def test_the_circuit_opens_after_failures_in_a_row() -> None:
    one, pauses = host(), []
    for _ in range(PATIENCE + 2):
        Manners().broke(one, NOON)
        pauses.append(one.held_until - NOON)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 600.0, 1200.0]


def test_pages_that_break_off_open_it_later() -> None:
    one, pauses = host(), []
    for _ in range(PATIENCE_WITH_PAGES + 1):
        Manners().broke(one, NOON, reached=True)
        pauses.append(one.held_until - NOON)
    assert pauses == [1.0, 2.0, 4.0, 8.0, *[16.0] * 8, 600.0]


def test_a_daily_budget_rests_until_midnight() -> None:
    manners, one = Manners(per_day=2), host()
    manners.spend(one, NOON)
    assert manners.free_at(one) == 0
    manners.spend(one, NOON)
    assert manners.free_at(one) == 20001 * DAY
    assert Manners().free_at(one) == 0
    manners.spend(one, NOON + DAY)
    assert one.spent == 1


@given(st.lists(st.tuples(st.sampled_from([200, 404, 429, 503, 0]), st.none() | st.floats(0, 1e12)), max_size=200))
def test_a_hold_is_never_longer_than_a_day(answers: list[tuple[int, float | None]]) -> None:
    one = host()
    for status, told in answers:
        if status:
            Manners().answered(one, status, told, NOON)
        else:
            Manners().broke(one, NOON)
    assert one.held_until <= NOON + DAY
