"""A crawl that is killed again and again, with no time to say goodbye, loses no page and writes no row twice."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.frontier.database import FILE
from pipelines.dataset import Dataset
from pipelines.sources import read
from tests.crawler.loopback import POLICIES, Command, Site, serving

HUBS, ARTICLES = 5, 8
ASKED = ("--allow-private", "--delay", "0.005")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.index("/", "/hub/0", "/moved")
        running.page("/moved", status=302, headers={"Location": "/behind"})
        running.article("/behind")
        for hub in range(HUBS):
            articles = [f"/a/{hub}-{n}.html" for n in range(ARTICLES)]
            running.index(f"/hub/{hub}", "/", f"/hub/{hub + 1}", *articles)
            for article in articles:
                running.article(article)
        yield running


def kill(crawl: Command, site: Site, *, after: int, wait: float, asked: tuple[str, ...] = ASKED) -> None:
    """The crawl goes on, is killed when the site was asked `after` more times, and `wait` seconds passed."""
    process, end = crawl.start("--start", f"{site.url}/", *asked), time.monotonic() + 60
    goal = len(site.asked) + after
    while len(site.asked) < goal and process.poll() is None:
        assert time.monotonic() < end, "the crawl does not get on"
        time.sleep(0.002)
    time.sleep(wait)
    process.kill()
    process.communicate()


def rows(crawl: Command) -> Counter[str]:
    """How many rows each page has, by its path."""
    tables = [Dataset(crawl.dataset).table(name, ["url"]) for name in ("documents", "duplicates", "rejects")]
    return Counter(url.partition("//")[2].partition("/")[2] for table in tables for url in table["url"].to_pylist())


def test_kills_lose_no_page_and_double_no_row(site: Site, crawl: Command) -> None:
    chance = random.Random(6)  # noqa: S311 -- no secret
    kills = 3
    for _ in range(kills):
        kill(crawl, site, after=chance.randint(2, 14), wait=chance.random() / 20)
    done = crawl("--start", f"{site.url}/", *ASKED)
    assert done.returncode == 0, done.stderr
    expected = {path.removeprefix("/") for path in site.routes} | {f"hub/{HUBS}"}
    found = rows(crawl)
    assert {path for path in found if path != "robots.txt"} == expected
    assert [path for path, count in found.items() if count > 1 and path != "robots.txt"] == []
    asked = Counter(path for path in site.paths if path != "/robots.txt")
    again = sum(asked.values()) - len(asked)
    assert again <= kills, "one request at a time is under way, so no kill can cost more"
    captured = [page.url for page in read(sorted((crawl.dataset / "captures").glob("*")))]
    assert len(captured) == sum(found.values())


def test_a_capture_that_lost_its_end_is_fetched_again(site: Site, crawl: Command) -> None:
    # slowly, so that the wait is long enough for what was captured to be noted, and too short for the crawl to end
    kill(crawl, site, after=20, wait=1.2, asked=("--allow-private", "--delay", "0.1"))
    (capture,) = (crawl.dataset / "captures").glob("*")
    whole = capture.stat().st_size
    with capture.open("r+b") as file:
        file.truncate(whole // 2)
    done = crawl("--start", f"{site.url}/", *ASKED)
    assert done.returncode == 0, done.stderr
    found = rows(crawl)
    assert {path.removeprefix("/") for path in site.routes} <= set(found)
    assert {count for path, count in found.items() if path != "robots.txt"} == {1}


def test_a_page_whose_capture_is_damaged_is_fetched_again(site: Site, crawl: Command) -> None:
    kill(crawl, site, after=20, wait=1.2, asked=("--allow-private", "--delay", "0.1"))
    (capture,) = (crawl.dataset / "captures").glob("*")
    db = sqlite3.connect(crawl.dataset / FILE)
    ((url, place),) = db.execute("select url, place from pages where url like '%/a/%' and state = 2 limit 1").fetchall()
    db.close()
    with capture.open("r+b") as file:
        file.seek(place + 20)
        file.write(b"X" * 40)
    assert crawl("--start", f"{site.url}/", *ASKED).returncode == 0
    assert site.paths.count(url.removeprefix(site.url)) == 2
    found = rows(crawl)
    assert {path.removeprefix("/") for path in site.routes} <= set(found)


def test_a_frontier_that_is_gone_is_made_again_from_the_captures(site: Site, crawl: Command) -> None:
    kill(crawl, site, after=30, wait=0.1)
    for path in crawl.dataset.glob(f"{FILE}*"):
        path.unlink()
    done = crawl("--start", f"{site.url}/", *ASKED)
    assert done.returncode == 0, done.stderr
    assert {path.removeprefix("/") for path in site.routes} <= set(rows(crawl))
    asked = Counter(path for path in site.paths if path != "/robots.txt")
    assert sum(asked.values()) - len(asked) <= 1


def test_a_frontier_that_is_broken_is_told_and_nothing_is_done(site: Site, crawl: Command) -> None:
    assert crawl("--start", f"{site.url}/", *ASKED, "--max-pages", "1").returncode == 0
    asked = len(site.asked)
    (crawl.dataset / FILE).write_bytes(b"no database" * 1000)
    done = crawl("--start", f"{site.url}/", *ASKED)
    assert done.returncode == 2
    assert "move the file away" in done.stderr
    assert len(site.asked) == asked


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_log_that_cannot_be_written_is_told_in_one_line(site: Site, crawl: Command) -> None:
    kill(crawl, site, after=5, wait=0.0)
    (log,) = (crawl.dataset / "logs").iterdir()
    log.unlink()
    log.symlink_to("/dev/full")
    done = crawl("--start", f"{site.url}/", *ASKED)
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert told == [f"taoxi crawl: {crawl.dataset}: No space left on device"]


def test_a_crawl_delay_is_kept_over_kills_and_runs(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 3", headers={"Content-Type": "text/plain"})
    for policy in POLICIES:
        site.page(policy, status=404)
    kill(crawl, site, after=2, wait=0.0)
    kill(crawl, site, after=1, wait=1.2)  # by then it is written
    for requests in ("4", "5"):
        assert crawl("--start", f"{site.url}/", *ASKED, "--per-day", requests).returncode == 1
    assert len(site.asked) >= 5
    assert all(later - earlier >= 2.9 for (_, earlier), (_, later) in pairwise(site.asked))


def test_a_page_is_done_only_when_its_links_wait(site: Site, crawl: Command) -> None:
    kill(crawl, site, after=20, wait=0.05)
    db = sqlite3.connect(crawl.dataset / FILE)
    read_hubs = db.execute("select url from pages where state = 2 and url like '%/hub/%'").fetchall()
    known = {url.removeprefix(site.url) for (url,) in db.execute("select url from pages")}
    db.close()
    for (url,) in read_hubs:
        hub = int(url.rpartition("/")[2])
        assert {f"/a/{hub}-{n}.html" for n in range(ARTICLES)} <= known
