"""A clock that is set in the middle of a run, or was ahead in an earlier one, holds nothing up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crawler import clock
from crawler.frontier.database import FILE
from crawler.frontier.due import DAY, Visit
from crawler.frontier.model import Found
from crawler.frontier.store import Store

NOW = 20000.5 * DAY
URL = "http://h/1"


def test_a_run_waits_by_a_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now()
    assert abs(before - time.time()) < 60
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= clock.now() < before + 60


def test_what_a_clock_that_was_ahead_left_behind_holds_nothing_up(tmp_path: Path) -> None:
    store = Store(tmp_path / FILE)
    store.begin_round("ahead")
    page = store.add(Found(URL, "h"))
    assert page is not None
    store.fail(page.id, "timeout", NOW + 400 * DAY)
    host = store.host("h")
    host.held_until, host.sent, host.day, host.spent = NOW + 400 * DAY, NOW + 400 * DAY, 20400, 7
    store.save(host)
    store.recover(NOW)
    assert (store.host("h").held_until, store.host("h").sent) == (NOW + DAY, NOW)
    assert store.host("h").day == 20000
    assert store.queued() == {"h": 1}
    store.close()


def test_a_visit_in_the_future_is_due(tmp_path: Path) -> None:
    store = Store(tmp_path / FILE)
    store.begin_round("ahead")
    store.visited(URL, Visit(NOW + 401 * DAY, DAY, 200, 1), None)
    store.visited("http://h/2", Visit(NOW + 0.5 * DAY, DAY, 200, 1), None)
    assert store.visits.due(NOW) == 1
    store.close()
