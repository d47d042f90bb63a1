"""When a crawl for a topic ends though pages wait."""

from __future__ import annotations

import json
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.drying import LEAST, MOST, Yield
from pipelines.dataset import Dataset
from tests.crawler.loans import FAST, article, paths
from tests.crawler.loopback import Command, Site
from tests.pipelines.topic.texts import EXAMPLES, OFF_TOPIC, ON_TOPIC


def read(one: Yield, pages: int, *, every: int = 0) -> bool:
    """So many pages are read, one in `every` on the topic; tells whether the yield died on the way."""
    died = False
    for n in range(pages):
        one.read(is_good=bool(every) and n % every == 0)
        died = died or one.has_died
    return died


def test_a_yield_dies_when_hardly_any_page_is_good_any_more() -> None:
    one = Yield()
    assert not read(one, 1_000, every=2)
    assert not read(one, LEAST - 50)
    assert read(one, 200)


def test_a_yield_that_falls_is_not_dead() -> None:
    one = Yield()
    assert not read(one, 1_000, every=2)
    assert not read(one, 5_000, every=20)


def test_what_is_rare_is_looked_for_the_longer() -> None:
    one = Yield()
    assert not read(one, 4_000, every=200)
    assert not read(one, 4_500)
    assert read(one, 600)


def test_what_was_never_met_is_looked_for_in_many_pages() -> None:
    one = Yield()
    assert not read(one, MOST - 1)
    assert read(one, 1)


@given(st.lists(st.booleans(), max_size=800))
def test_a_few_pages_say_nothing(pages: list[bool]) -> None:
    one = Yield()
    for is_good in pages[: LEAST - 1]:
        one.read(is_good=is_good)
        assert not one.has_died
    assert one.good == sum(pages[: LEAST - 1])


def test_a_crawl_ends_when_its_yield_dies_and_goes_on_where_it_was(site: Site, crawl: Command, tmp_path: Path) -> None:
    wanted = [f"/loan/{n}" for n in range(3 * len(ON_TOPIC))]
    for path, text in zip(wanted, 3 * list(ON_TOPIC.values()), strict=True):
        site.page(path, article(f"贷款{path}", f"{text}{path}号来信问起此事。"))
    others, chance = [f"/other/{n}" for n in range(LEAST + 100)], random.Random(3)  # noqa: S311 -- no secret
    letters = [letter for text in OFF_TOPIC.values() for letter in text if letter.isalpha()]
    for path in others:
        site.page(path, article(f"其他{path}", "。".join("".join(chance.sample(letters, 40)) for _ in range(8))))
    lists = [f"/list/{n}" for n in range(20)]
    site.index("/", *wanted, *lists)
    for n, path in enumerate(lists):
        site.index(path, *others[n :: len(lists)])
    likes = []
    for n, text in enumerate(EXAMPLES):
        (tmp_path / f"{n}.html").write_bytes(article(f"例{n}", text))
        likes += ["--like", str(tmp_path / f"{n}.html")]

    done = crawl("--start", site.url, *likes, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reason"] == "yield_died"
    assert LEAST <= told["pages"] < 1.2 * LEAST
    assert told["waiting"] > 0
    dataset = Dataset(crawl.dataset)
    assert paths(dataset, "documents", site) | paths(dataset, "duplicates", site) == set(wanted)

    asked = len(site.asked)
    done = crawl("--start", site.url, *likes, *FAST, "--to-the-end", "--json")
    assert json.loads(done.stdout)["reason"] == "finished"
    assert set(others) <= set(site.paths)
    assert not set(wanted) & set(site.paths[asked:])
