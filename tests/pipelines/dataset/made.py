"""Made-up outcomes, and a dataset of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset import Dataset, Manifest
from pipelines.dataset.formats import with_formats
from pipelines.model import Block, Capture, Comment, Outcome, Page, Reason, Record, Rejected, Role

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TABLES = ("documents", "duplicates", "rejects", "removed", "comments", "sightings")  # runs has a row a commit


def outcome(n: int, text: str | None = None) -> Outcome:
    """Every fifth page is rejected, every third repeats another, unless a text is given."""
    page = Page(f"https://Law.example:8080/{n}", b"%d" % n, NOW, capture=Capture("a.warc.gz", n))
    if text is None and n % 5 == 4:
        return Outcome(page, Rejected(Reason.LIST, "a list", "gate"))
    text = text if text is not None else f"第{n - n % 3 if n % 3 == 1 else n}篇 说明文字"
    return Outcome(
        page,
        Record(
            title=f"标题{n}",
            text=text,
            blocks=(Block(text, Role.HEADING, level=2),),
            published=NOW,
            published_has_time=True,
            author=None,
            source="来源",
            comments=(Comment("谢谢", "读者", "律师", NOW),),
            script="Hans",
            encoding="utf-8",
            removed=(Block("返回顶部", Role.BOILERPLATE, "nav.top"), Block("分享", Role.BOILERPLATE, "share.row")),
        ),
    )


def outcomes(first: int, end: int) -> Iterator[Outcome]:
    return (outcome(n) for n in range(first, end))


def replace(dataset: Dataset, rows: Iterator[Outcome]) -> Manifest:
    with dataset.locked("build", NOW):
        return dataset.replace(rows, now=NOW, kind="build", segments=(), recipe="r")


def append(dataset: Dataset, rows: Iterator[Outcome]) -> Manifest:
    with dataset.locked("crawl", NOW):
        return dataset.append(rows, now=NOW, kind="crawl", segments=(), recipe="r")


def contents(dataset: Dataset) -> dict[str, list[dict[str, object]]]:
    return {table: dataset.table(table).to_pylist() for table in TABLES}


def of_schema_4(table: pa.Table) -> pa.Table:
    """A table with Markdown and blocks as they were stored before schema 5; one without blocks is as it was."""
    if "blocks" not in table.column_names:
        return table
    told = with_formats(table, None)
    kind = pa.list_(pa.struct([("role", pa.string()), ("text", pa.string()), ("level", pa.int8())]))
    blocks = [
        [block | {"level": 0 if block["role"] == Role.TABLE else block["level"]} for block in page]
        for page in told["blocks"].to_pylist()
    ]
    return told.set_column(told.column_names.index("blocks"), "blocks", pa.array(blocks, kind))
