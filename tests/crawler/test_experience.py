"""What a crawl for a topic has learned of links lies beside the dataset for the next one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawler.experience import FILE, keep, recall
from crawler.focus import LinkModel
from crawler.links import Link
from pipelines.dataset import Dataset
from tests.crawler.loans import FAST, OTHERS, WANTED, article, fill
from tests.crawler.loopback import Command, Site
from tests.pipelines.topic.texts import EXAMPLES

SITE = "https://x.test"


def likeness(text: str) -> float:
    return float("花呗" in text)


def taught() -> LinkModel:
    """Loans were worth it, cars were not."""
    one = LinkModel(likeness)
    for n in range(40):
        for section, worth in (("loans", 1.0), ("cars", 0.0)):
            url = f"{SITE}/{section}/{n}.html"
            one.read(f"{SITE}/", None, [Link(url, "看看这一篇")], [url])
            one.read(url, worth, [], [])
    return one


def scores(one: LinkModel) -> dict[str, float]:
    urls = [f"{SITE}/loans/99.html", f"{SITE}/cars/99.html", "https://y.test/loans/1.html"]
    return one.read(f"{SITE}/list", None, [Link(url, "看看这一篇") for url in urls], urls)


def test_what_was_learned_counts_for_the_next_run(tmp_path: Path) -> None:
    one, place = taught(), tmp_path / FILE
    keep(one, "topic", place)
    again = recall("topic", place, likeness)
    assert again is not None
    assert scores(again) == pytest.approx(scores(one))
    assert scores(again) != pytest.approx(scores(LinkModel(likeness)))
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_run_for_another_topic_learns_anew(tmp_path: Path) -> None:
    keep(taught(), "topic", tmp_path / FILE)
    for found in (recall("other", tmp_path / FILE, likeness), recall("topic", tmp_path / "none", likeness)):
        assert found is not None
        assert scores(found) == scores(LinkModel(likeness))


def test_it_names_no_page(tmp_path: Path) -> None:
    keep(taught(), "topic", tmp_path / FILE)
    assert b"x.test" not in (tmp_path / FILE).read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_told(tmp_path: Path, seed: int) -> None:
    place, chance = tmp_path / FILE, random.Random(seed)  # noqa: S311 -- no secret
    keep(taught(), "topic", place)
    whole = place.read_bytes()
    torn = [whole[: chance.randrange(len(whole))], bytes(len(whole)), b"", b"PK" + whole[9:]]
    place.write_bytes(chance.choice(torn))
    assert recall("topic", place, likeness) is None


def test_a_crawl_goes_on_with_a_damaged_one(site: Site, crawl: Command, tmp_path: Path) -> None:
    fill(site)
    likes = []
    for n, text in enumerate(EXAMPLES):
        (tmp_path / f"{n}.html").write_bytes(article(f"例{n}", text))
        likes += ["--like", str(tmp_path / f"{n}.html")]
    assert crawl("--start", site.url, *likes, *FAST).returncode == 0
    place = crawl.dataset / FILE
    learned = recall(Dataset(crawl.dataset).topic().id, place, likeness)
    assert learned is not None
    assert learned.seen > len(WANTED) + len(OTHERS)
    place.write_bytes(place.read_bytes()[:100])
    assert crawl("--start", site.url, *likes, *FAST).returncode == 0
    assert "learned anew" in "".join(log.read_text("utf-8") for log in (crawl.dataset / "logs").iterdir())
    assert recall(Dataset(crawl.dataset).topic().id, place, likeness) is not None
