"""`taoxi crawl --like URL`: the examples are fetched before all else, by the crawl itself, and the topic is learned of them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.crawl import plan
from crawler.examples import MOST_DOCUMENTS, Examples, texts
from crawler.frontier.database import FILE
from crawler.frontier.model import REDIRECT, Found
from crawler.frontier.store import Store
from crawler.options import CrawlOptions
from pipelines.dataset import Dataset
from pipelines.errors import ConfigurationError
from pipelines.model import Page
from pipelines.topic import learn
from tests.crawler.loans import FAST, OTHERS, WANTED, article, fill, paths
from tests.crawler.loopback import HTML, Answer, Command, Site
from tests.pipelines.topic.texts import EXAMPLES

PLACES = [f"/example/{n}" for n in range(len(EXAMPLES))]


@pytest.fixture
def likes(site: Site) -> list[str]:
    """A site about loans and about other things, and --like with the URL of each example, which stands on the same site."""
    fill(site)
    arguments = []
    for n, (path, text) in enumerate(zip(PLACES, EXAMPLES, strict=True)):
        site.page(path, article(f"例{n}", text))
        arguments += ["--like", site.url + path]
    return arguments


def asked(site: Site) -> list[str]:
    return [path for path in site.paths if path != "/robots.txt"]


def rows(crawl: Command, site: Site) -> Counter[str]:
    tables = [Dataset(crawl.dataset).table(name, ["url"]) for name in ("documents", "duplicates", "rejects")]
    found = (url.removeprefix(site.url) for table in tables for url in table["url"].to_pylist())
    return Counter(path for path in found if path != "/robots.txt")


def test_the_topic_is_learned_of_the_examples_before_all_else(site: Site, crawl: Command, likes: list[str]) -> None:
    site.page("/robots.txt", f"Sitemap: {site.url}/sitemap.xml".encode(), headers={"Content-Type": "text/plain"})
    site.page("/sitemap.xml", f"<urlset><url><loc>{site.url}{OTHERS[0]}</loc></url></urlset>".encode())
    done = crawl("--start", site.url, *likes, *FAST)
    assert done.returncode == 0, done.stderr
    assert sorted(asked(site)[: len(PLACES)]) == PLACES
    dataset = Dataset(crawl.dataset)
    assert paths(dataset, "documents", site) == {*WANTED, *PLACES}
    assert set(OTHERS) <= paths(dataset, "rejects", site)
    last = dataset.last()
    assert last is not None
    assert last.topic == dataset.topic().id != ""
    assert main(["build", str(crawl.dataset), "--processes", "1"]) == 0
    rebuilt = dataset.last()
    assert rebuilt is not None
    assert (rebuilt.content_id, rebuilt.topic) == (last.content_id, last.topic)


def test_files_and_urls_are_examples_together(site: Site, crawl: Command, likes: list[str], tmp_path: Path) -> None:
    file = tmp_path / "example.html"
    file.write_bytes(article("例", EXAMPLES[0]))
    done = crawl("--start", site.url, "--like", str(file), *likes[2:], *FAST)
    assert done.returncode == 0, done.stderr
    texts_of_all = [f"例{n or ''}\n{text}" for n, text in enumerate(EXAMPLES)]
    assert Dataset(crawl.dataset).topic().examples == len(texts_of_all)
    assert set(OTHERS) <= paths(Dataset(crawl.dataset), "rejects", site)


def test_an_example_may_lie_elsewhere_and_others_may_be_lost(site: Site, crawl: Command, likes: list[str]) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /secret", headers={"Content-Type": "text/plain"})
    site.page("/old", status=301, headers={"Location": PLACES[0]})
    site.page("/older", status=302, headers={"Location": "/old"})
    site.index("/list", *OTHERS)
    lost = ["/secret", "/gone", "/list"]
    more = [word for path in ("/older", *lost) for word in ("--like", site.url + path)]
    done = crawl("--start", site.url, *likes[2:], *more, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert sorted(told["unread_examples"]) == sorted(site.url + path for path in lost)
    assert Dataset(crawl.dataset).topic().examples == len(PLACES)
    assert "/secret" not in site.paths
    assert set(WANTED) <= paths(Dataset(crawl.dataset), "documents", site)
    assert set(OTHERS) <= paths(Dataset(crawl.dataset), "rejects", site)


def test_without_any_example_that_can_be_read_nothing_is_published(
    site: Site, crawl: Command, likes: list[str]
) -> None:
    site.index("/list", *OTHERS)
    lost = ("--start", site.url, "--like", f"{site.url}/gone", "--like", f"{site.url}/list")
    for _ in range(2):
        done = crawl(*lost, *FAST)
        assert done.returncode == 2, done.stderr
        assert f"{site.url}/gone: status 404" in done.stderr
        assert f"{site.url}/list: is no article" in done.stderr
        assert not crawl.dataset.exists()
    assert Counter(asked(site)) == {"/gone": 2, "/list": 2}

    done = crawl("--start", site.url, *likes, *FAST)
    assert done.returncode == 0, done.stderr
    assert rows(crawl, site) == dict.fromkeys(["/", *PLACES, *WANTED, *OTHERS], 1)
    assert Dataset(crawl.dataset).topic().id


def test_examples_in_vain_leave_folders_as_they_were(site: Site, crawl: Command, root: Path, tmp_path: Path) -> None:
    lost = ("--start", site.url, "--like", f"{site.url}/gone", *FAST)
    empty, deep = Command(tmp_path / "empty", root), Command(tmp_path / "new/deep", root)
    empty.dataset.mkdir()
    for one in (empty, deep):
        assert one(*lost).returncode == 2
    assert list(tmp_path.iterdir()) == [empty.dataset]
    assert not list(empty.dataset.iterdir())


def test_examples_in_vain_take_nothing_from_a_dataset(site: Site, crawl: Command, likes: list[str]) -> None:
    site.routes[PLACES[0]] = lambda before: Answer(status=404) if before else Answer(b"", 429, {"Retry-After": "1"})
    slow = ("--start", site.url, *likes[:2], *FAST)
    killed(crawl, [*slow], lambda: PLACES[0] in site.paths)
    captured = sorted((crawl.dataset / "captures").iterdir())
    assert crawl(*slow).returncode == 2
    assert captured
    assert set(captured) <= set((crawl.dataset / "captures").iterdir())


def killed(crawl: Command, arguments: list[str], when: Callable[[], bool]) -> None:
    process, end = crawl.start(*arguments), time.monotonic() + 30
    while not when():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.005)
    time.sleep(0.3)  # captures lie on disk, and are told to the frontier
    process.kill()
    process.communicate()


def test_a_kill_while_examples_are_to_come_loses_and_doubles_nothing(
    site: Site, crawl: Command, likes: list[str]
) -> None:
    site.page("/moved", status=301, headers={"Location": PLACES[0]})
    slow = site.routes[PLACES[-1]]
    assert isinstance(slow, Answer)
    site.routes[PLACES[-1]] = lambda before: Answer(slow.body, wait=0 if before else 2)
    command = ["--start", site.url, "--like", f"{site.url}/moved", *likes[2:], *FAST]
    killed(crawl, command, lambda: PLACES[-1] in site.paths)
    assert "/" not in site.paths
    assert not Dataset(crawl.dataset).lineage()
    done = crawl(*command)
    assert done.returncode == 0, done.stderr
    assert Counter(asked(site)) == dict.fromkeys(["/", "/moved", *PLACES, *WANTED, *OTHERS], 1) | {PLACES[-1]: 2}
    assert rows(crawl, site) == dict.fromkeys(["/", "/moved", *PLACES, *WANTED, *OTHERS], 1)
    assert Dataset(crawl.dataset).topic().examples == len(PLACES)


def test_an_example_whose_host_asks_for_patience_is_waited_for(site: Site, crawl: Command, likes: list[str]) -> None:
    page = site.routes[PLACES[0]]
    assert isinstance(page, Answer)
    busy = Answer(b"", 429, {"Content-Type": HTML, "Retry-After": "3600"})
    site.routes[PLACES[0]] = lambda before: page if before else busy
    done = crawl("--start", site.url, *likes, *FAST)
    assert done.returncode == 1, done.stderr
    assert "wait: it asked for patience" in done.stderr
    assert not Dataset(crawl.dataset).lineage()
    assert asked(site)[-1] == PLACES[0]


def test_a_dataset_is_an_example(
    site: Site, crawl: Command, likes: list[str], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crawl("--start", site.url + PLACES[0], *likes, *FAST).returncode == 0
    other = Command(tmp_path / "other", root)
    done = other("--start", site.url, "--like", str(crawl.dataset), *FAST)
    assert done.returncode == 0, done.stderr
    said = list(texts([str(crawl.dataset)]))
    assert len(said) == len(PLACES) <= MOST_DOCUMENTS
    monkeypatch.setattr("crawler.examples.MOST_DOCUMENTS", 2)
    assert list(texts([str(crawl.dataset)])) == said[::3]
    assert Dataset(other.dataset).topic().id == learn(said).id
    assert set(OTHERS) <= paths(Dataset(other.dataset), "rejects", site)


def test_where_a_dataset_has_no_topic_the_examples_reject_nothing(site: Site, crawl: Command, likes: list[str]) -> None:
    assert crawl("--start", site.url + WANTED[0], *FAST).returncode == 0
    done = crawl("--start", site.url, *likes, *FAST)
    assert done.returncode == 0, done.stderr
    assert paths(Dataset(crawl.dataset), "documents", site) == {*WANTED, *OTHERS, *PLACES}
    assert not Dataset(crawl.dataset).topic().id


def test_a_crawl_that_is_shared_takes_no_example_urls(site: Site, tmp_path: Path) -> None:
    options = CrawlOptions(
        start=(site.url,), like=(f"{site.url}/a",), allow_private=True, frontier="redis://127.0.0.1:1/0"
    )
    with pytest.raises(ConfigurationError, match="shared"):
        plan(tmp_path, options)


def test_what_is_to_be_learned_is_told(site: Site, tmp_path: Path) -> None:
    options = CrawlOptions(start=(site.url,), like=(f"{site.url}/a",), allow_private=True)
    assert plan(tmp_path, options)["topic"] == "to be learned of the examples"


def test_files_that_are_no_articles_are_told(site: Site, crawl: Command, tmp_path: Path) -> None:
    file = tmp_path / "list.html"
    file.write_text("<ul><li><a href=/a>甲</a></ul>", "utf-8")
    done = crawl("--start", site.url, "--like", str(file), *FAST)
    assert done.returncode == 2
    assert "no example is an article" in done.stderr
    assert str(file) in done.stderr


A, B, C = "http://h.test/a", "http://h.test/b", "http://h.test/c"


def test_examples_that_lead_to_each_other_are_one() -> None:
    examples = Examples([A, B])
    assert examples
    examples.moved(A, B, follows=False)
    assert examples.takes(Page(B, b""))
    assert not examples
    assert not examples.takes(Page(B, b""))
    assert not examples.failed


def test_an_example_that_leads_where_no_page_is_asked_for_has_failed() -> None:
    examples = Examples([A])
    examples.moved(A, C, follows=False)
    assert not examples
    assert list(examples.failed) == [A]


def test_redirects_of_a_run_before_that_lead_in_a_circle_are_an_example_that_failed(tmp_path: Path) -> None:
    store, here, there = Store(tmp_path / FILE), "http://h.test/a", "http://h.test/b"
    for url, target in ((here, there), (there, here)):
        page = store.add(Found(url, "h.test", 0))
        assert page
        store.done(page.id, None, f"{REDIRECT}{target}")
    examples = Examples([here])
    examples.trace(here, store.known)
    store.close()
    assert not examples
    assert examples.failed == {here: f"{REDIRECT}{there}"}
