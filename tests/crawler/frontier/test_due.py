"""Visits on disk: when the next one is due, what a round of what is due may ask for, and frontiers without visits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import recovery
from crawler.frontier.database import FILE
from crawler.frontier.due import DAY, Bounds, Visit
from crawler.frontier.model import Found, State
from crawler.frontier.store import Store

PAGES = [f"http://h/{n}" for n in range(4)]
# what version 1 laid out, as far as it matters here
VERSION_1 = """
create table hosts(id integer primary key, name text not null unique, crawl_delay real not null default 0,
    held_until real not null default 0, failures integer not null default 0, day integer not null default 0,
    spent integer not null default 0);
create table pages(id integer primary key, fingerprint blob not null unique, url text not null,
    host integer not null references hosts(id), state integer not null, priority integer not null, depth integer not null,
    parent integer, round integer not null, redirects integer not null default 0, tries integer not null default 0,
    article integer not null default 0, reason text, retry_at real, capture integer, place integer);
create index queue on pages(host, priority desc, id) where state = 0;
create index leases on pages(id) where state = 1;
create index failures on pages(retry_at) where state = 3;
create table captures(id integer primary key, file text not null unique, place integer not null default 0);
create table parts(fingerprint blob primary key, article text not null) without rowid;
create table rounds(number integer primary key, run text not null unique);
pragma user_version = 1;
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / FILE)
    opened.begin_round("one")
    yield opened
    opened.close()


def visit(store: Store, url: str, due_at: float, place: int = 0) -> None:
    page = store.add(Found(url, "h"))
    assert page is not None
    store.visited(url, Visit(due_at, 5.0, 200, store.round, etag='"1"'), ("one.warc.gz", place))
    store.done(page.id, ("one.warc.gz", place))


def waiting(store: Store) -> list[str]:
    return [page.url for page in store.first(store.host("h"), 100)]


@given(st.floats(0, 400), st.floats(0, 400), st.lists(st.booleans(), max_size=40))
def test_intervals_stay_within_their_bounds_and_go_the_right_way(a: float, b: float, seen: list[bool]) -> None:
    bounds = Bounds.of_days(sorted((a, b)))
    interval = bounds.following(None, unchanged=False)
    assert interval == bounds.least
    for unchanged in seen:
        after = bounds.following(interval, unchanged)
        assert bounds.least <= after <= bounds.most
        assert after >= interval if unchanged else after <= interval
        interval = after


def test_a_page_that_never_changes_comes_to_its_longest_interval_and_one_that_does_to_its_shortest() -> None:
    bounds, days = Bounds(), [DAY]
    while days[-1] < bounds.most:
        days.append(bounds.following(days[-1], unchanged=True))
    assert len(days) == 13
    while days[-1] > bounds.least:
        days.append(bounds.following(days[-1], unchanged=False))
    assert len(days) < 40


def test_a_round_of_what_is_due_asks_for_that_and_for_what_is_new(store: Store) -> None:
    for url, due_at in zip(PAGES, (10.0, 20.0, 30.0), strict=False):
        visit(store, url, due_at)
    store.begin_round("two", due_until=20.0)
    assert waiting(store) == PAGES[:2]
    assert store.fresh(PAGES) == PAGES[3:]
    assert store.add(Found(PAGES[2], "h"), again=True) is None
    assert store.add(Found(PAGES[3], "h")) is not None
    store.begin_round("three")
    assert waiting(store) == PAGES[3:], "what was due and not fetched is none of another run's"
    assert store.fresh(PAGES) == PAGES[:3]
    store.begin_round("four", due_until=20.0)
    assert waiting(store) == [*PAGES[:2], PAGES[3]]


def test_a_page_that_is_wanted_whole_is_asked_for_again_though_it_is_not_due(store: Store) -> None:
    visit(store, PAGES[0], 10.0)
    store.want_whole(PAGES[0])
    assert store.add(Found(PAGES[0], "h")) is None, "only rounds of what is due capture less than all"
    store.begin_round("two", due_until=5.0)
    store.want_whole(PAGES[0])
    again = store.add(Found(PAGES[0], "h"))
    assert again is not None
    last = store.visit(PAGES[0])
    assert last is not None
    assert last.whole
    store.visited(PAGES[0], replace(last, whole=False, round=store.round), None)
    store.done(again.id, ("one.warc.gz", 1))
    store.want_whole(PAGES[0])
    assert store.add(Found(PAGES[0], "h")) is None, "once a round is enough"


def test_visits_whose_capture_is_gone_are_forgotten(store: Store) -> None:
    for place, url in enumerate(PAGES):
        visit(store, url, 10.0, place)
    store.forget_beyond("one.warc.gz", 2)
    assert [store.visit(url) is not None for url in PAGES] == [True, True, False, False]


def test_a_visit_is_remembered_as_it_was(tmp_path: Path, store: Store) -> None:
    told = Visit(1.5, 2.5, 404, 1, False, "é", "Mon", b"d", b"o", b"t", "<urn:uuid:1>", "2024-05-06T00:00:00Z")
    store.visited(PAGES[0], told, ("one.warc.gz", 7))
    store.commit()
    other = Store(tmp_path / FILE)
    found = other.visit(PAGES[0])
    other.close()
    assert found is not None
    assert (replace(found, capture=None, place=None), found.place) == (told, 7)


def test_pages_of_a_frontier_without_visits_are_due_at_once(tmp_path: Path) -> None:
    later = Store(tmp_path / "later.sqlite")
    later.begin_round("one")
    visit(later, PAGES[0], 0.0)
    later.add(Found(PAGES[1], "h"))
    later._db.execute("alter table hosts drop column sent")
    later.commit()
    rows = {table: list(later._db.execute(f"select * from {table}")) for table in ("hosts", "pages", "captures")}  # noqa: S608 -- names of tables
    later.close()
    database = sqlite3.connect(tmp_path / FILE)
    database.executescript(VERSION_1)
    for table, found in rows.items():
        for row in found:
            database.execute(f"insert into {table} values ({','.join('?' * len(row))})", row)  # noqa: S608 -- names of tables
    database.execute("insert into rounds values (1, 'one')")
    database.commit()
    database.close()
    assert recovery.due_pages(tmp_path, 1.0) == 1
    recovery.begin(tmp_path, "two", keep_queue=True, articles=[PAGES[2]], now=1.0, due_within=0.0)
    store = Store(tmp_path / FILE)
    known = [store.known(url) for url in PAGES[:3]]
    assert [one and one.state for one in known] == [State.QUEUED] * 3, "articles that no visit is known of, too"
    assert (store.due, store.round) == (True, 2)
    store.close()
