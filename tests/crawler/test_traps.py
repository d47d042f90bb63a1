"""URL traps: what is one, what is none, and budgets that grow with articles."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.traps import is_trap

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/calendar/2031/05/",
        "http://h/calendar/1971/1",
        "http://h/events/2031-05",
        "http://h/cal?year=2040&month=2",
        "http://h/cal?date=2040-02-01",
        "http://h/a/b/a/b/a/b/a/b/",
        "http://h/" + "/".join(map(str, range(20))),
        "http://h/list?" + "&".join(f"f{n}=1" for n in range(9)),
    ],
)
def test_traps(url: str) -> None:
    assert is_trap(url, TODAY)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/2024/05/06/title.html",
        "http://h/2026-03/01/c_123.htm",
        "http://h/article/20310512345.html",
        "http://h/a/9999/12345.html",
        "http://h/list_2.html?page=3&sort=new",
        "http://h/?date=20240506",
        "http://h/?y=12",
        "http://h/",
    ],
)
def test_no_traps(url: str) -> None:
    assert not is_trap(url, TODAY)
