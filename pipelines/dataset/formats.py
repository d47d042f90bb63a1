"""What readers get beside the stored columns of a page: its Markdown, and the text of each block.

Files hold a page's words once, in `text`; Parquet compresses each column by itself, so every further form would take as
much again. `blocks` tells how many lines of the text each block has, and with its title that is all that Markdown needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.schema import PUBLISHED, schema
from pipelines.errors import TaoxiError
from pipelines.markdown import markdown
from pipelines.model import Block, Role

MARKDOWN, BLOCKS = "markdown", "blocks"
SOURCES = {MARKDOWN: ("title", "text", BLOCKS), BLOCKS: ("text", BLOCKS)}  # stored columns that it is made of
SINCE = 5  # schema version
_ROLES = {str(role): role for role in Role}


def has_formats(table: str, schema_version: str) -> bool:
    """Whether the table's Markdown and blocks are made when it is read; older versions stored them."""
    return table in PUBLISHED and int(schema_version) >= SINCE


def stored(columns: Sequence[str]) -> list[str]:
    """The stored columns that these are made of."""
    return list(dict.fromkeys(source for name in columns for source in SOURCES.get(name, (name,))))


def with_formats(table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    """The table with the columns that are asked for, None = all: `markdown` is added, and `text` to each of `blocks`.

    Raises TaoxiError where a page's blocks have other lines than its text.
    """
    wanted = columns if columns is not None else _all(table.column_names)
    if not set(wanted) & set(SOURCES):
        return table.select(list(wanted))
    some = [_made(batch, wanted) for batch in table.to_batches()] or [_made(_none_of(table.schema), wanted)]
    return pa.Table.from_batches(some)


def _all(names: Sequence[str]) -> list[str]:
    """The names with that of the Markdown in front of the blocks'."""
    at = names.index(BLOCKS)
    return [*names[:at], MARKDOWN, *names[at:]]


def _none_of(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _made(batch: pa.RecordBatch, wanted: Sequence[str]) -> pa.RecordBatch:
    told = _told(batch[BLOCKS], batch["text"])
    made = {BLOCKS: told}
    if MARKDOWN in wanted:
        made[MARKDOWN] = _markdown(batch["title"], told)
    fields = {field.name: field for field in batch.schema}
    columns = [made[name] if name in made else batch[name] for name in wanted]
    schema = [
        fields[name].with_type(column.type) if name in fields else pa.field(name, column.type)
        for name, column in zip(wanted, columns, strict=True)
    ]
    return pa.record_batch(columns, schema=pa.schema(schema, metadata=batch.schema.metadata))


def _told(blocks: pa.Array, text: pa.Array) -> pa.Array:
    """The blocks, each with its text."""
    each = blocks.flatten()
    lines = pc.split_pattern(text, "\n")
    counts = pc.list_value_length(blocks).to_numpy(zero_copy_only=False)
    ends = np.cumsum(each.field("lines").to_numpy(zero_copy_only=False), dtype=np.int64)
    of_text = pc.list_value_length(lines).to_numpy(zero_copy_only=False) * (counts > 0)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    if not np.array_equal(np.concatenate(([0], ends))[bounds], np.concatenate(([0], np.cumsum(of_text)))):
        raise TaoxiError("a page's blocks have other lines than its text")
    values = lines.filter(pa.array(counts > 0)).flatten()
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(np.concatenate(([0], ends)), pa.int32()), values), "\n")
    names = [field.name for field in each.type]
    parts = pa.StructArray.from_arrays([*(each.field(name) for name in names), texts], [*names, "text"])
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), parts)


def _markdown(titles: pa.Array, blocks: pa.Array) -> pa.Array:
    each = blocks.flatten()
    columns = (each.field(name).to_pylist() for name in ("text", "role", "level", "number"))
    made = [Block(text, _ROLES[role], None, level, number) for text, role, level, number in zip(*columns, strict=True)]
    spans = pairwise(blocks.offsets.to_pylist())
    told = [markdown(title, made[start:end]) for title, (start, end) in zip(titles.to_pylist(), spans, strict=True)]
    return pa.array(told, pa.string())


def duckdb_view(connection: Any, table: str, files: Iterable[Path], *, forms: bool) -> None:
    """The connection has a view of the files by the table's name; its Markdown and blocks are made as they are asked for."""
    if forms:
        _add_functions(connection)
    told = {BLOCKS: f"{_BLOCKS} AS blocks", MARKDOWN: f"taoxi_markdown(title, {_BLOCKS}) AS markdown"}
    columns = ", ".join(told.get(name, f'"{name}"') for name in _all(schema(table, "").names)) if forms else "*"
    named = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    connection.execute(f'CREATE OR REPLACE VIEW "{table}" AS SELECT {columns} FROM read_parquet([{named}])')  # noqa: S608 -- a closed list of names; paths are quoted


_BLOCKS = "taoxi_blocks(blocks, text)"


def _add_functions(connection: Any) -> None:
    """DuckDB knows taoxi_blocks(blocks, text) and taoxi_markdown(title, blocks)."""
    if connection.execute("SELECT 1 FROM duckdb_functions() WHERE function_name = 'taoxi_blocks'").fetchone():
        return
    block = "STRUCT(role VARCHAR, level INTEGER, number INTEGER, lines INTEGER{})[]"
    whole = block.format(", text VARCHAR")
    known = {"type": "arrow", "null_handling": "special"}
    connection.create_function("taoxi_blocks", _whole(_told), [block.format(""), "VARCHAR"], whole, **known)
    connection.create_function("taoxi_markdown", _whole(_markdown), ["VARCHAR", whole], "VARCHAR", **known)


def _whole(
    function: Callable[[pa.Array, pa.Array], pa.Array],
) -> Callable[[pa.ChunkedArray, pa.ChunkedArray], pa.Array]:
    """The function of two arrays, for columns in chunks."""
    return lambda one, other: function(one.combine_chunks(), other.combine_chunks())
