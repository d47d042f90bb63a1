"""The store in Redis: the same as that on disk where one crawler works, and hosts that are held where several do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.frontier import redis_store
from crawler.frontier.model import Found, State, fingerprint
from crawler.frontier.protocol import PageStore, StoreFault
from crawler.frontier.redis_store import RedisStore
from crawler.frontier.store import Store
from pipelines.errors import ConfigurationError, TaoxiError
from tests.crawler.frontier.redis_server import Server, free_port, needs_redis, running

pytestmark = needs_redis
HOSTS = ("h", "i")
URLS = [f"http://{host}/{n}" for host in HOSTS for n in range(4)]
ARTICLES = (URLS[1], "http://elsewhere/1")
FILES = ("a.warc.gz", "b.warc.gz")
Act = tuple[Any, ...]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("redis"), "--appendonly", "yes") as one:
        yield one


@pytest.fixture
def store(server: Server) -> Iterator[Callable[[], RedisStore]]:
    """A function that opens one more store on an empty database, each of them another crawler."""
    redis.Redis.from_url(server.url).flushdb()
    opened: list[RedisStore] = []

    def another() -> RedisStore:
        opened.append(RedisStore(server.url, f"run{len(opened)}"))
        return opened[-1]

    yield another
    for one in opened:
        one.close()


def host_of(url: str) -> str:
    return url.split("/")[2]


def waiting(store: PageStore, host: str = "h") -> list[str]:
    return [page.url for page in store.first(store.host(host), 100)]


# --- beside the store on disk -----------------------------------------------------------------------------------------

url = st.sampled_from(URLS)
capture = st.none() | st.tuples(st.sampled_from(FILES), st.integers(0, 9))
acts = st.one_of(
    st.tuples(st.just("add"), url, st.integers(-50, 50), st.integers(0, 5), st.none() | url, st.booleans()),
    st.tuples(st.just("lease"), url),
    st.tuples(st.just("requeue"), url, st.integers(-50, 50), st.integers(0, 3)),
    st.tuples(st.just("done"), url, capture, st.sampled_from([None, "status 404", "redirect to x"])),
    st.tuples(st.just("fail"), url, st.sampled_from([None, 10.0, 1000.0]), capture),
    st.tuples(st.just("recover"), st.sampled_from([5.0, 50.0])),
    st.tuples(st.just("round")),
    st.tuples(st.just("beyond"), st.sampled_from(FILES), st.integers(0, 9)),
    st.tuples(st.just("reorder"), st.dictionaries(url, st.integers(-50, 50), max_size=4)),
    st.tuples(st.just("part"), url, url),
    st.tuples(st.just("commit"), st.sampled_from(FILES), st.integers(0, 20)),
)


def act(store: PageStore, what: Act, rounds: int) -> object:
    """What the store gives for an act; ids are told as they are, both stores count alike."""
    name, *told = what
    known = store.known(told[0]) if name in ("lease", "requeue", "done", "fail") else None
    if name == "add":
        to, priority, depth, parent, again = told
        led = store.known(parent) if parent else None
        return store.add(Found(to, host_of(to), priority, depth, led.id if led else None), again=again)
    if name in ("lease", "requeue", "done", "fail"):
        # as the scheduler does: what waits is leased, what is leased ends
        if known is None or known.state is not (State.QUEUED if name == "lease" else State.LEASED):
            return None
        if name == "lease":
            store.lease(known.id)
        elif name == "requeue":
            store.requeue(known.id, told[1], told[2])
        elif name == "done":
            store.done(known.id, told[1], told[2])
        else:
            store.fail(known.id, "timeout", told[1], told[2])
        store.commit()
    elif name == "recover":
        for one in URLS:  # on disk all leases end with the run; in Redis those of the dead
            page = store.known(one)
            if page and page.state is State.LEASED:
                return None
        store.recover(told[0])
    elif name == "round":
        store.begin_round(f"round {rounds}", articles=ARTICLES)
    elif name == "beyond":
        return store.forget_beyond(*told)
    elif name == "reorder":
        return store.reorder(told[0])
    elif name == "part":
        store.tell_part(*told)
    else:
        store.commit({told[0]: told[1]})
    return None


def seen(store: PageStore) -> object:
    pages = [store.known(one) for one in (*URLS, *ARTICLES)]
    lines = [store.first(store.host(host), 100) for host in HOSTS]
    parts = [store.article_of(one) for one in URLS]
    return pages, lines, parts, store.fresh(URLS), [store.count(state) for state in State], store.round


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=30))
def test_one_crawler_finds_what_it_would_on_disk(server: Server, what: list[Act]) -> None:
    redis.Redis.from_url(server.url).flushdb()
    disk, shared = Store(None), RedisStore(server.url, "run")
    shared.beat()
    disk.begin_round("first")
    shared.begin_round("first")
    for host in HOSTS:
        shared.take_one(host)
    for n, one in enumerate(what):
        if one[0] == "round":
            # in Redis a round ends when nothing waits
            if sum(disk.count(state) for state in (State.QUEUED, State.LEASED)):
                continue
            shared.leave()
        assert act(disk, one, n) == act(shared, one, n), one
        if one[0] == "round":
            shared.beat()
        for host in HOSTS:
            shared.take_one(host)
        assert seen(disk) == seen(shared), one
    disk.close()
    shared.close()


# --- several crawlers -------------------------------------------------------------------------------------------------


def crawler(store: Callable[[], RedisStore]) -> RedisStore:
    one = store()
    one.beat()
    return one


def test_a_host_is_held_by_one_at_a_time(store: Callable[[], RedisStore]) -> None:
    one, two = crawler(store), crawler(store)
    page = one.add(Found(URLS[0], "h"))
    assert page
    assert two.take(10, time.time()) == {"h": 1}
    assert one.take(10, time.time()) == {}
    assert (one.take_one("h"), two.take_one("h")) == (False, True)
    assert (one.lease(page.id), two.lease(page.id), two.lease(page.id)) == (False, True, False)
    two.give_back(["h"])
    assert one.beat().held == {"h": 1}, "who asked for it has it, and what was under way waits again"


def test_a_host_that_another_one_waits_for_is_handed_over(store: Callable[[], RedisStore]) -> None:
    one, two, three = crawler(store), crawler(store), crawler(store)
    one.add(Found(URLS[0], "h"))
    one.take_one("h")
    host = one.host("h")
    host.failures = 3
    one.remember(host, 0.0)
    assert one.beat().wanted == frozenset()
    assert not two.take_one("h")
    assert one.beat().wanted == {"h"}
    one.give_back(["h"])
    assert three.take(10, time.time()) == {}
    assert two.beat().held == {"h": 1}
    assert two.host("h").failures == 3, "what is known of it comes along"
    three.take_one("h")
    three.leave()
    assert two.beat().wanted == frozenset(), "who waited is gone"


def test_what_was_learned_goes_with_the_host(store: Callable[[], RedisStore]) -> None:
    one, two = crawler(store), crawler(store)
    one.add(Found(URLS[0], "h"))
    now = time.time()
    one.take_one("h")
    host = one.host("h")
    host.crawl_delay, host.held_until, host.failures, host.day, host.spent = 2.5, now + 40, 3, 20000, 7
    host.sent = now
    assert one.remember(host, now + 40)
    one.leave()
    assert two.take(10, now + 30) == {}, "it is not to be asked yet"
    assert two.take(10, now + 60) == {"h": 1}
    found = two.host("h")
    assert (found.crawl_delay, found.failures, found.day, found.spent) == (2.5, 3, 20000, 7)
    assert found.held_until == pytest.approx(now + 40, abs=1)
    assert found.sent == pytest.approx(now, abs=1)


def test_who_does_not_hold_a_host_changes_nothing_of_it(store: Callable[[], RedisStore]) -> None:
    one, two = crawler(store), crawler(store)
    page = one.add(Found(URLS[0], "h"))
    assert page
    one.take_one("h")
    one.lease(page.id)
    host = two.host("h")
    host.failures = 9
    assert not two.remember(host, 0.0)
    two.requeue(page.id, 5, 5)
    two.fail(page.id, "timeout", None)
    two.commit()
    known = one.known(URLS[0])
    assert known
    assert known.state is State.LEASED
    one.give_back(["h"])
    assert two.take_one("h")
    assert two.host("h").failures == 0


def test_what_is_done_stays_done_whoever_asks_for_it_still(store: Callable[[], RedisStore]) -> None:
    one, two = crawler(store), crawler(store)
    page = one.add(Found(URLS[0], "h"))
    assert page
    two.take_one("h")
    two.lease(page.id)
    one.done(page.id, ("a.warc.gz", 1))  # read again from its own captures
    one.commit()
    two.requeue(page.id, 0, 1)
    two.fail(page.id, "timeout", None)
    two.commit()
    two.leave()
    known = one.known(URLS[0])
    assert known
    assert (known.state, known.capture) == (State.DONE, ("a.warc.gz", 1))


def test_what_a_dead_crawler_held_waits_again(store: Callable[[], RedisStore], monkeypatch: pytest.MonkeyPatch) -> None:
    living = crawler(store)
    monkeypatch.setattr(redis_store, "LEASE_SECONDS", 0.2)
    dead = crawler(store)
    pages = [dead.add(Found(url, "h")) for url in URLS[:3]]
    dead.take_one("h")
    for page in pages[:2]:
        assert page
        dead.lease(page.id)
    assert pages[0]
    dead.done(pages[0].id, ("a.warc.gz", 1))
    dead.commit()
    assert waiting(living) == URLS[2:3]
    assert living.take(10, time.time()) == {}
    time.sleep(0.3)
    living.beat()
    assert waiting(living) == URLS[1:3]
    assert living.take(10, time.time()) == {"h": 2}
    assert not dead.holds("h")
    assert pages[1]
    assert not dead.lease(pages[1].id)
    assert dead.beat().held == {}


def test_a_crawler_that_is_believed_dead_takes_no_host(
    store: Callable[[], RedisStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_store, "LEASE_SECONDS", 0.1)
    late = crawler(store)
    late.add(Found(URLS[0], "h"))
    time.sleep(0.2)
    assert late.take(10, time.time()) == {}
    assert not late.take_one("h")


def test_a_round_is_shared_until_nobody_works_and_nothing_waits(store: Callable[[], RedisStore]) -> None:
    one, two, three = crawler(store), store(), store()
    one.begin_round("one")
    page = one.add(Found(URLS[0], "h"))
    assert page
    two.begin_round("two")
    assert two.round == one.round
    one.take_one("h")
    one.lease(page.id)
    one.done(page.id, None)
    one.commit()
    three.begin_round("three")
    assert three.round == one.round, "one still lives"
    one.leave()
    two.begin_round("four")
    assert two.round == one.round + 1
    assert two.fresh(URLS[:1]) == URLS[:1]
    two.tell_articles(URLS[:1])
    assert two.fresh(URLS[:1]) == []


def test_articles_are_asked_for_again_only_in_a_round_that_refetches(store: Callable[[], RedisStore]) -> None:
    one = store()
    one.begin_round("one", articles=URLS[:1])
    one.begin_round("two")
    assert one.fresh(URLS[:2]) == URLS[1:2]
    one.refetch()
    one.begin_round("three")
    assert one.fresh(URLS[:2]) == URLS[:2]
    page = one.add(Found(URLS[0], "h"))
    one.refetch()
    assert page
    one.done(page.id, None)
    one.tell_articles(URLS[:1])
    one.commit()
    one.begin_round("four")
    assert one.fresh(URLS[:1]) == []
    one.add(Found(URLS[1], "h"))
    with pytest.raises(ConfigurationError, match="under way"):
        one.refetch()


def test_who_shares_a_crawl_tells_what_others_told(store: Callable[[], RedisStore]) -> None:
    always, delay = {"--start": ["http://a/", "http://b/"]}, "--delay"
    store().agree(always, {delay: 1.0})
    store().agree(always, {delay: 2.0})
    one = crawler(store)
    with pytest.raises(ConfigurationError, match=r"--delay is 2\.0 for those who share the crawl, and not told here"):
        store().agree(always, {delay: None})
    one.leave()
    store().agree(always, {delay: None})
    with pytest.raises(ConfigurationError, match=r"--start is http://a/ http://b/ for .*, and http://c/ here"):
        store().agree({"--start": ["http://c/"]}, {delay: None})


def test_what_is_due_is_refused(store: Callable[[], RedisStore]) -> None:
    with pytest.raises(ConfigurationError, match="does not know what is due"):
        store().begin_round("one", due_until=5.0)


# --- servers that will not do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["redis://", "http://h/0", "redis://h/name", "redis://h:port/0", "h:6379", "redis://[h/0"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no address of a Redis database"):
        RedisStore(url)


def test_a_server_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.frontier.redis_client.TRIES", 0)
    with pytest.raises(TaoxiError, match="no Redis server answers") as told:
        RedisStore(f"redis://:secret@127.0.0.1:{free_port()}/0")
    assert "secret" not in str(told.value)


def test_passwords_and_memory_that_is_dropped_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(
        tmp_path, "--requirepass", "right", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"
    ) as one:
        for url in (one.url, one.url.replace("//", "//:wrong@")):
            with pytest.raises(ConfigurationError, match="password is missing or wrong") as told:
                RedisStore(url)
            assert "wrong@" not in str(told.value)
        monkeypatch.setenv("REDISCLI_AUTH", "right")
        with pytest.raises(ConfigurationError, match="drop pages when its memory is full"):
            RedisStore(one.url)
        redis.Redis.from_url(one.url.replace("//", "//:right@")).config_set("maxmemory-policy", "noeviction")
        with pytest.raises(ConfigurationError, match="out of range"):
            RedisStore(one.url.replace("/0", "/99"))
        store = RedisStore(one.url)
        assert store.volatile
        store.close()


def test_a_server_that_was_started_anew_is_noticed_and_remembers(tmp_path: Path) -> None:
    always = ("--appendonly", "yes", "--appendfsync", "always")
    with running(tmp_path, *always) as one:
        store = RedisStore(one.url)
        store.beat()
        store.add(Found(URLS[0], "h"))
        store.beat()
    with running(tmp_path, *always, port=one.port):
        with pytest.raises(StoreFault, match="started anew"):
            store.beat()
        assert waiting(RedisStore(one.url)) == URLS[:1]
    store.close()


def test_an_emptied_database_is_a_fault(server: Server, store: Callable[[], RedisStore]) -> None:
    one = crawler(store)
    page = one.add(Found(URLS[0], "h"))
    assert page
    redis.Redis.from_url(server.url).flushdb()
    with pytest.raises(StoreFault):
        one.lease(page.id)


def test_urls_are_told_apart_by_the_same_mark_as_on_disk(server: Server, store: Callable[[], RedisStore]) -> None:
    one, odd = crawler(store), "http://h/贷款?q=\udcff"
    one.add(Found(odd, "h"))
    assert redis.Redis.from_url(server.url).hget("taoxi:seen", fingerprint(odd))
    assert waiting(one) == [odd]
