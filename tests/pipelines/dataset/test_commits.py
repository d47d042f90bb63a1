"""A commit is there wholly or not at all, wherever its writer is killed, and whoever reads meanwhile."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest

import pipelines
from pipelines.dataset import Dataset, measured
from pipelines.dataset.deciding import entries
from pipelines.errors import TaoxiError
from tests.pipelines.dataset.made import NOW, append, contents, outcomes, replace

ROOT = Path(__file__).parents[3]
STEP = 20  # pages of a commit

# The writer dies by its own hand right before its n-th call that changes something on disk.
KILLED = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.pipelines.dataset.made import append, outcomes, replace
from pipelines.dataset import Dataset

dataset, how, left = Dataset(sys.argv[1]), sys.argv[2], int(sys.argv[3])
pages = int(sys.argv[4])

def counted(call):
    def wrapped(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return wrapped

for name in ("rename", "replace", "fsync", "mkdir", "unlink", "rmdir", "symlink"):
    setattr(os, name, counted(getattr(os, name)))
if how == "append":
    append(dataset, outcomes(pages, pages + {STEP}))
else:
    replace(dataset, outcomes(0, pages + {STEP}))
os._exit(0)
"""


def leftovers(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith((".tmp", ".commit"))]


def strays(root: Path) -> set[str]:
    """Files in the current tables that no commit names."""
    named = {part.path for part in Dataset(root).version().parts}
    current = (root / "current").resolve()
    return {path.relative_to(current).as_posix() for path in current.glob("*/*")} - named


@pytest.mark.parametrize(("how", "last"), [("append", 40), ("replace", 60)])
def test_a_writer_may_be_killed_at_any_call(tmp_path: Path, how: str, last: int) -> None:
    wholes = {measured(entries(outcomes(0, n))).content_id: n for n in range(0, 20 * STEP, STEP)}
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    pages, finished = STEP, 0
    for point in [*range(3, last, last // 5), last * 9]:
        arguments = [str(dataset.path), how, str(point), str(pages)]
        killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False).returncode
        version = pipelines.open_dataset(dataset.path)
        found = wholes[version.content_id]
        assert found in (pages, pages + STEP)
        assert killed or found == pages + STEP
        finished += found - pages
        pages = found
        assert version.to_arrow("sightings").num_rows == pages
        assert pq.read_table(dataset.path / "sightings").num_rows == pages
        assert (leftovers(dataset.path), strays(dataset.path)) == ([], set())
    assert (
        STEP < finished < STEP * len(range(3, last, last // 5))
    )  # some came before the point of no return, some after


def test_a_commit_that_counts_is_carried_out_by_the_next_reader(tmp_path: Path) -> None:
    """The folder of a commit that was sealed and not carried out, whichever of its files went already."""
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    commit = append(dataset, outcomes(STEP, 2 * STEP))
    sealed = dataset.path / ".commit-000002"
    for gone in range(len(commit.parts) + 1):
        sealed.mkdir()
        (dataset.path / "manifests/000002.json").rename(sealed / "manifest.json")
        for part in commit.parts[gone:]:
            (dataset.path / "current" / part.path).rename(sealed / part.staged)
        assert pipelines.open_dataset(dataset.path).number == 2
        assert leftovers(dataset.path) == []
    assert Dataset(dataset.path).table("sightings").num_rows == 2 * STEP
    sealed.mkdir()
    assert pipelines.open_dataset(dataset.path).number == 2
    assert leftovers(dataset.path) == []


def test_a_commit_that_lost_a_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    commit = append(dataset, outcomes(STEP, 2 * STEP))
    sealed = dataset.path / ".commit-000002"
    sealed.mkdir()
    (dataset.path / "manifests/000002.json").rename(sealed / "manifest.json")
    lost = dataset.path / "current" / commit.parts[0].path
    lost.unlink()
    before = sorted(map(str, dataset.path.rglob("*")))
    for _ in range(2):
        with pytest.raises(TaoxiError, match=lost.name):
            pipelines.open_dataset(dataset.path)
    assert sorted(map(str, dataset.path.rglob("*"))) == before


WRITER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.pipelines.dataset.made import NOW, append, outcomes, replace
from pipelines.dataset import Dataset
from pipelines.errors import LockedError

dataset, how, commits = Dataset(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(commits):
    if how == "append":
        append(dataset, outcomes({STEP} * n, {STEP} * (n + 1)))
    elif how == "replace":
        replace(dataset, outcomes(0, {STEP} * (n % 7 + 1)))
    else:
        while True:
            try:
                with dataset.locked("crawl", NOW):
                    pages = dataset.lineage()[-1:]
                    done = pages and dataset.table("sightings", ["id"]).num_rows or 0
                    rows = outcomes(done, done + {STEP})
                    dataset.append(rows, now=NOW, kind="crawl", segments=(), recipe="r")
                break
            except LockedError:
                pass
"""


def writer(root: Path, how: str, commits: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), how, str(commits)])


def _by_datasets(folder: Path) -> int:
    from datasets import load_dataset

    return int(load_dataset(str(folder), split="train", cache_dir=str(folder.parent.parent / "cache")).num_rows)


READERS: dict[str, Callable[[Path], int]] = {
    "pandas": lambda folder: len(pd.read_parquet(folder)),
    "pyarrow": lambda folder: int(pq.read_table(folder).num_rows),
    "polars": lambda folder: pl.read_parquet(folder).height,
    "duckdb": lambda folder: len(duckdb.read_parquet(f"{folder}/*.parquet").fetchall()),
}


def test_plain_readers_see_whole_commits_while_a_writer_appends(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    running = writer(dataset.path, "append", 30)
    reads = dict.fromkeys(READERS, 0)
    for name in itertools.cycle(READERS):
        if running.poll() is not None:
            break
        rows = READERS[name](dataset.path / "sightings")
        assert rows % STEP == 0, name
        assert rows > 0, name
        reads[name] += 1
    assert running.returncode == 0
    assert min(reads.values()) > 1
    assert READERS["polars"](dataset.path / "sightings") == 31 * STEP


def test_the_tables_of_one_version_belong_together_while_a_writer_replaces(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    wholes = {
        told.content_id: told.rows for told in (measured(entries(outcomes(0, n))) for n in range(0, 9 * STEP, STEP))
    }
    running = writer(dataset.path, "replace", 20)
    reads = 0
    while running.poll() is None:
        version = pipelines.open_dataset(dataset.path)
        assert {table: version.to_arrow(table).num_rows for table in version.tables} == wholes[version.content_id]
        reads += 1
    assert running.returncode == 0
    assert reads > 5


def test_four_writers_lose_nothing(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    running = [writer(dataset.path, "share", 4) for _ in range(4)]
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    assert dataset.version().content_id == measured(entries(outcomes(0, 17 * STEP))).content_id
    assert [commit.number for commit in dataset.manifests()] == list(range(1, 18))


FORMS: dict[str, Callable[[pipelines.dataset.Version], tuple[int, Any]]] = {
    "arrow": lambda version: (version.to_arrow().num_rows, version.to_arrow().to_pylist()[0]["text"]),
    "pandas": lambda version: (len(version.to_pandas()), version.to_pandas()["text"].iloc[0]),
    "polars": lambda version: (version.to_polars().height, version.to_polars()["text"][0]),
    "duckdb": lambda version: (
        version.to_duckdb().sql("SELECT count(*) FROM documents").fetchall()[0][0],
        version.to_duckdb().sql("SELECT text FROM documents LIMIT 1").fetchall()[0][0],
    ),
    "datasets": lambda version: (version.to_datasets().num_rows, version.to_datasets()[0]["text"]),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_library_reads_each_version(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    dataset = Dataset(tmp_path / "it's d")
    replace(dataset, outcomes(0, STEP))
    append(dataset, outcomes(STEP, 2 * STEP))
    replace(dataset, outcomes(0, 3 * STEP))
    for number, pages in ((1, STEP), (2, 2 * STEP), (3, 3 * STEP), (None, 3 * STEP)):
        version = pipelines.open_dataset(dataset.path, number)
        assert FORMS[form](version) == (measured(entries(outcomes(0, pages))).rows["documents"], "第0篇 说明文字")
    assert pipelines.open_dataset(dataset.path, version.content_id[:12]).number == 3


def test_hugging_face_loads_the_folder_anew_after_a_commit(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, STEP))
    assert _by_datasets(dataset.path / "sightings") == STEP
    append(dataset, outcomes(STEP, 2 * STEP))
    assert _by_datasets(dataset.path / "sightings") == 2 * STEP


def test_the_newest_row_of_a_url_and_what_is_gone_follow_from_the_sightings(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 5))
    latest = {row["url"].rpartition("/")[2]: row for row in dataset.version().latest().to_pylist()}
    first = contents(dataset)["documents"][0]
    assert latest["0"]["kept_id"] == latest["1"]["kept_id"] == first["id"]
    assert (latest["4"]["kept_id"], latest["4"]["reason"], latest["4"]["gone"]) == (None, "list", False)
    assert NOW in {row["fetched_at"] for row in latest.values()}
