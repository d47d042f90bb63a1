"""Readers see whole commits only, and the content id does not depend on how rows were committed."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.dataset as pads  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dataset import Dataset, measured
from pipelines.dataset.deciding import entries
from pipelines.errors import ConfigurationError, LockedError, TaoxiError
from pipelines.model import Capture, Outcome, Page
from tests.pipelines.dataset.made import NOW, TABLES, append, contents, outcome, outcomes, replace

ROOT = Path(__file__).parents[3]


def fingerprints(root: Path) -> dict[str, bytes]:
    return {path.name + path.parent.name: path.read_bytes() for path in (root / "current").resolve().glob("*/*")}


def test_rows_say_what_became_of_each_page(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    commit = replace(dataset, outcomes(0, 5))
    of_pages = {"documents": 3, "duplicates": 1, "rejects": 1, "removed": 8, "comments": 4}
    assert commit.rows == {**of_pages, "sightings": 5, "runs": 1}
    rows = contents(dataset)
    first, copy = rows["documents"][0], rows["duplicates"][0]
    assert first["url"] == "https://Law.example:8080/0"
    assert first["host"] == "law.example:8080"
    assert first["fetched_at"] == first["published"] == NOW
    assert first["blocks"] == [{"role": "heading", "level": 2, "number": None, "lines": 1, "text": "第0篇 说明文字"}]
    assert first["markdown"] == "# 标题0\n\n### 第0篇 说明文字"
    assert first["comments"] == [{"author": "读者", "role": "律师", "published": NOW, "text": "谢谢"}]
    assert (first["chars"], first["capture_file"], first["capture_offset"]) == (7, "a.warc.gz", 0)
    assert (copy["kept_id"], copy["kept_url"], copy["kind"], copy["score"]) == (first["id"], first["url"], "exact", 1.0)
    assert copy["text"] == "第0篇 说明文字"
    assert [(row["reason"], row["stage"], row["detail"]) for row in rows["rejects"]] == [("list", "gate", "a list")]
    assert [(row["id"], row["n"], row["rule"]) for row in rows["removed"][:2]] == [
        (first["id"], 0, "nav.top"),
        (first["id"], 1, "share.row"),
    ]


def test_signals_stand_beside_the_text(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter([outcome(0, "所谓的“”现象\n所谓的“”现象"), outcome(1, "…")]))
    row, empty = contents(dataset)["documents"]
    assert (row["language"], row["sentences"], row["duplicate_lines"]) == ("zh-Hans", 2, 0.5)
    assert row["holes"] == [
        {"start": start, "end": start + 2, "kind": "empty-brackets"} for start in (3, 11)
    ]  # positions are those of the stored text
    breaks = row["fineweb2_breaks"]
    assert isinstance(breaks, list)
    assert "duplicate_lines" in breaks  # and it is published all the same
    assert (empty["language"], empty["sentences"], empty["holes"]) == ("und", 0, [])


def test_any_reader_opens_the_tables_and_each_column_tells_what_it_is(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 20))
    append(dataset, outcomes(20, 40))
    for table, rows in contents(dataset).items():
        folder = tmp_path / "d" / table
        assert len(pd.read_parquet(folder)) == len(rows)
        assert pads.dataset(folder).count_rows() == len(rows)
        assert {path.suffix for path in folder.iterdir()} == {".parquet"}
        for part in folder.iterdir():
            assert all(b"description" in column.metadata for column in pq.ParquetFile(part).schema_arrow)


def test_an_empty_dataset_can_be_read(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    append(dataset, outcomes(0, 0))
    assert contents(dataset) == {table: [] for table in TABLES}
    assert "id" in pd.read_parquet(tmp_path / "d" / "rejects").columns


def test_what_no_file_can_hold_is_mended(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter([outcome(0, "lone \ud800, pair \ud83d\ude00")]))
    assert contents(dataset)["documents"][0]["text"] == "lone \ufffd, pair \U0001f600"


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = Dataset(tmp_path / "one"), Dataset(tmp_path / "two")
    first = replace(one, outcomes(0, 2_000))
    append(two, outcomes(0, 50))
    second = replace(two, outcomes(0, 2_000))
    assert first.content_id == second.content_id
    assert first.parts == second.parts
    assert fingerprints(one.path) == fingerprints(two.path)


def test_large_tables_are_cut_into_parts_and_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BATCH_ROWS", 7), ("GROUP_ROWS", 20), ("PART_BYTES", 20_000)):
        monkeypatch.setattr(f"pipelines.dataset.parts.{name}", value)
    dataset = Dataset(tmp_path / "d")
    commit = replace(dataset, outcomes(0, 300))
    assert sum(part.path.startswith("documents/") for part in commit.parts) > 1
    offsets = [row["capture_offset"] for row in contents(dataset)["documents"]]
    assert offsets == sorted(offsets, key=lambda offset: int(str(offset)))
    assert len(offsets) == commit.rows["documents"]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 12), max_size=4))
def test_any_increments_are_one_build(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    dataset = Dataset(tmp_path_factory.mktemp("d") / "d")
    first = 0
    for size in [*sizes, 3]:
        commit = append(dataset, outcomes(first, first + size))
        first += size
    whole = Dataset(tmp_path_factory.mktemp("whole") / "d")
    assert replace(whole, outcomes(0, first)).content_id == commit.content_id
    assert contents(whole) == contents(dataset)
    assert measured(entries(outcomes(0, first))).content_id == commit.content_id


def test_the_content_id_knows_rows_and_order_and_not_their_place(tmp_path: Path) -> None:
    def content_id(rows: list[Outcome]) -> str:
        return measured(entries(rows)).content_id

    rows = [outcome(0), outcome(2)]
    moved = [Outcome(Page(o.page.url, o.page.body, NOW, capture=Capture("b", 99)), o.result) for o in rows]
    assert content_id(rows) == content_id(moved)
    assert len({content_id(r) for r in (rows, rows[::-1], rows[:1], [outcome(0), outcome(2, "另文")])}) == 4


def test_the_manifest_names_captures_and_files(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    dataset.captures.mkdir(parents=True)
    for name in ("b.warc.gz", "a.warc.gz"):
        (dataset.captures / name).write_bytes(b"x")
    assert [path.name for path in dataset.uncommitted()] == ["a.warc.gz", "b.warc.gz"]
    from pipelines.sources import segments

    with dataset.locked("crawl", NOW):
        made_of = segments([dataset.captures / "b.warc.gz"], dataset.captures)
        commit = dataset.append(outcomes(0, 3), now=NOW, kind="crawl", segments=made_of, recipe="r")
    assert dataset.manifests() == [commit]
    assert [path.name for path in dataset.uncommitted()] == ["a.warc.gz"]
    assert [path.name for path in dataset.sources()] == ["b.warc.gz", "a.warc.gz"]
    (dataset.captures / "b.warc.gz").unlink()
    with pytest.raises(ConfigurationError, match="missing"):
        dataset.sources()


def test_old_snapshots_are_kept(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    for _ in range(4):
        replace(dataset, outcomes(0, 3))
    assert sorted(path.name for path in (tmp_path / "d/snapshots").iterdir()) == ["0001", "0002", "0003", "0004"]
    assert dataset.version(1).to_arrow("documents").equals(dataset.version(4).to_arrow("documents"))


@pytest.mark.parametrize("write", [append, replace])
@pytest.mark.parametrize("error", [ValueError("a defect"), KeyboardInterrupt()])
def test_a_run_that_breaks_off_leaves_the_dataset_as_it_was(
    tmp_path: Path, write: object, error: BaseException
) -> None:
    def broken() -> Iterator[Outcome]:
        yield from outcomes(10, 1_200)
        raise error

    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 10))
    before = contents(dataset), sorted(map(str, tmp_path.rglob("*")))
    with pytest.raises(type(error)):
        write(dataset, broken())  # type: ignore[operator]  # append or replace
    assert (contents(dataset), sorted(map(str, tmp_path.rglob("*")))) == before


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ConfigurationError, match="other things"):
        replace(Dataset(tmp_path), outcomes(0, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_where_a_link_should_be_is_told_and_left_alone(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 3))
    link = tmp_path / "d/current"
    place = link.resolve()
    link.unlink()
    shutil.copytree(place, link)
    before = sorted(map(str, tmp_path.rglob("*")))
    with pytest.raises(ConfigurationError, match=r"current: is no link.*\n.*move it away"):
        append(dataset, outcomes(3, 5))
    assert sorted(map(str, tmp_path.rglob("*"))) == before
    link.rename(tmp_path / "elsewhere")
    append(dataset, outcomes(3, 5))
    assert link.is_symlink()
    assert len(dataset.manifests()) == 2


def test_reading_before_the_first_commit_is_told(tmp_path: Path) -> None:
    with pytest.raises(TaoxiError, match="no rows yet"):
        Dataset(tmp_path / "d").table("documents")
    with pytest.raises(ConfigurationError, match="no table"):
        Dataset(tmp_path / "d").table("texts")


def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 1))
    (tmp_path / "d/manifests/000001.json").write_text(json.dumps({"number": 1}))
    with pytest.raises(TaoxiError, match=r"000001\.json"):
        dataset.manifests()


WRITER = """
import itertools, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from tests.pipelines.dataset.made import NOW, append, outcomes, replace
from pipelines.dataset import Dataset

dataset = Dataset(Path({path!r}))
for n in itertools.count():
    if "replace" in {how!r} and n % 3 == 2:
        replace(dataset, outcomes(0, 30 * (n + 1)))
    else:
        append(dataset, outcomes(30 * n, 30 * (n + 1)))
    print(n, flush=True)
    if n >= {times}:
        break
"""


def writer(path: Path, how: str, times: int) -> subprocess.Popen[str]:
    script = WRITER.format(here=str(ROOT), path=str(path), how=how, times=times)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def numbers(rows: pd.DataFrame) -> list[int]:
    return [int(url.rpartition("/")[2]) for url in rows["url"]]


def expected(pages: int) -> list[int]:
    rows = entries(outcomes(0, pages))
    return [int(entry.row["url"].rpartition("/")[2]) for entry in rows if entry.table == "documents"]


def test_a_naive_reader_sees_whole_commits_while_a_writer_appends(tmp_path: Path) -> None:
    running = writer(tmp_path / "d", "append", 12)
    assert running.stdout is not None
    running.stdout.readline()
    seen = set()
    while running.poll() is None:
        found = numbers(pd.read_parquet(tmp_path / "d/documents", columns=["url"]))
        seen.add(len(found))
        assert found in [expected(30 * n) for n in range(1, 14)]
    assert running.returncode == 0
    assert seen


def test_a_reader_that_resolves_first_sees_whole_commits_while_a_writer_replaces(tmp_path: Path) -> None:
    running = writer(tmp_path / "d", "append and replace", 9)
    assert running.stdout is not None
    running.stdout.readline()
    dataset = Dataset(tmp_path / "d")
    wholes = [expected(30 * n) for n in range(1, 12)]
    while running.poll() is None:
        assert numbers(dataset.table("documents").to_pandas()) in wholes
    assert running.returncode == 0


@pytest.mark.parametrize("commits", [0, 1, 2, 4])
def test_a_writer_that_is_killed_leaves_a_whole_dataset(tmp_path: Path, commits: int) -> None:
    running = writer(tmp_path / "d", "append and replace", 1_000)
    assert running.stdout is not None
    for _ in range(commits + 1):
        running.stdout.readline()
    time.sleep(0.004 * (commits % 3))  # somewhere in the next commit
    running.send_signal(signal.SIGKILL)
    running.communicate()
    dataset = Dataset(tmp_path / "d")
    with dataset.locked("crawl", NOW):
        pass
    lineage = dataset.lineage()
    files = {part.path for commit in lineage for part in commit.parts}
    current = (tmp_path / "d/current").resolve()
    assert {path.relative_to(current).as_posix() for path in current.glob("*/*")} == files
    assert not list((tmp_path / "d").glob(".tmp-*"))
    wholes = {measured(entries(outcomes(0, 30 * n))).content_id: 30 * n for n in range(1, commits + 9)}
    pages = wholes[lineage[-1].content_id]
    assert numbers(pd.read_parquet(tmp_path / "d/documents")) == expected(pages)
    append(dataset, outcomes(pages, pages + 30))
    assert numbers(pd.read_parquet(tmp_path / "d/documents")) == expected(pages + 30)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    with (
        dataset.locked("crawl", NOW),
        pytest.raises(LockedError, match=r"taoxi crawl.*2026-01-02"),
        Dataset(tmp_path / "d").locked("build", NOW),
    ):
        raise AssertionError
    with dataset.locked("build", NOW):
        pass


FULL = """
import resource, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from tests.pipelines.dataset.made import append, outcomes, replace
from pipelines.dataset import Dataset
from pipelines.errors import TaoxiError

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    {how}(Dataset(Path({path!r})), outcomes(10, 9_000))
except TaoxiError as error:
    print(error)
    sys.exit(1)
"""


@pytest.mark.parametrize("how", ["append", "replace"])
def test_a_full_disk_is_told_and_leaves_the_dataset_as_it_was(tmp_path: Path, how: str) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 10))
    before = contents(dataset), sorted(map(str, tmp_path.rglob("*")))
    script = FULL.format(here=str(ROOT), path=str(tmp_path / "d"), how=how)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "could not be written" in done.stdout
    assert (contents(dataset), sorted(map(str, tmp_path.rglob("*")))) == before
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000
