"""Retry-After in all its forms, and what a crawl makes of hosts that ask for patience, are slow, or go away."""

from __future__ import annotations

import json
import signal
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import seconds_of
from pipelines.dataset import Dataset
from pipelines.model import Reason
from tests.crawler.loopback import ARTICLE, HTML, Answer, Command, Site, serving

NOW = datetime(2024, 5, 6, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 06 May 2024 12:00:30 GMT", 30.0),
        ("Mon, 06 May 2024 20:00:30 +0800", 30.0),
        ("Mon, 06 May 2024 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Mon, 99 Foo 2024", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert seconds_of(value, NOW) == seconds


@given(st.text())
def test_any_value_is_survived(value: str) -> None:
    seconds = seconds_of(value, NOW)
    assert seconds is None or seconds >= 0


FAST = ("--allow-private", "--delay", "0")


def limited(site: Site, paths: list[str], until: list[float], retry_after: str | None) -> None:
    """The pages answer 429 until a moment, which the first of them sets two seconds ahead."""

    def answer(_before: int) -> Answer:
        if not until:
            until.append(time.monotonic() + 2)
        if time.monotonic() < until[0]:
            told = format_datetime(datetime.fromtimestamp(time.time() + 3, UTC), usegmt=True)
            return Answer(b"<p>slow down", 429, {"Content-Type": HTML, "Retry-After": retry_after or told})
        return Answer(b"<p>welcome")

    for path in paths:
        site.routes[path] = answer


@pytest.mark.parametrize("retry_after", ["2", None])
def test_no_page_is_lost_to_429_and_none_is_asked_for_meanwhile(
    site: Site, crawl: Command, retry_after: str | None
) -> None:
    paths = [f"/a/{n}" for n in range(20)]
    site.index("/", *paths)
    until: list[float] = []
    limited(site, paths, until, retry_after)
    done = crawl("--start", f"{site.url}/", *FAST)
    assert done.returncode == 0, done.stderr
    asked = [(path, moment) for path, moment in site.asked if path in paths]
    assert len([moment for _, moment in asked if moment < until[0]]) == 1, "one request brought the 429, and no more"
    assert sorted(path for path, moment in asked if moment > until[0]) == sorted(paths)


def test_one_slow_host_slows_no_other(site: Site, crawl: Command) -> None:
    with serving() as slow:
        slow.page("/robots.txt", b"User-agent: *\nCrawl-delay: 1", headers={"Content-Type": "text/plain"})
        slow.index("/", *(f"/s/{n}" for n in range(4)))
        site.index("/", *(f"/a/{n}" for n in range(40)))
        done = crawl("--start", f"{slow.url}/", "--start", f"{site.url}/", *FAST)
        assert done.returncode == 0, done.stderr
        moments = [moment for path, moment in slow.asked if path != "/robots.txt"]
        assert all(later - earlier >= 0.99 for earlier, later in pairwise(moments))
        assert site.asked[-1][1] < moments[-2], "the other host was through long before"


def test_hosts_without_a_robots_txt_yet_slow_no_other(site: Site, crawl: Command) -> None:
    site.index("/", *(f"/a/{n}" for n in range(9)))
    with ExitStack() as stack:
        slow = [stack.enter_context(serving()) for _ in range(20)]
        for one in slow[:-1]:
            one.page("/robots.txt", status=503, headers={"Retry-After": "60"})
        slow[-1].page("/robots.txt", wait=20)  # under the same name, on another port
        starts = [word for one in (*slow, site) for word in ("--start", f"{one.url}/")]
        process = crawl.start(*starts, *FAST)
        end = time.monotonic() + 20
        while len(site.asked) < 11 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert len(site.asked) == 11
        assert site.asked[-1][1] < slow[-1].asked[0][1] + 20, "all came before the slow one's robots.txt"


def test_no_more_is_under_way_than_may_be(crawl: Command) -> None:
    with ExitStack() as stack:
        sites = [stack.enter_context(serving()) for _ in range(40)]
        for n, one in enumerate(sites):
            one.routes["/"] = Answer(ARTICLE.format(title=str(n)).encode(), wait=0.5)
        starts = [word for one in sites for word in ("--start", f"{one.url}/")]
        done = crawl(*starts, *FAST, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["rows"]["documents"] == 40
        moments = sorted(one.times("/")[0] for one in sites)
        assert all(later - first > 0.4 for first, later in zip(moments, moments[32:], strict=False))


@pytest.mark.parametrize("status", [301, 302, 500, 404])
def test_retry_after_counts_whatever_it_comes_with(site: Site, crawl: Command, status: int) -> None:
    busy = Answer(b"", status, {"Retry-After": "2", "Location": "/a"})
    site.index("/", "/busy", "/a", "/b")
    site.routes["/busy"] = lambda before: Answer(b"<p>busy") if before else busy
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    moments = [moment for _, moment in site.asked]
    at = site.paths.index("/busy")
    assert moments[at + 1] - moments[at] >= 1.9
    assert all(later - earlier < 1.9 for earlier, later in pairwise(moments[at + 1 :]))


def test_a_date_is_held_against_the_clock_of_its_server(site: Site, crawl: Command) -> None:
    behind = time.time() - 86400

    def busy(before: int) -> Answer:
        dates = [format_datetime(datetime.fromtimestamp(behind + wait, UTC), usegmt=True) for wait in (0, 2)]
        return (
            Answer(b"<p>welcome")
            if before
            else Answer(b"", 429, dict(zip(("Date", "Retry-After"), dates, strict=True)))
        )

    site.index("/", "/busy")
    site.routes["/busy"] = busy
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    first, second = site.times("/busy")
    assert second - first >= 1.9


def test_a_host_that_asks_for_much_patience_is_remembered(site: Site, crawl: Command) -> None:
    site.index("/", "/a", "/b", "/c")
    site.routes["/a"] = lambda before: Answer(b"", 429, {"Retry-After": "3600"}) if before == 0 else Answer(b"<p>a")
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["reason"] == "hosts_wait"
    ((waiting, until),) = told["waiting_hosts"].values()
    assert waiting == 3
    assert 3500 < until - time.time() < 3700
    asked = len(site.asked)
    done = crawl(*FAST)
    assert done.returncode == 1
    assert "3 pages of 127.0.0.1" in done.stderr
    assert len(site.asked) == asked


def test_a_daily_budget_holds_over_runs(site: Site, crawl: Command) -> None:
    site.index("/", *(f"/a/{n}" for n in range(9)))
    done = crawl("--start", f"{site.url}/", *FAST, "--per-day", "6", "--json")  # with ai.txt and tdmrep.json
    assert json.loads(done.stdout)["reason"] == "hosts_wait"
    assert len(site.asked) == 4
    crawl(*FAST, "--per-day", "10")
    assert len(site.asked) == 6
    assert crawl(*FAST).returncode == 0
    assert {f"/a/{n}" for n in range(9)} <= set(site.paths)


def test_pages_that_break_off_at_first_are_not_taken_for_a_host_that_is_gone(site: Site, crawl: Command) -> None:
    paths = [f"/a/{n}" for n in range(7)]
    site.index("/", *paths)
    for path in paths:  # no status line: the connection breaks
        site.routes[path] = lambda before: Answer(b"<p>a", 200 if before else 0, {"Connection": "close"})
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (0, "finished")
    assert all(site.paths.count(path) == 2 for path in paths)


def test_a_kept_connection_that_was_closed_costs_a_page_its_turn_and_nothing_else(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 0.4", headers={"Content-Type": "text/plain"})
    paths = [f"/a/{n}" for n in range(4)]
    site.index("/", *paths)
    for path in paths:
        welcome = Answer(ARTICLE.format(title=path).encode())
        site.routes[path] = lambda before, welcome=welcome: welcome if before else Answer(status=0)  # type: ignore[misc]  # mypy infers no type for a default
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["errors"]) == (0, 0)
    assert [site.paths.count(path) for path in paths] == [2] * 4
    assert all(later - earlier >= 0.39 for (_, earlier), (_, later) in pairwise(site.asked))
    assert told["rows"]["documents"] == 4
    rejects = Dataset(crawl.dataset).table("rejects", ["reason"])["reason"].to_pylist()
    assert Reason.FETCH_FAILED not in rejects


def test_a_page_that_is_never_answered_is_not_asked_for_for_ever(site: Site, crawl: Command) -> None:
    site.index("/", "/gone", "/a")
    site.article("/a")
    site.page("/gone", status=0)
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert json.loads(done.stdout)["errors"] == 1
    assert site.paths.count("/gone") == 2
