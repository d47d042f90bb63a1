"""Markdown and blocks' texts, which are made of the stored text, are the page's own by every way of reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dataset import Dataset, Version
from pipelines.dataset.export import to_hugging_face
from pipelines.dataset.formats import with_formats
from pipelines.dataset.older import of_today
from pipelines.dataset.rows import undecided
from pipelines.dataset.schema import schema
from pipelines.errors import TaoxiError
from pipelines.markdown import markdown
from pipelines.model import Block, Outcome, Page, Record, Role
from pipelines.recipe import clean
from tests.pipelines.dataset.made import append, of_schema_4, replace

SENTENCE = "逾期以后先弄清案子现在由谁负责，再按自己的收入谈一个能还得起的方案。"
PAGES = {
    "lists": f"<h2>材料</h2><ul><li>身份证<ol start=3><li>收入证明</li><li>流水</li></ol></li></ul><p>{SENTENCE}</p>",
    "table": "<table><tr><th>期数</th><th>费率|月</th></tr><tr><td>三期</td><td>1.9%</td></tr></table>"
    "<table><tr><th>三期</th></tr></table>",
    "code": "<pre>FV(0.01,\n12)</pre><p>1. 先核对*账单*。</p>",
    "plain": f"<p>{SENTENCE}先核对账单，再打电话。</p>",
}


def cleaned(n: int, inside: str) -> Outcome:
    html = (
        f"<div><h1>网贷逾期第{n}问</h1><p>第{n}问：{SENTENCE}</p>{inside}<p>{SENTENCE}最后留好第{n}份凭证。</p></div>"
    )
    outcome = clean(Page(f"https://a.test/{n}.html", html.encode()))
    assert isinstance(outcome.result, Record), outcome
    return outcome


OUTCOMES = [cleaned(n, inside) for n, inside in enumerate(PAGES.values())]
RECORDS = [outcome.result for outcome in OUTCOMES if isinstance(outcome.result, Record)]
MARKDOWN = [markdown(record.title, record.blocks) for record in RECORDS]
TEXTS = [[block.text for block in record.blocks] for record in RECORDS]


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    dataset = Dataset(tmp_path_factory.mktemp("formats") / "d")
    replace(dataset, iter(OUTCOMES[:3]))
    append(dataset, iter(OUTCOMES[3:]))
    assert dataset.version().rows["documents"] == len(OUTCOMES)
    return dataset.version()


def rows(told: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told.to_pylist() if hasattr(told, "to_pylist") else list(told)
    return found


READERS: dict[str, Callable[[Version], list[Any]]] = {
    "pyarrow": lambda version: rows(version.to_arrow()),
    "batches": lambda version: [row for batch in version.batches() for row in batch.to_pylist()],
    "pandas": lambda version: version.to_pandas().to_dict("records"),
    "polars": lambda version: version.to_polars().to_dicts(),
    "duckdb": lambda version: rows(version.to_duckdb().sql("SELECT * FROM documents").to_arrow_table()),
    "datasets": lambda version: rows(version.to_datasets()),
}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_has_markdown_and_the_blocks_texts(version: Version, reader: str) -> None:
    told = READERS[reader](version)
    assert [row["markdown"] for row in told] == MARKDOWN
    assert [[block["text"] for block in row["blocks"]] for row in told] == TEXTS


def test_a_hugging_face_export_holds_all_formats(version: Version, tmp_path: Path) -> None:
    to_hugging_face(version, tmp_path / "hf")
    told = pq.read_table(tmp_path / "hf/data/documents").to_pylist()
    assert [row["markdown"] for row in told] == MARKDOWN
    assert [[block["text"] for block in row["blocks"]] for row in told] == TEXTS


def test_columns_are_those_that_are_asked_for_in_their_order(version: Version) -> None:
    assert version.to_arrow("documents", ["markdown", "id"]).column_names == ["markdown", "id"]
    assert [row["markdown"] for row in rows(version.to_arrow("documents", ["markdown"]))] == MARKDOWN
    assert [row["blocks"][0]["text"] for row in rows(version.to_arrow("documents", ["blocks"]))] == [
        t[0] for t in TEXTS
    ]
    assert version.to_arrow("documents", []).num_columns == 0
    connection = version.to_duckdb()
    assert version.to_duckdb(connection).sql("SELECT markdown FROM documents").fetchall() == [
        (one,) for one in MARKDOWN
    ]


def test_files_hold_a_text_once_and_any_reader_can_cut_it_into_blocks(version: Version) -> None:
    stored = pd.concat(map(pd.read_parquet, version.files()))
    assert "markdown" not in stored
    for row, texts in zip(stored.to_dict("records"), TEXTS, strict=True):
        lines = iter(row["text"].split("\n"))
        assert ["\n".join(next(lines) for _ in range(block["lines"])) for block in row["blocks"]] == texts


def test_a_table_of_no_rows_has_the_columns(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter(()))
    told = dataset.version().to_arrow()
    assert (told.num_rows, "markdown" in told.column_names, told["blocks"].type.value_type.num_fields) == (0, True, 5)


LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=9), min_size=1)
BLOCKS = st.lists(st.tuples(LINES, st.sampled_from([*Role])), max_size=4)


@given(st.lists(BLOCKS, max_size=4))
def test_texts_are_cut_where_the_blocks_were_joined(pages: list[list[tuple[list[str], Role]]]) -> None:
    kinds = schema("documents", "")
    told = [
        {
            "text": "\n".join("\n".join(lines) for lines, _ in page),
            "blocks": [{"role": str(role), "level": 0, "number": None, "lines": len(lines)} for lines, role in page],
        }
        for page in pages
    ]
    table = pa.Table.from_pylist(told, schema=pa.schema([kinds.field("text"), kinds.field("blocks")]))
    for cut in (table, table.slice(1)):
        made = with_formats(cut, ["blocks"])["blocks"].to_pylist()
        wanted = [["\n".join(lines) for lines, _ in page] for page in pages[len(pages) - len(cut) :]]
        assert [[block["text"] for block in page] for page in made] == wanted


def test_blocks_that_do_not_fit_their_text_are_told(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter(OUTCOMES))
    (path,) = dataset.version().files()
    table = pq.read_table(path)
    cut = table.set_column(table.column_names.index("text"), "text", pa.array(["一行"] * len(table)))
    with pytest.raises(TaoxiError, match="other lines than its text"):
        with_formats(cut, None)


def test_rows_of_older_schemas_become_those_of_today() -> None:
    for entry, _ in undecided(OUTCOMES):
        kinds = pa.schema([field for field in schema("documents", "") if field.name in entry.row])
        (old,) = of_schema_4(pa.Table.from_pylist([entry.row], schema=kinds)).to_pylist()
        assert "text" in old["blocks"][0]
        assert of_today(old)["blocks"] == entry.row["blocks"]
        assert of_today(old).keys() == entry.row.keys()


def test_markdown_of_blocks_alone() -> None:
    cells = [Block(f"{n}", Role.TABLE, None, n % 2 + 1, n // 2 + 1) for n in range(4)]
    told = [*cells, *cells, Block("尾", Role.PARAGRAPH)]
    table = "| 0 | 1 |\n| --- | --- |\n| 2 | 3 |"
    assert markdown(None, told) == f"{table}\n\n{table}\n\n尾"
    assert markdown("题", cells[:1]) == "# 题\n\n| 0 |\n| --- |"
    assert markdown(None, ()) == ""
