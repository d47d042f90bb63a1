"""Crawlers that share a crawl through Redis, as processes: nothing is lost, and no host is asked by two at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from crawler.cli import main
from pipelines.dataset import Dataset
from pipelines.sources import read
from tests.crawler.frontier.redis_server import free_port, needs_redis, running
from tests.crawler.loans import OTHERS, WANTED, article, fill
from tests.crawler.loopback import Answer, Command, Site, serving
from tests.pipelines.topic.texts import EXAMPLES

SITES, HUBS, ARTICLES = 4, 2, 5
DELAY, PATIENCE = 0.2, 2  # seconds; what a busy site asks for
ASKED = ("--allow-private", "--delay", str(DELAY))
IMPATIENT = """
import sys
from crawler.cli import main
from crawler.frontier import redis_client, redis_store
redis_store.LEASE_SECONDS, redis_store.MARGIN, redis_client.TRIES = 3.0, 1.0, 1
sys.exit(main())
"""


class Impatient(Command):
    """The command, by which others do not wait as long for the dead, nor it for a server."""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", IMPATIENT, "crawl", str(self.dataset), *arguments]
        return subprocess.Popen(words, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@dataclass
class Busy:
    """How many requests a site answers at a time."""

    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def answering(self) -> Iterator[None]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.03)
        with self.lock:
            self.now -= 1
        yield

    def slow(self, answer: Answer | Callable[[int], Answer]) -> Callable[[int], Answer]:
        def answered(before: int) -> Answer:
            with self.answering():
                return answer(before) if callable(answer) else answer

        return answered


@dataclass
class Sites:
    """Sites that link to each other, each a host of its own."""

    all: list[Site]
    busy: list[Busy]

    @property
    def starts(self) -> list[str]:
        return [word for site in self.all for word in ("--start", f"{site.url}/")]

    @property
    def articles(self) -> set[str]:
        return {f"{site.url}{path}" for site in self.all for path in site.routes if path.startswith("/a/")}

    @property
    def asked(self) -> int:
        return sum(len(site.asked) for site in self.all)


def refused_once(page: Answer | Callable[[int], Answer]) -> Answer | Callable[[int], Answer]:
    assert isinstance(page, Answer)
    return lambda before: page if before else Answer(b"", 429, {"Retry-After": str(PATIENCE)})


@contextmanager
def sharing(sites: int, hubs: int, articles: int) -> Iterator[Sites]:
    """So many sites; the first one asks for patience, and the robots.txt of the second is that of the third."""
    with ExitStack() as stack:
        found = Sites([stack.enter_context(serving()) for _ in range(sites)], [Busy() for _ in range(sites)])
        for site in found.all:
            site.index("/", *(f"/hub/{hub}" for hub in range(hubs)), *(f"{other.url}/" for other in found.all))
            for hub in range(hubs):
                paths = [f"/a/{site.port}-{hub}-{n}.html" for n in range(articles)]
                site.index(f"/hub/{hub}", "/", *paths)
                for path in paths:
                    site.article(path)
        found.all[0].routes["/hub/0"] = refused_once(found.all[0].routes["/hub/0"])
        found.all[1].page("/robots.txt", status=301, headers={"Location": f"{found.all[2].url}/robots.txt"})
        for site, busy in zip(found.all, found.busy, strict=True):
            site.routes = {path: busy.slow(answer) for path, answer in site.routes.items()}
        yield found


@pytest.fixture
def sites() -> Iterator[Sites]:
    with sharing(SITES, HUBS, ARTICLES) as found:
        yield found


@pytest.fixture
def crawlers(tmp_path: Path, root: Path) -> list[Command]:
    return [Impatient(tmp_path / name, root) for name in ("one", "two")]


def rushes(site: Site) -> list[tuple[float, list[str]]]:
    """Requests in a row that came too soon: seconds from first to last, and paths.

    Two crawlers at a time would be twice as fast. Single ones do come late where the machine is busy.
    """
    rows = [site.asked[at : at + 5] for at in range(len(site.asked) - 4)]
    found = [(row[-1][1] - row[0][1], [path for path, _ in row]) for row in rows]
    return [row for row in found if row[0] < 4 * DELAY * 0.5]


def ended(process: subprocess.Popen[str]) -> str:
    _, told = process.communicate(timeout=90)
    assert process.returncode == 0, told
    return told


def rows(dataset: Path, *tables: str) -> Counter[str]:
    """How many rows each page has in these tables."""
    found = [Dataset(dataset).table(name, ["url"]) for name in tables]
    return Counter(url for table in found for url in table["url"].to_pylist())


def captured(crawler: Command) -> int:
    """How many bytes lie in the captures."""
    return sum(path.stat().st_size for path in (crawler.dataset / "captures").glob("*"))


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 240
    while not what():
        assert time.monotonic() < end, "the crawl does not get on"
        time.sleep(0.005)


def check_manners(sites: Sites) -> None:
    """No site was asked by two at a time, or too soon, or while it wanted to be left alone."""
    for site, busy in zip(sites.all, sites.busy, strict=True):
        assert busy.most == 1
        assert rushes(site) == []
    refused = sites.all[0].times("/hub/0")[0]
    within = [path for path, moment in sites.all[0].asked if refused < moment < refused + PATIENCE - 0.1]
    assert within == []


@needs_redis
def test_two_crawlers_share_a_crawl_and_one_that_is_killed_loses_nothing(
    sites: Sites, crawlers: list[Command], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path, "--appendonly", "yes") as server:
        words = (*sites.starts, *ASKED, "--frontier", server.url)
        one, two = (crawler.start(*words) for crawler in crawlers)
        until(lambda: all(captured(crawler) > 14_000 for crawler in crawlers))
        one.kill()
        one.communicate()
        ended(two)
        check_manners(sites)
        asked = [Counter(path for path in site.paths if path not in ("/robots.txt", "/hub/0")) for site in sites.all]
        assert sum(count - 1 for counts in asked for count in counts.values()) <= 32
        for site in sites.all:
            assert set(site.routes) <= set(site.paths)
        before = [len(site.asked) for site in sites.all]
        for process in [
            crawler.start(*words) for crawler in crawlers
        ]:  # the next round, which the killed one comes to late
            ended(process)
        since = [path for site, start in zip(sites.all, before, strict=True) for path in site.paths[start:]]
        assert not [path for path in since if path.startswith("/a/")], "what it captured is not fetched again"
        database = redis.Redis.from_url(server.url)
        assert (database.hlen("taoxi:holders"), database.zcard("taoxi:crawlers")) == (0, 0), "who ends holds nothing"
    folders = [crawler.dataset for crawler in crawlers]
    each = [{page.url for page in read(sorted((folder / "captures").glob("*")))} for folder in folders]
    assert all(sites.articles & urls for urls in each), "both worked"
    assert sites.articles <= each[0] | each[1]
    for folder in folders:
        assert set(rows(folder, "documents", "duplicates").values()) == {1}
    assert main(["build", str(tmp_path / "all"), "--from", *map(str, folders)]) == 0
    assert rows(tmp_path / "all", "documents") == dict.fromkeys(sites.articles, 1)
    main(["dataset", "forget", str(folders[1]), sites.all[0].url, "--dry-run"])
    assert f"{server.url} was not searched" in capsys.readouterr().err


@needs_redis
def test_what_two_crawlers_of_one_topic_decided_a_build_of_both_decides(
    crawlers: list[Command], tmp_path: Path
) -> None:
    likes = []
    for n, text in enumerate(EXAMPLES):
        (tmp_path / f"{n}.html").write_bytes(article(f"例{n}", text))
        likes += ["--like", str(tmp_path / f"{n}.html")]
    with running(tmp_path, "--appendonly", "yes") as server, serving() as one, serving() as two:
        for site in (one, two):
            fill(site)
        starts = [word for site in (one, two) for word in ("--start", f"{site.url}/")]
        words = (*starts, *ASKED, *likes, "--mask-personal", "--frontier", server.url)
        for process in [crawler.start(*words) for crawler in crawlers]:
            ended(process)
    folders = [crawler.dataset for crawler in crawlers]
    assert main(["build", str(tmp_path / "all"), "--from", *map(str, folders)]) == 0
    for tables, paths in ((("documents", "duplicates"), WANTED), (("rejects",), OTHERS)):
        found = rows(tmp_path / "all", *tables)
        assert found == sum((rows(folder, *tables) for folder in folders), Counter())
        assert {f"{site.url}{path}" for site in (one, two) for path in paths} <= set(found)
    assert Dataset(tmp_path / "all").privacy() == {"mask_personal": "1"}


@needs_redis
def test_a_queue_that_is_gone_ends_the_crawl_which_goes_on_there_alone(
    sites: Sites, crawlers: list[Command], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, crawler = tmp_path / "redis", crawlers[0]
    folder.mkdir()
    always = ("--appendonly", "yes", "--appendfsync", "always")
    with running(folder, *always) as server:
        words = (*sites.starts, *ASKED, "--frontier", server.url)
        process = crawler.start(*words)
        until(lambda: sites.asked > 20)
        server.process.kill()
        _, told = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in told) == (1, False), told
        assert "could not write the crawl's queue" in told
    assert main(["crawl", str(crawler.dataset), *sites.starts, *ASKED]) == 2
    assert f"add --frontier {server.url}" in capsys.readouterr().err
    with running(folder, *always, port=server.port):
        assert main(["crawl", str(tmp_path / "other"), *words, "--start", "http://127.0.0.1/"]) == 2
        assert "--start is " in capsys.readouterr().err
        ended(crawler.start(*words))
    assert rows(crawler.dataset, "documents", "duplicates") == dict.fromkeys(sites.articles, 1)
    check_manners(sites)


def test_what_cannot_be_shared_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["crawl", str(tmp_path / "set"), "--start", "http://127.0.0.1/", "--allow-private", "--frontier"]
    assert main([*words, f"redis://:secret@127.0.0.1:{free_port()}/0"]) == 1
    told = capsys.readouterr().err
    assert ("no Redis server answers" in told, "secret" in told) == (True, False)
    assert main([*words, "http://127.0.0.1/"]) == 2
    assert "redis://HOST:PORT/NUMBER" in capsys.readouterr().err
    assert main([*words, "redis://127.0.0.1/0", "--due"]) == 2
    assert "does not know which pages are due" in capsys.readouterr().err


def test_a_missing_package_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    words = ["crawl", str(tmp_path / "set"), "--start", "http://127.0.0.1/", "--allow-private"]
    assert main([*words, "--frontier", "redis://127.0.0.1/0"]) == 2
    assert "pip install 'taoxi[redis]'" in capsys.readouterr().err
