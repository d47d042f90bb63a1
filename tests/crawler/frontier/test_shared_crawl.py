"""Crawlers that share a crawl through Redis, as processes: nothing is lost, and no host is asked by two at a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.frontier import redis_store
from pipelines.dataset import Dataset
from pipelines.sources import read
from tests.crawler.frontier.redis_server import Server, needs_redis, running
from tests.crawler.loopback import Answer, Command, Site, serving

pytestmark = needs_redis
SITES, HUBS, ARTICLES = 4, 2, 5
DELAY = 0.15
ASKED = ("--allow-private", "--delay", str(DELAY))


@dataclass
class Sites:
    """Sites that link to each other, each a host of its own."""

    all: list[Site]

    @property
    def starts(self) -> list[str]:
        return [word for site in self.all for word in ("--start", f"{site.url}/")]

    @property
    def articles(self) -> set[str]:
        return {f"{site.url}{path}" for site in self.all for path in site.routes if path.startswith("/a/")}

    @property
    def asked(self) -> int:
        return sum(len(site.asked) for site in self.all)


@pytest.fixture
def sites() -> Iterator[Sites]:
    with ExitStack() as stack:
        found = Sites([stack.enter_context(serving()) for _ in range(SITES)])
        for site in found.all:
            site.index("/", *(f"/hub/{hub}" for hub in range(HUBS)), *(f"{other.url}/" for other in found.all))
            for hub in range(HUBS):
                articles = [f"/a/{site.port}-{hub}-{n}.html" for n in range(ARTICLES)]
                site.index(f"/hub/{hub}", "/", *articles)
                for article in articles:
                    site.article(article)
        yield found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, "--appendonly", "yes") as one:
        yield one


@pytest.fixture
def crawlers(tmp_path: Path, root: Path) -> list[Command]:
    return [Command(tmp_path / name, root) for name in ("one", "two")]


def closest(site: Site) -> float:
    """The least time between two requests to a site."""
    moments = [moment for _, moment in site.asked]
    return min(later - earlier for earlier, later in pairwise(moments))


def ended(process: subprocess.Popen[str]) -> str:
    _, told = process.communicate(timeout=90)
    assert process.returncode == 0, told
    return told


def rows(dataset: Path) -> Counter[str]:
    """How many rows each article has, copies included."""
    found = Dataset(dataset)
    tables = [found.table(name, ["url"]) for name in ("documents", "duplicates")]
    return Counter(url for table in tables for url in table["url"].to_pylist())


def joined(folder: Path, datasets: list[Path], root: Path) -> Path:
    """The dataset that all captures make."""
    words = [sys.executable, "-m", "crawler.cli", "build", str(folder), "--from", *map(str, datasets)]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, "the crawl does not get on"
        time.sleep(0.005)


def test_two_crawlers_share_the_pages_and_the_delays(
    sites: Sites, server: Server, crawlers: list[Command], tmp_path: Path, root: Path
) -> None:
    processes = [one.start(*sites.starts, *ASKED, "--frontier", server.url) for one in crawlers]
    for process in processes:
        ended(process)
    for site in sites.all:
        asked = Counter(path for path in site.paths if path != "/robots.txt")
        assert set(asked.values()) == {1}
        assert set(site.routes) <= set(asked)
        assert closest(site) > DELAY * 0.7, "our delay varies by a quarter"
    each = [rows(one.dataset) for one in crawlers]
    assert all(each), "both worked"
    assert not each[0].keys() & each[1].keys()
    everything = rows(joined(tmp_path / "all", [one.dataset for one in crawlers], root))
    assert everything == dict.fromkeys(sites.articles, 1)


def test_a_crawler_that_is_killed_loses_nothing(
    sites: Sites, server: Server, crawlers: list[Command], tmp_path: Path, root: Path
) -> None:
    one, two = (crawler.start(*sites.starts, *ASKED, "--frontier", server.url) for crawler in crawlers)
    until(lambda: sites.asked > 12)
    until(lambda: any((crawlers[0].dataset / "captures").glob("*")))
    one.kill()
    one.communicate()
    ended(two)
    again = [
        (path, count)
        for site in sites.all
        for path, count in Counter(site.paths).items()
        if path != "/robots.txt" and count > 1
    ]
    assert sum(count - 1 for _, count in again) <= 32
    for site in sites.all:
        assert closest(site) > DELAY * 0.7
        assert set(site.routes) <= set(site.paths)
    before = sites.asked
    ended(crawlers[0].start(*sites.starts, *ASKED, "--frontier", server.url))
    asked_since = [path for site in sites.all for path, moment in site.asked][before:]
    assert not [path for path in asked_since if path.startswith("/a/")], "its captures are read, not fetched again"
    folders = [crawler.dataset for crawler in crawlers]
    captured = {page.url for folder in folders for page in read(sorted((folder / "captures").glob("*")))}
    assert sites.articles <= captured
    everything = Dataset(joined(tmp_path / "all", folders, root))
    documents = Counter(everything.table("documents", ["url"])["url"].to_pylist())
    assert documents == dict.fromkeys(sites.articles, 1)


def test_a_retry_after_is_kept_by_all(sites: Sites, server: Server, crawlers: list[Command]) -> None:
    site, patience = sites.all[0], 3

    def busy(before: int) -> Answer:
        return Answer(b"", 429, {"Retry-After": str(patience)}) if before == 0 else Answer(b"<p>here", 200)

    site.routes["/hub/0"] = busy
    processes = [one.start(*sites.starts, *ASKED, "--frontier", server.url) for one in crawlers]
    until(lambda: bool(site.times("/hub/0")))
    refused = site.times("/hub/0")[0]
    for process in processes:
        ended(process)
    within = [path for path, moment in site.asked if refused < moment < refused + patience - 0.1]
    assert within == []
    assert len(site.times("/hub/0")) == 2


def test_a_queue_that_cannot_be_reached_is_told_and_nothing_is_lost(
    sites: Sites, crawlers: list[Command], tmp_path: Path
) -> None:
    folder = tmp_path / "redis"
    folder.mkdir()
    always = ("--appendonly", "yes", "--appendfsync", "always")
    with running(folder, *always) as server:
        process = crawlers[0].start(*sites.starts, *ASKED, "--frontier", server.url)
        until(lambda: sites.asked > 10)
        server.process.kill()
        _, told = process.communicate(timeout=90)
    assert process.returncode == 1, told
    assert "could not write the crawl's queue" in told
    assert "Traceback" not in told
    with running(folder, *always, port=server.port):
        ended(crawlers[0].start(*sites.starts, *ASKED, "--frontier", server.url))
    assert rows(crawlers[0].dataset) == dict.fromkeys(sites.articles, 1)


def test_an_interrupted_crawl_goes_on_in_its_own_queue_only(
    sites: Sites, server: Server, crawlers: list[Command]
) -> None:
    process = crawlers[0].start(*sites.starts, *ASKED, "--frontier", server.url)
    until(lambda: sites.asked > 10)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130
    done = crawlers[0](*sites.starts, *ASKED)
    assert done.returncode == 2
    assert f"add --frontier {server.url}" in done.stderr
    due = crawlers[0](*sites.starts, *ASKED, "--frontier", server.url, "--due")
    assert (due.returncode, "does not know which pages are due" in due.stderr) == (2, True)
    started = time.monotonic()
    ended(crawlers[0].start(*sites.starts, *ASKED, "--frontier", server.url))
    assert time.monotonic() - started < redis_store.LEASE_SECONDS, "who leaves in order gives back at once"
    assert rows(crawlers[0].dataset) == dict.fromkeys(sites.articles, 1)
