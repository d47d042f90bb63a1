"""A dataset's pages are told from near, spun and contained copies, the same in any number of runs and after any kill."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelines
from pipelines.dataset import Dataset, measured
from pipelines.dataset.deciding import entries
from pipelines.dataset.forgetting import doomed, forget
from pipelines.dataset.maintenance import compact, migrate
from pipelines.dataset.tombstones import target
from pipelines.dataset.verification import verify
from pipelines.dedup.fold import fold
from pipelines.engine import run
from pipelines.errors import ConfigurationError
from pipelines.model import Outcome
from pipelines.personal.privacy import Privacy
from pipelines.recipe import clean_many
from pipelines.sources import read, segments
from tests.pipelines.dataset.made import NOW, append, contents, of_schema_4, outcome, replace
from tests.pipelines.dedup.articles import article, product, spun

ROOT = Path(__file__).parents[3]
PAGES = 40

# The writer dies after its manifest is published and before the index knows of it.
KILLED = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pipelines.dataset import Dataset, store
from tests.pipelines.dataset.made import append
from tests.pipelines.dataset.test_near_copies import corpus

store._follow = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
append(Dataset(sys.argv[1]), iter(corpus()[int(sys.argv[2]):int(sys.argv[3])]))
"""


def corpus(seed: int = 1) -> list[Outcome]:
    """Articles and their copies in any order: spun, cut, with more around, moved, and look-alikes with other numbers."""
    rng = random.Random(seed)  # noqa: S311 -- a corpus, no secret
    texts = []
    for n in range(PAGES // 8):
        whole = article(n)
        lines = whole.split("\n")
        texts += [whole, spun(whole, share=0.3), "\n".join(lines[:9]), f"{whole}\n{article(n + 50, 6)}"]
        texts += [
            "\n".join(lines[8:] + lines[:8]),
            whole,
            product("微粒贷", [n, 100], n),
            product("微粒贷", [n + 7, 100], n),
        ]
    rng.shuffle(texts)
    return [outcome(5 * n, text) for n, text in enumerate(texts)]


def whole_id(pages: list[Outcome]) -> str:
    return measured(entries(iter(pages))).content_id


def test_every_copy_says_how_it_is_one(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter(corpus()))
    copies = contents(dataset)["duplicates"]
    assert {"near", "contained", "exact"} <= {row["kind"] for row in copies}
    assert {row["direction"] for row in copies} == {"same", "inside", "around"}
    for row in copies:
        assert row["fuller"] == (row["direction"] == "around")
        assert row["score"] == row["containment" if row["kind"] == "contained" else "jaccard"]
    assert not list(verify(dataset.version(), deep=True))


def test_a_look_alike_is_kept_and_says_why(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    one, other = (product("微粒贷", [n, 5000 + n, 300, 12 + n], 1) for n in (1, 2))
    replace(dataset, iter([outcome(0, one), outcome(5, other)]))
    first, second = contents(dataset)["documents"]
    assert (first["look_alike_id"], first["look_alike_veto"]) == (None, None)
    assert (second["look_alike_id"], second["look_alike_veto"]) == (first["id"], "numbers")


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 99), cuts=st.lists(st.integers(0, PAGES), max_size=4))
def test_any_increments_with_copies_are_one_build(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cuts: list[int]
) -> None:
    pages, bounds = corpus(seed), [0, *sorted(cuts), PAGES]
    dataset = Dataset(tmp_path_factory.mktemp("d") / "d")
    for first, end in itertools.pairwise(bounds):
        commit = append(dataset, iter(pages[first:end]))
    whole = Dataset(tmp_path_factory.mktemp("whole") / "d")
    assert replace(whole, iter(pages)).content_id == commit.content_id == whole_id(pages)
    assert contents(whole) == contents(dataset)


def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = corpus()
    together = whole_id(pages)
    monkeypatch.setattr("pipelines.dataset.deciding.BATCH_PAGES", 3)
    assert whole_id(pages) == together


def test_a_page_that_comes_twice_is_a_copy_of_itself(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    page = corpus()[0]
    replace(dataset, iter([page, page]))
    commit = append(dataset, iter([page]))
    assert (commit.rows["duplicates"], dataset.version().rows["documents"]) == (1, 1)
    assert commit.content_id == whole_id([page] * 3)


def test_a_kill_between_manifest_and_index_loses_no_decision(tmp_path: Path) -> None:
    dataset, pages = Dataset(tmp_path / "d"), corpus()
    append(dataset, iter(pages[:10]))
    for first in (10, 20):
        arguments = [str(dataset.path), str(first), str(first + 10)]
        done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
        assert done.returncode == -signal.SIGKILL
        assert dataset.version().content_id == whole_id(pages[: first + 10])
    with dataset.locked("compact", NOW):
        compact(dataset, now=NOW)
    assert append(dataset, iter(pages[30:])).content_id == whole_id(pages)


@pytest.mark.parametrize("harm", ["gone", "cut", "foreign", "others"])
def test_an_index_that_cannot_be_used_is_made_anew(tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture) -> None:
    dataset, pages = Dataset(tmp_path / "d"), corpus()
    append(dataset, iter(pages[:20]))
    index = dataset.path / "index"
    if harm == "cut":
        (index / "texts.u16").write_bytes(b"")
    elif harm == "foreign":
        (index / "index.sqlite").write_bytes(b"no database" * 99)
    else:
        shutil.rmtree(index)
    if harm == "others":
        other = Dataset(tmp_path / "other")
        append(other, iter(corpus(7)))
        shutil.copytree(other.path / "index", index)
    assert append(dataset, iter(pages[20:])).content_id == whole_id(pages)
    assert "made anew" in caplog.text
    caplog.clear()
    append(dataset, iter([]))
    assert not caplog.records


def test_a_refused_commit_leaves_nothing_in_the_index(tmp_path: Path) -> None:
    dataset, pages = Dataset(tmp_path / "d"), corpus()
    append(dataset, iter(pages[:20]))

    def broken() -> None:
        raise ConfigurationError("broken off")

    stream = (page if n < 30 else broken() for n, page in enumerate(pages))  # type: ignore[func-returns-value]  # it raises
    with pytest.raises(ConfigurationError):
        append(dataset, stream)  # type: ignore[arg-type]  # it raises before None comes
    assert append(dataset, iter(pages[20:])).content_id == whole_id(pages)


def test_what_is_forgotten_is_not_in_the_index_and_its_copies_are_decided_anew(tmp_path: Path) -> None:
    dataset, pages = Dataset(tmp_path / "d"), [outcome(1000, article(99)), *corpus()]
    replace(dataset, iter(pages[:30]))
    kept = contents(dataset)["duplicates"][0]["kept_url"]
    gone = (pages[0], next(page for page in pages if page.page.url == kept))
    needle = fold(article(99))[:12].encode("utf-16-le")
    assert needle in (dataset.path / "index/texts.u16").read_bytes()
    with dataset.locked("forget", NOW):
        commit = forget(dataset, doomed(dataset, [target(page.page.url) for page in gone]), now=NOW)
    left = [page for page in pages if page not in gone]
    assert commit.content_id == whole_id(left[:28])
    assert not list(verify(dataset.version(), deep=True))
    for file in (dataset.path / "index").iterdir():
        assert needle not in file.read_bytes()
    assert append(dataset, iter(left[28:])).content_id == whole_id(left)


def as_of_schema_3(dataset: Dataset) -> None:
    """The dataset as it was written before near copies: each text that is another is a document."""
    path = dataset.path / "manifests/000001.json"
    told = json.loads(path.read_text())
    told |= {"schema_version": "3", "format": 2}
    del told["decided_by"]
    for part in told["parts"]:
        del part["footer"]
        file = dataset.path / "current" / part["path"]
        table = of_schema_4(pq.read_table(file))
        new = ("direction", "new", "fuller", "jaccard", "containment", "numbers", "look_alike_id", "look_alike_veto")
        table = table.drop_columns([name for name in new if name in table.column_names])
        pq.write_table(table.replace_schema_metadata(table.schema.metadata | {b"taoxi.schema_version": b"3"}), file)
        part["bytes"] = file.stat().st_size
    path.write_text(json.dumps(told))
    shutil.rmtree(dataset.path / "index")


def test_a_dataset_of_exact_copies_migrates_to_what_a_rebuild_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, pages = Dataset(tmp_path / "d"), corpus()
    with monkeypatch.context() as patched:  # before, nothing but the same text was a copy
        patched.setattr("pipelines.dedup.features.FEWEST_SHINGLES", 1 << 30)
        before = replace(dataset, iter(pages[:30]))
    as_of_schema_3(dataset)
    with pytest.raises(ConfigurationError, match="migrate"):
        append(dataset, iter(pages[30:]))
    with dataset.locked("migrate", NOW):
        after = migrate(dataset, now=NOW)
    assert after
    assert after.rows["documents"] < before.rows["documents"]
    assert after.content_id == whole_id(pages[:30])
    assert append(dataset, iter(pages[30:])).content_id == whole_id(pages)


def test_the_fullest_text_stands_for_a_cut_leader(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    whole, other = article(1), article(2)
    cut = "\n".join(whole.split("\n")[:8])
    replace(dataset, iter([outcome(0, cut), outcome(5, other), outcome(10, whole), outcome(15, "短文")]))
    append(dataset, iter([outcome(20, f"{whole}\n{article(3)}"[: len(whole) + 30])]))
    ids = dataset.version().to_arrow("documents", ["id"])["id"].to_pylist()
    best = pipelines.open_dataset(dataset.path, prefer="fullest")
    rows = best.to_arrow("documents").to_pylist()
    assert [row["id"] for row in rows] == ids
    assert rows[0]["text"].startswith(whole)
    assert rows[0]["blocks"][0]["text"] == rows[0]["text"]
    assert rows[0]["content_hash"] != dataset.table("documents")["content_hash"][0].as_py()
    assert [row["text"] for row in rows[1:]] == [other, "短文"]
    assert best.to_arrow("documents", ["text"])["text"].to_pylist() == [row["text"] for row in rows]
    assert [text for batch in best.batches("documents", ["text"]) for text in batch["text"].to_pylist()] == [
        row["text"] for row in rows
    ]
    assert best.to_duckdb().sql("select text from documents").fetchall()[0][0] == rows[0]["text"]
    assert best.to_datasets("documents")["text"][0] == rows[0]["text"]
    assert pipelines.open_dataset(dataset.path).to_arrow("documents")["text"][0].as_py() == cut
    with pytest.raises(ConfigurationError, match="fullest"):
        pipelines.open_dataset(dataset.path, prefer="longest")


HTML = (
    "<html><head><title>逾期以后怎么办</title></head><body><h1>逾期以后怎么办</h1><article>{}</article></body></html>"
)


def page_of(text: str) -> str:
    return HTML.format("".join(f"<p>{line}</p>" for line in text.split("\n")))


def test_masked_texts_are_read_from_the_captures_where_the_index_lacks_them(tmp_path: Path) -> None:
    """Copies differ in nothing but where the personal data stands, which the rows do not hold any more."""
    folder, privacy = tmp_path / "pages", Privacy(mask=True)
    folder.mkdir()
    whole = f"{article(1)}\n请联系客服电话13800138000咨询办理"
    for name, text in (("a", whole), ("b", article(2)), ("c", whole), ("d", f"{whole}\n另有一句补充的话在这里")):
        (folder / f"{name}.html").write_text(page_of(text), encoding="utf-8")

    def outcomes(*names: str) -> list[Outcome]:
        return list(run(read([folder / f"{name}.html" for name in names]), clean=clean_many))

    def write(dataset: Dataset, how: str, *names: str) -> str:
        made_of = segments([folder / f"{name}.html" for name in names], dataset.captures)
        with dataset.locked(how, NOW):
            call = partial(getattr(dataset, how), outcomes(*names), now=NOW, kind=how, segments=made_of, recipe="r")
            return str(call(privacy=privacy).content_id)

    dataset, other = Dataset(tmp_path / "d"), Dataset(tmp_path / "other")
    write(dataset, "append", "a", "b")
    text = dataset.table("documents")["text"][0].as_py()
    assert "13800138000" not in text
    shutil.rmtree(dataset.path / "index")
    assert write(dataset, "append", "c", "d") == write(other, "replace", "a", "b", "c", "d")
    assert dataset.version().rows["duplicates"] == 2
    shutil.rmtree(dataset.path / "index")
    (folder / "a.html").write_text(page_of(article(9)), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"masked.*\n.*taoxi build"):
        write(dataset, "append", "b")
