"""The fullest text of each document: where a copy has its text and a fifth more, that copy's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.schema import OF_TEXT


@dataclass(frozen=True)
class Fullest:
    """The columns OF_TEXT of the fullest copies, and which document each row is for; held in memory."""

    rows: pa.Table
    of: dict[str, int]  # document's id → row

    def instead(self, batch: pa.RecordBatch | pa.Table, ids: pa.Array) -> pa.Table:
        """The documents with these ids, whose columns that tell of the text tell of the fullest."""
        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        rows = [self.of.get(page_id) for page_id in ids.to_pylist()]
        if not any(row is not None for row in rows):
            return table
        own = len(table)
        order = pa.array(np.array([n if row is None else own + row for n, row in enumerate(rows)], np.int64))
        for n, name in enumerate(table.column_names):
            if name in OF_TEXT:
                both = pa.chunked_array([*table[name].chunks, *self.rows[name].chunks], table[name].type)
                table = table.set_column(n, table.field(n), both.take(order))
        return table


def fullest(copies: pa.Table) -> Fullest:
    """Of the fuller copies, which have the columns kept_id, chars and OF_TEXT, the longest for each document.

    Of equally long ones it is the earliest.
    """
    of: dict[str, int] = {}
    chars = copies["chars"].to_pylist()
    for row, kept_id in enumerate(copies["kept_id"].to_pylist()):
        if kept_id not in of or chars[row] > chars[of[kept_id]]:
            of[kept_id] = row
    kept = copies.take(pa.array(list(of.values()), pa.int64()))
    return Fullest(kept, {kept_id: n for n, kept_id in enumerate(of)})


IS_FULLER = pc.field("fuller")
