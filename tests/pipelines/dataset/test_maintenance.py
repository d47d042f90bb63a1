"""Compaction, migration, vacuum, verification, differences, exports and documentation of datasets."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import mlcroissant
import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from datasets import load_dataset

import pipelines
from pipelines.dataset import Dataset, Manifest, open_dataset
from pipelines.dataset.difference import differences
from pipelines.dataset.documentation import document
from pipelines.dataset.export import checkout, to_hugging_face, to_json_lines, to_wet
from pipelines.dataset.maintenance import compact, migrate, vacuum
from pipelines.dataset.schema import TABLES, columns
from pipelines.dataset.verification import verify
from pipelines.errors import ConfigurationError, TaoxiError
from pipelines.model import Block, Outcome, Record, Role
from pipelines.sources import read
from tests.pipelines.dataset.made import NOW, append, contents, of_schema_4, outcome, outcomes, replace


def compacted(dataset: Dataset) -> Manifest:
    with dataset.locked("compact", NOW):
        return compact(dataset, now=NOW)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Of 100 pages in three commits."""
    made = Dataset(tmp_path / "d")
    for first, end in ((0, 50), (50, 50), (50, 100)):
        append(made, outcomes(first, end))
    return made


def test_a_compacted_dataset_is_a_rebuilt_one_byte_for_byte(dataset: Dataset, tmp_path: Path) -> None:
    whole = Dataset(tmp_path / "whole")
    rebuilt, before = replace(whole, outcomes(0, 100)), contents(dataset)
    commit = compacted(dataset)
    assert commit.parts == rebuilt.parts
    assert commit.content_id == rebuilt.content_id
    assert contents(dataset) == before
    assert append(dataset, outcomes(100, 120)).content_id == append(whole, outcomes(100, 120)).content_id


def test_rows_that_are_not_those_of_the_content_id_are_not_compacted(dataset: Dataset) -> None:
    path = dataset.path / "manifests/000003.json"
    path.write_text(path.read_text().replace(dataset.version().content_id, "0" * 64))
    before = sorted(map(str, dataset.path.rglob("*")))
    with pytest.raises(TaoxiError, match="content id"):
        compacted(dataset)
    assert sorted(map(str, dataset.path.rglob("*"))) == before
    assert [finding.what for finding in verify(dataset.version(), deep=True)]


def as_of_0_1_0(dataset: Dataset) -> None:
    """The dataset as version 0.1.0 would have written it: four tables, parts with plain names, manifests without format."""
    for path in sorted((dataset.path / "manifests").iterdir()):
        told = json.loads(path.read_text())
        told["schema_version"] = "2"
        for name in ("sequence", "forced", "format"):
            del told[name]
        told["parts"] = [part for part in told["parts"] if part["path"].partition("/")[0] in TABLES[:4]]
        told["rows"] = {table: told["rows"][table] for table in TABLES[:4]}
        for part in told["parts"]:
            del part["footer"]
            file = dataset.path / "current" / part["path"]
            table = of_schema_4(pq.read_table(file))
            metadata = table.schema.metadata | {b"taoxi.schema_version": b"2"}
            part["path"] = f"{file.parent.name}/part-{told['number'] - 1:05}.parquet"
            fresh = file.with_name(f"part-{told['number'] - 1:05}.parquet")
            file.unlink()
            pq.write_table(table.replace_schema_metadata(metadata), fresh)
            part |= {"bytes": fresh.stat().st_size, "sha256": hashlib.sha256(fresh.read_bytes()).hexdigest()}
        path.write_text(json.dumps(told))
    for table in TABLES[4:]:
        (dataset.path / table).unlink()
        shutil.rmtree(dataset.path / "current" / table)


def test_a_dataset_of_0_1_0_opens_and_migrates(dataset: Dataset) -> None:
    content_id, before = dataset.version().content_id, contents(dataset)
    as_of_0_1_0(dataset)
    assert pipelines.open_dataset(dataset.path).to_arrow("removed").num_rows == len(before["removed"])
    with pytest.raises(TaoxiError, match=r"no table sightings yet.*\n.*migrate"):
        dataset.table("sightings")
    with pytest.raises(ConfigurationError, match=r"another version.*\n.*migrate"):
        append(dataset, outcomes(100, 110))
    assert list(verify(dataset.version())) == []
    with dataset.locked("migrate", NOW):
        commit = migrate(dataset, now=NOW)
    assert commit
    assert commit.content_id == content_id
    assert contents(dataset) == before
    assert list(verify(dataset.version(), deep=True)) == []
    append(dataset, outcomes(100, 110))
    with dataset.locked("migrate", NOW):
        assert migrate(dataset, now=NOW) is None


def test_vacuum_leaves_the_current_snapshot_and_all_manifests(dataset: Dataset) -> None:
    compacted(dataset)
    with dataset.locked("vacuum", NOW):
        assert vacuum(dataset, dry_run=True).snapshots == (1,)
        assert pipelines.open_dataset(dataset.path, 3).number == 3
        assert vacuum(dataset).snapshots == (1,)
    assert len(dataset.manifests()) == 4
    with pytest.raises(TaoxiError, match="vacuumed"):
        pipelines.open_dataset(dataset.path, 3)
    with pytest.raises(ConfigurationError, match="no version 9"):
        pipelines.open_dataset(dataset.path, 9)
    assert list(verify(dataset.version())) == []


def gone(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def flipped(at: float) -> Callable[[Path], None]:
    def flip(path: Path) -> None:
        told = bytearray(path.read_bytes())
        told[int(len(told) * at)] ^= 4
        path.write_bytes(told)

    return flip


@pytest.mark.parametrize("table", ["documents", "removed", "runs"])
@pytest.mark.parametrize("harm", [gone, cut, *map(flipped, (0.0, 0.1, 0.2, 0.27, 0.275, 0.3, 0.6, 0.9, 0.999))])
def test_a_damaged_file_is_named_and_never_read_as_other_rows(
    dataset: Dataset, table: str, harm: Callable[[Path], None]
) -> None:
    rows = dataset.table(table).to_pylist()
    file = sorted((dataset.path / "current" / table).iterdir())[-1]
    harm(file)
    found = list(verify(open_dataset(dataset.path, whole=False)))
    assert [Path(finding.where).name for finding in found] == [file.name]
    try:
        assert dataset.table(table).to_pylist() == rows  # where the bit says nothing about them
    except TaoxiError as error:
        assert file.name in str(error)  # noqa: PT017 -- either is right
    others = {path: path.read_bytes() for path in dataset.path.rglob("*.parquet") if path != file}
    try:
        compacted(dataset)
        assert dataset.table(table).to_pylist() == rows or table == "runs"
    except TaoxiError as error:
        assert file.name in str(error)  # noqa: PT017 -- either is right
    assert {path: path.read_bytes() for path in others} == others
    assert not list(dataset.path.glob(".[ct]*-*"))


def test_nothing_is_added_where_a_document_file_is_missing(dataset: Dataset) -> None:
    file = min((dataset.path / "current/documents").iterdir())
    file.unlink()
    with pytest.raises(TaoxiError, match=file.name):
        append(Dataset(dataset.path), outcomes(100, 120))
    assert [path.name for path in (dataset.path / "manifests").iterdir()].count("000004.json") == 0


def test_a_file_that_belongs_to_no_commit_is_found(dataset: Dataset) -> None:
    stray = dataset.path / "current/rejects/part-000001-00000-00000000.parquet"
    shutil.copy(next((dataset.path / "current/rejects").iterdir()), stray)
    (found,) = verify(dataset.version())
    assert (Path(found.where).name, "no commit" in found.what) == (stray.name, True)


@pytest.mark.parametrize("act", [lambda one: one.version(), compacted, lambda one: append(one, outcomes(0, 1))])
def test_a_newer_manifest_is_told_and_left_alone(dataset: Dataset, act: Callable[[Dataset], object]) -> None:
    path = dataset.path / "manifests/000003.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99, "package_version": "9.1", "more": {}}))
    (dataset.path / ".tmp-000004").mkdir()
    with pytest.raises(TaoxiError, match=r"000003\.json: was written by a newer taoxi \(9\.1\)"):
        act(dataset)
    assert (dataset.path / ".tmp-000004").is_dir()


def test_a_half_copied_dataset_is_told(dataset: Dataset, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(dataset.path, copy, symlinks=True)
    shutil.rmtree(copy / "snapshots/0001/documents")
    with pytest.raises(TaoxiError, match=r"snapshots/0001/documents/part.*is missing"):
        pipelines.open_dataset(copy)
    found = list(verify(open_dataset(copy, whole=False)))
    assert {finding.what for finding in found} == {"is missing"}
    shutil.rmtree(copy / "snapshots")
    with pytest.raises(TaoxiError, match=r"snapshots/0001: is missing"):
        pipelines.open_dataset(copy)
    (copy / "manifests/000002.json").unlink()
    with pytest.raises(TaoxiError, match=r"000002\.json: is missing"):
        pipelines.open_dataset(copy)


def test_a_copy_without_links_is_read_and_mended(dataset: Dataset, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(
        dataset.path, copy, ignore=lambda _, names: {name for name in names if name in {"current", *TABLES}}
    )
    for part in dataset.version().parts:
        (copy / "snapshots/0001" / part.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(dataset.version().path(part), copy / "snapshots/0001" / part.path)
    assert pipelines.open_dataset(copy).to_arrow().num_rows == dataset.table("documents").num_rows
    append(Dataset(copy), outcomes(100, 110))
    assert len(pd.read_parquet(copy / "sightings")) == 110


def test_a_keeper_that_is_gone_is_found(dataset: Dataset) -> None:
    version = dataset.version()
    first = version.commits[0]
    others = tuple(part for part in first.parts if part.table != "documents")
    commits = [changed(first, parts=others, rows={**first.rows, "documents": 0}), *version.commits[1:]]
    found = [finding.what for finding in verify(type(version)(version.root, commits))]
    assert any("a duplicate of a document that is not there" in what for what in found)


def test_a_capture_that_was_changed_is_found(tmp_path: Path) -> None:
    from pipelines.sources import segments

    dataset = Dataset(tmp_path / "d")
    dataset.captures.mkdir(parents=True)
    (dataset.captures / "a.warc.gz").write_bytes(b"x" * 50)
    (tmp_path / "theirs.html").write_text("<p>x")
    made_of = segments([dataset.captures / "a.warc.gz", tmp_path / "theirs.html"], dataset.captures)
    with dataset.locked("build", NOW):
        dataset.replace(outcomes(0, 3), now=NOW, kind="build", segments=made_of, recipe="r")
    assert list(verify(dataset.version())) == []
    (dataset.captures / "a.warc.gz").write_bytes(b"x" * 49 + b"y")
    (tmp_path / "theirs.html").unlink()
    assert [(Path(f.where).name, f.harm) for f in verify(dataset.version())] == [
        ("a.warc.gz", True),
        ("theirs.html", False),
    ]
    assert list(verify(dataset.version(), captures=False)) == []


def otherwise(n: int) -> Outcome:
    """As `outcome`, but share.row is no rule any more."""
    made = outcome(n)
    if not isinstance(made.result, Record):
        return made
    text = f"{made.result.text}\n分享"
    blocks = (*made.result.blocks, Block("分享", Role.PARAGRAPH))
    removed = (Block("返回顶部", Role.BOILERPLATE, "nav.top"),)
    return Outcome(made.page, changed(made.result, text=text, blocks=blocks, removed=removed))


def test_a_difference_says_which_pages_changed_and_by_which_rules(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 10))
    replace(dataset, (otherwise(n) if n < 3 else outcome(n) for n in range(1, 12)))
    found = {change.url.rpartition("/")[2]: change for change in differences(dataset.version(1), dataset.version(2))}
    assert {n: change.kind for n, change in found.items()} == {
        "0": "gone",
        "1": "moved",  # it was a copy of 0
        "2": "changed",
        "10": "added",
        "11": "added",
    }
    assert (found["2"].no_longer, found["2"].newly) == ({"share.row": 1}, {})
    assert (found["1"].was, found["1"].became) == ("duplicates", "documents")
    assert list(differences(dataset.version(2), dataset.version(2))) == []


def test_exports_hold_the_rows(dataset: Dataset, tmp_path: Path) -> None:
    version, rows = dataset.version(), contents(dataset)
    assert to_json_lines(version, tmp_path / "out/a.jsonl") == len(rows["documents"])
    told = [json.loads(line) for line in (tmp_path / "out/a.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert [row["text"] for row in told] == [row["text"] for row in rows["documents"]]
    assert told[0]["fetched_at"] == NOW.isoformat()
    assert to_json_lines(version, tmp_path / "out/b.jsonl.gz", "removed") == len(rows["removed"])
    assert len(pd.read_json(tmp_path / "out/b.jsonl.gz", lines=True)) == len(rows["removed"])
    for name in ("a.wet", "a.wet.gz"):
        assert to_wet(version, tmp_path / "out" / name) == len(rows["documents"])
        pages = list(read([tmp_path / "out" / name]))
        texts = [f"{row['title']}\n{row['text']}" for row in rows["documents"]]
        assert [(page.url, page.body.decode()) for page in pages] == list(
            zip([row["url"] for row in rows["documents"]], texts, strict=True)
        )
    assert checkout(dataset.version(1), tmp_path / "out/c") == len(dataset.version(1).parts)
    assert len(pd.read_parquet(tmp_path / "out/c/sightings")) == 50
    with pytest.raises(ConfigurationError, match="there already"):
        to_wet(version, tmp_path / "out/a.wet")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a.jsonl",
        "a.wet",
        "a.wet.gz",
        "b.jsonl.gz",
        "c",
    ]


def test_hugging_face_loads_an_export(dataset: Dataset, tmp_path: Path) -> None:
    to_hugging_face(dataset.version(), tmp_path / "hf")
    for table in ("documents", "comments"):
        loaded = load_dataset(str(tmp_path / "hf"), table, split="train", cache_dir=str(tmp_path / "cache"))
        assert loaded.num_rows == dataset.table(table).num_rows


def test_the_card_leads_hugging_face_to_the_newest_rows(dataset: Dataset, tmp_path: Path) -> None:
    def load(table: str) -> int:
        return int(load_dataset(str(dataset.path), table, split="train", cache_dir=str(tmp_path / "cache")).num_rows)

    document(dataset.version())
    assert load("sightings") == 100
    for end in (110, 120):
        append(dataset, outcomes(end - 10, end))
        document(dataset.version())
        assert load("sightings") == end
    replace(dataset, outcomes(0, 30))
    document(dataset.version())
    assert (load("sightings"), load("documents")) == (30, dataset.table("documents").num_rows)


def test_a_card_of_many_files_is_short_and_still_never_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.dataset.card.MOST_FILES", 1)
    dataset = Dataset(tmp_path / "d")
    for end in (20, 40, 60):
        append(dataset, outcomes(end - 20, end))
        document(dataset.version())
        loaded = load_dataset(str(dataset.path), "sightings", split="train", cache_dir=str(tmp_path / "cache"))
        assert loaded.num_rows == end


def test_the_documentation_tells_every_column_and_source(dataset: Dataset) -> None:
    assert [path.name for path in document(dataset.version())] == ["README.md", "croissant.json"]
    card = (dataset.path / "README.md").read_text("utf-8")
    for table in TABLES:
        assert all(f"| `{name}` |" in card and sentence in card for name, _, sentence in columns(table))
    assert f"| law.example:8080 | {dataset.table('documents').num_rows} | {dataset.table('rejects').num_rows} |" in card
    (dataset.path / "README.md").write_text("# mine")
    assert [path.name for path in document(dataset.version())] == ["croissant.json"]
    assert (dataset.path / "README.md").read_text() == "# mine"


def test_croissant_is_valid_and_leads_to_the_rows(dataset: Dataset) -> None:
    document(dataset.version())
    told = mlcroissant.Dataset(jsonld=str(dataset.path / "croissant.json"))
    assert not told.metadata.ctx.issues.errors
    records = list(told.records("sightings"))
    assert len(records) == 100
    assert records[0]["sightings/url"] == dataset.table("sightings")["url"][0].as_py().encode()
    hashes = {entry.sha256 for entry in told.metadata.file_objects}
    assert hashes == {part.sha256 for part in dataset.version().parts}
