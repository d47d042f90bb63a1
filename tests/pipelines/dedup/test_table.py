"""Duplicates in any table of (id, text)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest

from pipelines.dedup.synonyms import NO_SYNONYMS
from pipelines.dedup.table import list_paragraphs, mark_duplicates
from pipelines.errors import ConfigurationError, TaoxiError
from tests.pipelines.dedup.articles import article


def written(folder: Path, **columns: Sequence[object]) -> Path:
    path = folder / "in.parquet"
    pd.DataFrame(columns).to_parquet(path)
    return path


def counted(source: Path, target: Path) -> dict[str, int]:
    return {kind: rows for kind, rows in mark_duplicates(source, target).counts.items() if rows}


def test_the_first_row_stands_for_its_copies(tmp_path: Path) -> None:
    texts = ["逾期三天怎么办？", "另一篇", "逾期 三天 怎么办", "逾期三天怎麼辦", "逾期四天怎么办？"]
    source = written(tmp_path, id=[7, 8, 9, 10, 11], text=texts)
    counts = counted(source, tmp_path / "out.parquet")
    rows = pd.read_parquet(tmp_path / "out.parquet")
    assert rows["id"].tolist() == [7, 8, 9, 10, 11]
    assert rows["kept_id"].tolist() == [7, 8, 7, 7, 11]
    assert rows["kind"].tolist() == ["kept", "kept", "exact", "script", "kept"]
    assert counts == {"kept": 3, "exact": 1, "script": 1}


def test_rows_without_a_letter_match_nothing(tmp_path: Path) -> None:
    source = written(tmp_path, id=["a", "b", "c"], text=["", None, "。。。"])
    mark_duplicates(source, tmp_path / "out.parquet")
    assert pd.read_parquet(tmp_path / "out.parquet")["kept_id"].tolist() == ["a", "b", "c"]


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    source = written(tmp_path, key=[1], body=["x"])
    with pytest.raises(ConfigurationError, match="no column 'id'") as told:
        mark_duplicates(source, tmp_path / "out.parquet")
    assert "key, body" in str(told.value)
    mark_duplicates(source, tmp_path / "out.parquet", id_column="key", text_column="body")


def test_a_damaged_table_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    source = written(tmp_path, id=[1], text=["x"])
    target = tmp_path / "out.parquet"
    mark_duplicates(source, target)
    before = target.read_bytes()
    source.write_bytes(source.read_bytes()[:-9])
    with pytest.raises(TaoxiError):
        mark_duplicates(source, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_told_as_such_and_leaves_nothing(tmp_path: Path) -> None:
    source = written(tmp_path, id=["a"], text=["借条"])
    (tmp_path / ".out.parquet.part").symlink_to("/dev/full")
    with pytest.raises(TaoxiError, match=r"No space left on device .*out\.parquet"):
        mark_duplicates(source, tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize("ids", [["a", "a", "a"], [float("nan")] * 3, [None, "b", None]], ids=str)
def test_ids_that_repeat_do_not_hide_a_copy(tmp_path: Path, ids: list[object]) -> None:
    source = written(tmp_path, id=ids, text=["借条", "借条。", "欠条"])
    assert counted(source, tmp_path / "out.parquet") == {"kept": 2, "exact": 1}


def test_text_stored_with_a_dictionary_is_text(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pd.DataFrame({"id": [1, 2], "text": pd.Categorical(["借条", "借条"])}).to_parquet(source)
    assert counted(source, tmp_path / "out.parquet") == {"kept": 1, "exact": 1}


def test_text_that_is_no_utf8_is_read_with_replacements(tmp_path: Path) -> None:
    broken = pa.array(["借款合同纠纷".encode() + b"\xff", "借款合同纠纷".encode()], pa.binary())
    text = pa.StringArray.from_buffers(2, *broken.buffers()[1:], broken.buffers()[0])
    pq.write_table(pa.table({"id": [1, 2], "text": text}), tmp_path / "in.parquet")
    assert counted(tmp_path / "in.parquet", tmp_path / "out.parquet") == {"kept": 1, "exact": 1}


def test_a_huge_document_and_its_part(tmp_path: Path) -> None:
    huge = "\n".join(article(n, sentences=40) for n in range(400))
    source = written(tmp_path, id=["huge", "part", "other"], text=[huge, article(9, sentences=40), article(999)])
    mark_duplicates(source, tmp_path / "out.parquet", synonyms=NO_SYNONYMS)
    assert pd.read_parquet(tmp_path / "out.parquet")["kind"].tolist()[::2] == ["kept", "kept"]


def test_a_table_without_rows_has_no_decisions(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pd.DataFrame({"id": pd.Series([], dtype="int64"), "text": pd.Series([], dtype="str")}).to_parquet(source)
    assert counted(source, tmp_path / "out.parquet") == {}
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 0


def test_every_measure_says_what_it_is(tmp_path: Path) -> None:
    source = written(tmp_path, id=[1, 2], text=[article(1), article(1)[:300]])
    mark_duplicates(source, tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    assert all(
        (f.metadata or {}).get(b"description")
        for f in schema
        if f.name not in {"id", "kept_id", "kind", "look_alike_id"}
    )
    row = pd.read_parquet(tmp_path / "out.parquet").iloc[1]
    assert (row["kind"], row["direction"], row["containment"], row["new"]) == ("contained", "inside", 1.0, 0.0)


def test_recurring_paragraphs_are_listed_with_their_sites(tmp_path: Path) -> None:
    notice = "本文内容由用户上传，如有侵权请联系我们删除。"
    texts = [f"{article(n)}\n{notice}" for n in range(6)]
    source = written(tmp_path, id=list(range(6)), text=texts, host=["a.test", "b.test"] * 3)
    assert list_paragraphs(source, tmp_path / "found.parquet", site_column="host") == 1
    assert pd.read_parquet(tmp_path / "found.parquet").to_dict("records") == [
        {"text": notice, "documents": 6, "sites": 2, "first_id": 0}
    ]
    with pytest.raises(ConfigurationError, match="no column 'domain'"):
        list_paragraphs(source, tmp_path / "found.parquet", site_column="domain")
