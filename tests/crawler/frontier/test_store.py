"""The tables on disk: what is known, what waits, what a kill leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.frontier import recovery
from crawler.frontier.database import FILE
from crawler.frontier.model import Found, State
from crawler.frontier.store import Store
from pipelines.errors import ConfigurationError

URLS = [f"http://h/{n}" for n in range(5)]


def found(url: str, priority: int = 0) -> Found:
    return Found(url, "h", priority)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path)
    opened.begin_round("one")
    yield opened
    opened.close()


def waiting(store: Store) -> list[str]:
    return [page.url for page in store.first(store.host("h"), 100)]


def test_a_url_is_queued_once(store: Store) -> None:
    assert store.add(found(URLS[0])) is not None
    assert store.add(found(URLS[0], priority=9)) is None
    assert store.fresh(URLS) == URLS[1:]
    assert waiting(store) == URLS[:1]
    assert store.queued() == {"h": 1}


def test_what_was_not_committed_is_as_if_it_had_not_been(path: Path, store: Store) -> None:
    page = store.add(found(URLS[0]))
    assert page is not None
    store.commit({"a.warc.gz": 7})
    store.done(page.id, ("a.warc.gz", 3))
    store.add(found(URLS[1]))
    other = Store(path)
    assert waiting(other) == URLS[:1]
    assert other.known_to("a.warc.gz") == 7
    other.close()


def test_what_was_leased_waits_again_and_what_failed_when_its_time_has_come(store: Store) -> None:
    pages = [store.add(found(url)) for url in URLS]
    for page, act in zip(pages, ("lease", "soon", "late", "never", "done"), strict=True):
        assert page is not None
        store.lease(page.id)
        if act == "done":
            store.done(page.id, None)
        elif act != "lease":
            store.fail(page.id, "timeout", {"soon": 10.0, "late": 99.0, "never": None}[act])
    assert waiting(store) == []
    assert store.recover(now=50.0) == 1
    assert waiting(store) == URLS[:2]
    assert (store.count(State.FAILED), store.count(State.DONE)) == (2, 1)


def test_a_new_round_asks_again_for_all_but_articles(store: Store) -> None:
    for url in URLS[:3]:
        page = store.add(found(url))
        assert page is not None
        store.done(page.id, None)
    store.begin_round("two", articles=[URLS[1], URLS[4]])
    assert store.fresh(URLS) == [URLS[0], URLS[2], URLS[3]]
    assert store.add(found(URLS[0])) is not None
    assert store.add(found(URLS[0])) is None
    assert store.add(found(URLS[1])) is None
    assert store.add(found(URLS[1]), again=True) is not None
    assert waiting(store) == [URLS[0], URLS[1]]


def test_a_round_that_was_begun_goes_on(store: Store) -> None:
    store.add(found(URLS[0]))
    store.begin_round("one", keep_queue=False)
    assert (store.round, waiting(store)) == (1, URLS[:1])
    store.begin_round("two", keep_queue=True)
    assert (store.round, waiting(store)) == (2, URLS[:1])
    store.begin_round("three", keep_queue=False)
    assert (store.round, waiting(store)) == (3, [])
    assert store.fresh(URLS[:1]) == URLS[:1]


def test_captures_that_are_gone_are_asked_for_again(store: Store) -> None:
    for place, url in enumerate(URLS):
        page = store.add(found(url))
        assert page is not None
        store.done(page.id, ("a.warc.gz", 100 * place))
    store.commit({"a.warc.gz": 500})
    assert store.forget_beyond("a.warc.gz", 300) == 2
    assert waiting(store) == URLS[3:]
    assert store.known_to("a.warc.gz") == 300
    assert store.forget_beyond("unknown", 0) == 0


def test_the_first_who_tells_of_a_part_is_believed(store: Store) -> None:
    store.tell_part(URLS[1], URLS[0])
    store.tell_part(URLS[1], URLS[2])
    assert store.article_of(URLS[1]) == URLS[0]
    assert store.article_of(URLS[0]) is None


def test_what_is_learned_of_a_host_is_remembered(path: Path, store: Store) -> None:
    host = store.host("h")
    host.crawl_delay, host.held_until, host.failures, host.day, host.spent = 2.5, 1e9, 3, 20000, 7
    store.save(host)
    store.commit()
    other = Store(path)
    assert other.host("h") == host
    other.close()


@pytest.mark.parametrize("content", [b"no database" * 1000, b"SQLite format 3\0" + b"x" * 5000])
def test_a_broken_file_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Store(path)


def test_a_file_that_lost_its_end_is_told(path: Path) -> None:
    store = Store(path)
    for n in range(400):
        store.add(Found(f"http://h{n}/{'x' * 200}", f"h{n}"))
    store.commit()
    store.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ConfigurationError, match=r"cannot be read: .* malformed"):
        recovery.begin(path.parent, "two", keep_queue=True, articles=(), now=0.0)


def test_what_is_forgotten_is_in_no_byte_of_the_file(path: Path) -> None:
    store = Store(path)
    for n, url in enumerate(URLS):
        page = store.add(found(url))
        assert page
        store.done(page.id, ("a.warc.gz", n))
        store.tell_part(url, "http://h/article" if n < 2 else "http://h/other")
    store.commit()
    assert (
        store.forget(lambda url, place: url == URLS[0] or place == ("a.warc.gz", 1) or url == "http://h/article") == 2
    )
    store.commit()
    assert (store.known(URLS[0]), store.known(URLS[1]), store.article_of(URLS[1])) == (None, None, None)
    assert (store.known(URLS[2]) is not None, store.article_of(URLS[2])) == (True, "http://h/other")
    store.close()
    held = path.read_bytes()
    assert [url.encode() in held for url in URLS] == [False, False, True, True, True]
    assert b"http://h/article" not in held
