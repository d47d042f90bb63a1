"""Each crawler has its share of the hosts, and none ends while pages may still come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.frontier.model import Found
from crawler.frontier.queues import Queues
from crawler.frontier.redis_store import SOON, RedisStore
from crawler.frontier.sharing import Sharing
from tests.crawler.frontier.redis_server import needs_redis, running

pytestmark = needs_redis
HOSTS = [f"h{n}" for n in range(6)]


class Crawler:
    """A crawler without a crawl: its store, queues and share."""

    def __init__(self, url: str) -> None:
        self.store = RedisStore(url)
        self.ready: dict[str, float] = {}
        self.sharing = Sharing(self.store, lambda name: self.ready.get(name, 0.0))
        self.queues = Queues(lambda name, most: self.store.first(self.store.host(name), most))

    def sync(self, *busy: str) -> set[str]:
        """Gives the hosts that pages are to be had of."""
        self.sharing.sync(self.queues, busy)
        return {name for name, line in self.queues.lines.items() if line.waiting}

    def find(self, *hosts: str, pages: int = 2) -> None:
        for host in hosts:
            for n in range(pages):
                self.store.add(Found(f"http://{host}/{n}", host))


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Callable[[], Crawler]]:
    with running(tmp_path) as server:
        yield lambda: Crawler(server.url)


def test_who_comes_later_gets_a_share(crawler: Callable[[], Crawler]) -> None:
    one, two = crawler(), crawler()
    one.find(*HOSTS)
    assert one.sync() == set(HOSTS)
    assert two.sync() == set()
    kept = one.sync()
    assert len(kept) == 3
    assert two.sync() == set(HOSTS) - kept
    assert one.sync() == kept


def test_a_busy_host_is_given_back_when_it_is_no_longer(crawler: Callable[[], Crawler]) -> None:
    one, two = crawler(), crawler()
    one.find(*HOSTS[:2])
    one.sync()
    two.sync()
    kept = one.sync(*HOSTS[:2])
    assert len(kept) == 1, "the other one is asked for no more"
    assert two.sync() == set()
    assert one.sync() == kept
    assert two.sync() == set(HOSTS[:2]) - kept


def test_a_host_that_has_to_rest_is_given_back_and_not_forgotten(crawler: Callable[[], Crawler]) -> None:
    one, later = crawler(), time.time() + SOON + 60
    one.find(HOSTS[0])
    one.sync()
    one.ready[HOSTS[0]] = later
    one.sharing.remember(one.store.host(HOSTS[0]), later)
    assert one.sync() == set()
    for _ in range(2):
        assert (one.sharing.waits, one.sharing.pending(later + 1), one.sharing.pending(later - 1)) == (
            True,
            True,
            False,
        )
        assert one.sync() == set()
    waiting, until = one.store.waiting_hosts()[HOSTS[0]]
    assert waiting == 2
    assert until == pytest.approx(later, abs=1)


def test_a_host_that_another_one_waits_for_is_given_up_when_it_is_idle(crawler: Callable[[], Crawler]) -> None:
    one, two = crawler(), crawler()
    two.find(HOSTS[0], pages=3)
    two.sync()
    one.sync()
    assert not one.sharing.may_ask(HOSTS[0]), "of a robots.txt that leads to another host"
    assert two.sync(HOSTS[0]) == set(), "no further page is asked for"
    assert not one.sharing.may_ask(HOSTS[0])
    two.sync()
    one.sync()
    assert one.sharing.may_ask(HOSTS[0])
    assert not two.sharing.holds(HOSTS[0])


def test_hosts_that_are_asked_are_held_on_to_by_who_was_cut_short(crawler: Callable[[], Crawler]) -> None:
    one, two = crawler(), crawler()
    one.find(*HOSTS[:2])
    one.sync()
    one.sharing.leave({HOSTS[0]})
    assert two.sync() == {HOSTS[1]}
    one.sharing.leave(set())
    two.sync()
    assert two.sync() == set(HOSTS[:2])


def test_none_ends_while_others_work_or_pages_wait(crawler: Callable[[], Crawler]) -> None:
    one, two = crawler(), crawler()
    one.sync()
    assert not one.sharing.pending(time.time())
    one.find(HOSTS[0], pages=1)
    one.sharing.found_elsewhere()
    assert one.sharing.pending(time.time())
    one.sync()
    two.sync()
    assert two.sharing.pending(time.time()), "the other one may find more"
    page = one.queues.pop(time.time())
    assert page
    one.store.lease(page.id)
    one.sync(HOSTS[0])
    two.sync()
    assert two.sharing.pending(time.time()), "its last page is under way"
    one.store.done(page.id, None)
    one.store.commit()
    one.sync()
    two.sync()
    assert not two.sharing.pending(time.time())
    assert not two.sharing.waits
