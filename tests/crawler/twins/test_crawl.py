"""`taoxi crawl` of sites whose articles have several URLs: few requests, nothing lost, also over a kill."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.twins import crawled, honest, started, wrong
from pipelines.dataset import Dataset
from tests.crawler.loopback import Command, Site


def test_nothing_is_lost_where_hints_and_rewritings_are_wrong(tmp_path: Path) -> None:
    found = crawled(partial(wrong, apart=False), 10, tmp_path / "set")
    assert found.lost == ()


def test_not_every_url_of_an_article_is_asked_for_and_a_kill_loses_none(site: Site, crawl: Command) -> None:
    made = honest(site, 80)
    process = crawl.start(*started(site))
    end = time.monotonic() + 30
    while len(site.asked) < 120 and time.monotonic() < end:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    done = crawl(*started(site))
    assert done.returncode == 0, done.stderr
    assert {made.texts[url] for url in site.paths if url in made.texts} == set(made.texts.values())
    assert len(set(site.paths)) < len(site.routes) - 20, "of the 160 twins"
    tables = [Dataset(crawl.dataset).table(name, ["url"]) for name in ("documents", "duplicates", "rejects")]
    rows = Counter(url for table in tables for url in table["url"].to_pylist() if not url.endswith("/robots.txt"))
    assert set(rows.values()) == {1}
    assert {made.texts[url] for url in rows if url in made.texts} == set(made.texts.values())
