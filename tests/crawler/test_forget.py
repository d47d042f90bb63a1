"""`taoxi dataset forget`: a page is in no file any more, its copies live on, and it is never fetched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # warcio ships no types

from crawler.cli import main
from crawler.frontier.database import FILE
from crawler.frontier.store import Store
from pipelines.dataset import Dataset, open_dataset
from pipelines.dataset.verification import verify
from pipelines.sources import read
from tests.crawler.loopback import ARTICLE, Answer, Command, Site, serving

NEEDLE = "张三的欠款清单"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.index("/", "/a.html", "/b.html", "/c.html", "/secret.html", "/old.html", "/p.html")
        for name in "abc":
            running.routes[f"/{name}.html"] = Answer(ARTICLE.format(title="/same").encode())
        running.routes["/secret.html"] = Answer(ARTICLE.format(title=NEEDLE).encode())
        running.routes["/old.html"] = Answer(status=302, headers={"Location": "/secret.html"})
        running.article("/p.html")
        yield running


@pytest.fixture
def crawled(site: Site, tmp_path: Path) -> Command:
    crawl = Command(tmp_path / "d", ROOT)
    done = crawl("--start", f"{site.url}/", "--allow-private", "--delay", "0")
    assert done.returncode == 0, done.stderr
    return crawl


def holding(root: Path, needle: str) -> list[str]:
    """The dataset's files that hold the text, logs left out; captures as they are served."""
    found = []
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.parent.name == "logs":
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            text = pd.read_parquet(path).map(repr).to_csv()
        elif path.name.endswith(".warc.gz"):
            text = "".join(page.body.decode("utf-8", "replace") + page.url for page in read([path]))
        if needle in text:
            found.append(path.relative_to(root).as_posix())
    return found


def rows(root: Path) -> dict[str, list[str]]:
    version = open_dataset(root)
    return {
        table: sorted(url.rpartition("/")[2] for url in version.to_arrow(table, ["url"])["url"].to_pylist())
        for table in ("documents", "duplicates", "rejects", "sightings")
    }


def test_a_forgotten_page_is_nowhere_and_stays_away(crawled: Command, site: Site) -> None:
    root, url = crawled.dataset, f"{site.url}/secret.html"
    assert holding(root, NEEDLE)
    assert main(["build", str(root), "--processes", "1"]) == 0  # another snapshot that holds it
    before = {path.name: path.stat().st_size for path in (root / "captures").iterdir()}
    places = {page.url: page.capture for page in read(sorted((root / "captures").iterdir()))}
    assert main(["dataset", "forget", str(root), url, "--dry-run"]) == 0
    assert holding(root, NEEDLE)
    assert main(["dataset", "forget", str(root), url]) == 0
    assert holding(root, NEEDLE) == []
    assert not any("secret.html" in names for names in rows(root).values())
    assert {path.name: path.stat().st_size for path in (root / "captures").iterdir()} == before
    left = {page.url: page.capture for page in read(sorted((root / "captures").iterdir()))}
    assert left == {address: place for address, place in places.items() if address != url}
    frontier = Store(root / FILE)
    known = [frontier.known(f"{site.url}/{name}.html") is not None for name in ("secret", "old", "p")]
    frontier.close()
    assert known == [False, True, True]
    for path in (root / "captures").iterdir():
        with path.open("rb") as file:
            records = [record.rec_headers.get_header("WARC-Type") for record in ArchiveIterator(file)]
        assert records.count("metadata") == 1
    assert list(verify(open_dataset(root), deep=True)) == []
    tombstones = (root / "forgotten.json").read_text()
    assert "secret" not in tombstones
    site.asked.clear()
    assert crawled("--refetch", "--allow-private", "--delay", "0").returncode == 0
    assert "/a.html" in site.paths
    assert "/secret.html" not in site.paths
    assert holding(root, NEEDLE) == []


def test_a_rebuild_gives_what_forgetting_left(crawled: Command, site: Site) -> None:
    root = crawled.dataset
    first = next(name for name in rows(root)["documents"] if name in ("a.html", "b.html", "c.html"))
    assert main(["dataset", "forget", str(root), f"{site.url}/{first}"]) == 0
    told = rows(root)
    copies = [name for name in ("a.html", "b.html", "c.html") if name != first]
    assert sorted(name for name in told["documents"] + told["duplicates"] if name[0] in "abc") == copies
    assert len(told["duplicates"]) == 1
    forgotten = Dataset(root).last()
    assert main(["build", str(root), "--processes", "1"]) == 0
    rebuilt = Dataset(root).last()
    assert forgotten
    assert rebuilt
    assert (rebuilt.content_id, rebuilt.parts) == (forgotten.content_id, forgotten.parts)


def test_a_text_is_forgotten_with_all_its_copies(crawled: Command, site: Site, tmp_path: Path) -> None:
    root = crawled.dataset
    table = open_dataset(root).to_pandas("documents", ["url", "content_hash"])
    digest = table[table.url.str.contains("/[abc].html")].content_hash.iloc[0]
    assert main(["dataset", "forget", str(root), digest]) == 0
    assert not any({"a.html", "b.html", "c.html"}.intersection(names) for names in rows(root).values())
    assert list(read(sorted((root / "captures").iterdir())))
    page = tmp_path / "again.html"
    page.write_text(ARTICLE.format(title="/same"), "utf-8")
    assert main(["build", str(root), "--from", str(page), "--processes", "1"]) == 0
    assert open_dataset(root).to_arrow().num_rows == 0


def test_a_host_is_forgotten(crawled: Command, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "forget", str(crawled.dataset), f"127.0.0.1:{site.port}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 3
    assert set(map(len, rows(crawled.dataset).values())) == {0}
    site.asked.clear()
    crawled("--allow-private", "--delay", "0")
    assert site.asked == []


@pytest.mark.parametrize("target", ["", "no host!", "https:"])
def test_what_is_no_target_is_told(crawled: Command, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "forget", str(crawled.dataset), target]) == 2
    assert "neither URL nor host nor hash" in capsys.readouterr().err
