"""`taoxi crawl --like`: what is about other things than the examples is rejected, by a table that the dataset keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from pipelines.dataset import Dataset
from tests.crawler.loans import FAST, OTHERS, WANTED, article, fill, paths
from tests.crawler.loopback import Command, Site
from tests.pipelines.topic.texts import EXAMPLES, OFF_TOPIC, ON_TOPIC


@pytest.fixture
def likes(site: Site, tmp_path: Path) -> list[str]:
    """A site about loans and about other things, and --like for each example file."""
    fill(site)
    arguments = []
    for n, text in enumerate(EXAMPLES):
        (tmp_path / f"{n}.html").write_bytes(article(f"例{n}", text))
        arguments += ["--like", str(tmp_path / f"{n}.html")]
    return arguments


def build(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["build", *map(str, arguments), "--processes", "1", "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_crawl_keeps_what_is_like_the_examples(
    site: Site, crawl: Command, likes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    done = crawl("--start", site.url, *likes, *FAST)
    assert done.returncode == 0, done.stderr
    dataset = Dataset(crawl.dataset)
    assert paths(dataset, "documents", site) == set(WANTED)
    rejects = dataset.version().to_pandas("rejects").set_index("url")
    for path in OTHERS:
        assert rejects.loc[site.url + path, "reason"] == "off_topic"
        assert "score" in str(rejects.loc[site.url + path, "detail"])

    last = dataset.last()
    assert last is not None
    assert last.topic == dataset.topic().id != ""
    table = crawl.dataset / "tables" / f"topic-{last.topic}.json"
    assert build(capsys, crawl.dataset)["content_id"] == last.content_id
    assert build(capsys, crawl.dataset, "--topic", "none")["documents"] == len(WANTED) + len(OTHERS)
    assert build(capsys, crawl.dataset, "--topic", table)["content_id"] == last.content_id
    assert main(["explain", str(crawl.dataset / "captures"), "--url", site.url + OTHERS[0], "--topic", str(table)]) == 0
    assert "off_topic" in capsys.readouterr().out


def test_the_dataset_goes_on_with_its_topic(site: Site, crawl: Command, likes: list[str]) -> None:
    assert crawl("--start", site.url, *likes, *FAST).returncode == 0
    topic = Dataset(crawl.dataset).topic()
    site.index("/", "/late.html", "/late-loan.html")
    site.page("/late.html", article("迟来", OFF_TOPIC["recipe"].replace("五花肉", "牛腩")))
    site.page("/late-loan.html", article("迟来的贷款", ON_TOPIC["card fees"] + "逾期会影响征信，银行也会催收欠款。"))
    assert crawl("--start", site.url, *FAST).returncode == 0
    dataset = Dataset(crawl.dataset)
    assert dataset.topic() == topic
    assert "/late-loan.html" in paths(dataset, "documents", site) | paths(dataset, "duplicates", site)
    assert "/late.html" in paths(dataset, "rejects", site)


def test_without_examples_nothing_is_off_topic(site: Site, crawl: Command, likes: list[str]) -> None:
    assert crawl("--start", site.url, *FAST).returncode == 0
    dataset = Dataset(crawl.dataset)
    assert paths(dataset, "documents", site) == {*WANTED, *OTHERS}
    assert not list(crawl.dataset.glob("tables/topic-*"))


def test_a_lost_topic_is_told(site: Site, crawl: Command, likes: list[str]) -> None:
    assert crawl("--start", site.url, *likes, *FAST).returncode == 0
    for table in crawl.dataset.glob("tables/topic-*"):
        table.unlink()
    done = crawl("--start", site.url, *FAST)
    assert done.returncode == 2
    assert "topic-" in done.stderr
    assert "--topic FILE|none" in done.stderr
