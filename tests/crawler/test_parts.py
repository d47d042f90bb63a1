"""Articles over several pages, through crawls that end, stop, are killed and go on; every rebuild gives the same rows."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from pipelines.dataset import Dataset, measured
from pipelines.dataset.deciding import entries
from pipelines.engine import run
from pipelines.recipe import clean_many
from pipelines.sources import read
from tests.crawler.loopback import Answer, Command, Site
from tests.pipelines.parts.pages import SAYS, STYLES, html

FAST = ("--allow-private", "--delay", "0")
STYLE = STYLES["words alone"]


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not happen within 30 s"
        time.sleep(0.02)


def publish(site: Site, count: int = 3, *, slow: int = 0, wait: float = 60.0) -> None:
    """A home page, an article over `count` pages, of which one may be slow the first time, and two on one page each."""
    site.index("/", STYLE.url(1), "/b/1.html", "/b/2.html")
    site.article("/b/1.html")
    site.article("/b/2.html")
    for n in range(1, count + 1):
        body = html(n, count, STYLE).encode()
        if n == slow:
            site.routes[STYLE.url(n)] = lambda before, body=body: Answer(body, wait=0.0 if before else wait)  # type: ignore[misc]  # mypy infers no type for a default
        else:
            site.page(STYLE.url(n), body)


def rows(crawl: Command, table: str = "documents") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Dataset(crawl.dataset).table(table).to_pylist()
    return found


def found(crawl: Command) -> list[dict[str, Any]]:
    """The rows of the article over several pages, those that a document stands for last."""
    return [
        row for table in ("documents", "duplicates") for row in rows(crawl, table) if row["url"].endswith(STYLE.url(1))
    ]


def article(crawl: Command) -> dict[str, Any]:
    """The newest row of the article over several pages: a document, or one that has more than it."""
    return found(crawl)[-1]


def assert_whole(crawl: Command, site: Site, count: int = 3) -> None:
    row = article(crawl)
    assert row["parts"] == [f"{site.url}{STYLE.url(n)}" for n in range(1, count + 1)]
    assert row["parts_missing"] == []
    says = [text.format(n=n) for n in range(1, count + 1) for text in SAYS]
    assert [line for line in row["text"].split("\n") if line in says] == says


def assert_rebuilds_alike(crawl: Command) -> None:
    """The captures give the dataset's content id again, on one process and on two."""
    dataset = Dataset(crawl.dataset)
    for processes in (1, 2):
        outcomes = run(read(dataset.sources()), clean=clean_many, processes=processes)
        assert measured(entries(outcomes)).content_id == dataset.lineage()[-1].content_id


def test_a_crawl_follows_the_parts_and_joins_them(site: Site, crawl: Command, tmp_path: Path) -> None:
    publish(site)
    source = tmp_path / "source.toml"
    source.write_text(
        f'name = "a"\nstart = ["{site.url}/"]\nfollow = ["^/$"]\narticle = ["^/[ab]/\\\\d+\\\\.html$"]\n', "utf-8"
    )
    done = crawl("--source", str(source), *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["in_parts"] == {"joined": 1, "incomplete": 0, "early": 0}
    assert told["pages"] == 8  # each part counts, and so do two neighbours that are not there
    assert_whole(crawl, site)
    joined = [row for row in rows(crawl, "rejects") if row["reason"] == "joined"]
    assert [row["url"] for row in joined] == [f"{site.url}{STYLE.url(n)}" for n in (2, 3)]
    assert_rebuilds_alike(crawl)


def test_parts_are_asked_for_before_other_pages(site: Site, crawl: Command) -> None:
    for n in (1, 2, 3, 4):
        site.page(STYLE.url(n), html(n, 4, STYLES["underscore"]).encode())
    site.index("/", STYLE.url(1), *(f"/b/{n}.html" for n in range(80)))
    done = crawl("--start", site.url, *FAST, "--max-pages", "50")
    assert done.returncode == 0, done.stderr
    assert_whole(crawl, site, 4)


def test_the_command_rebuilds_the_same_rows(site: Site, crawl: Command, capsys: pytest.CaptureFixture[str]) -> None:
    publish(site)
    assert crawl("--start", site.url, *FAST).returncode == 0
    crawled = Dataset(crawl.dataset).lineage()[-1].content_id
    assert main(["build", str(crawl.dataset), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["content_id"] == crawled
    assert told["in_parts"]["joined"] == 1
    assert told["pages"] == told["documents"] + told["duplicates"] + sum(told["rejects"].values())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_interrupted_article_is_joined_when_the_crawl_goes_on(
    site: Site, crawl: Command, number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site, slow=3)
    process = crawl.start("--start", site.url, *FAST, "--json")
    until(lambda: STYLE.url(3) in site.paths and "/b/2.html" in site.paths)
    time.sleep(0.3)  # what was answered is captured
    process.send_signal(number)
    process.communicate(timeout=30)
    if number is signal.SIGTERM:
        held = Dataset(crawl.dataset).lineage()[-1]
        assert len(held.held) == 2
        assert not any(row["parts"] for row in rows(crawl))
        assert main(["build", str(crawl.dataset), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["content_id"], told["held"]) == (held.content_id, 2)
    done = crawl("--start", site.url, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["resumed"], told["held"]) == (True, 0)
    assert_whole(crawl, site)
    assert sum(row["url"].endswith(STYLE.url(1)) for row in rows(crawl)) == 1
    assert_rebuilds_alike(crawl)


def test_what_an_interrupted_crawl_held_is_told_when_another_begins(site: Site, crawl: Command) -> None:
    publish(site, slow=3)
    process = crawl.start("--start", site.url, *FAST)
    until(lambda: STYLE.url(3) in site.paths and "/b/2.html" in site.paths)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert "2 pages wait for other parts" in err
    assert crawl("--start", f"{site.url}/b/1.html", *FAST).returncode == 0
    row = article(crawl)
    assert len(row["parts"]) == 2
    assert row["parts_missing"] == [f"{site.url}{STYLE.url(3)}"]
    assert_rebuilds_alike(crawl)


def test_a_part_that_is_missing_is_told_and_looked_for_again(site: Site, crawl: Command) -> None:
    publish(site)
    last = site.routes.pop(STYLE.url(3))
    done = crawl("--start", site.url, *FAST)
    assert done.returncode == 0
    assert "1 of 1 articles over several pages lack a part" in done.stderr
    row = article(crawl)
    assert row["parts"] == [f"{site.url}{STYLE.url(n)}" for n in (1, 2)]
    assert row["parts_missing"] == [f"{site.url}{STYLE.url(3)}"]
    site.routes[STYLE.url(3)] = last
    assert crawl("--start", site.url, *FAST).returncode == 0
    assert_whole(crawl, site)
    assert [row.get("kept_url") for row in found(crawl)] == [None, f"{site.url}{STYLE.url(1)}"]
    asked = len(site.paths)
    assert crawl("--start", site.url, *FAST).returncode == 0
    assert set(site.paths[asked:]) == {"/", "/robots.txt"}, "a whole article is not fetched again, nor are its parts"
    assert_rebuilds_alike(crawl)


def test_an_endless_pager_ends(site: Site, crawl: Command) -> None:
    def endless(n: int) -> bytes:
        return html(n, n + 1, STYLE).replace("第", f"第{n}之").encode()

    site.index("/", STYLE.url(1))
    for n in range(1, 130):
        site.page(STYLE.url(n), endless(n))
    assert crawl("--start", site.url, *FAST, "--source", str(only_first(crawl, site))).returncode == 0
    followed = [path for path in site.paths if path.startswith("/a/20250304")]
    assert len(followed) == 40
    row = article(crawl)
    assert (len(row["parts"]), row["parts_missing"]) == (39, [f"{site.url}{STYLE.url(40)}"])
    assert_rebuilds_alike(crawl)


def only_first(crawl: Command, site: Site) -> Path:
    """A source that allows the article's first page alone."""
    path = crawl.dataset.parent / "source.toml"
    path.write_text(f'name = "a"\nstart = ["{site.url}/"]\narticle = ["^/a/\\\\d+\\\\.html$"]\n', "utf-8")
    return path
