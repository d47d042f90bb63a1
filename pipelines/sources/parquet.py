"""Parquet with a column `html`, `text` or `content`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.model import Capture, Page, Reason
from pipelines.sources.faults import fault, named, unreadable, why
from pipelines.sources.rows import BODIES, COLUMNS, TIMES, page_of

_NO_VALUES = "values that cannot be read, such as text that is not UTF-8"
_UNTRUE = (ValueError, OverflowError, LookupError)  # bad UTF-8, a year beyond 9999, an unknown time zone
_ROWS = 64  # read at a time: pages can be large


def pages(path: Path) -> Iterator[Page]:
    """A page a row, in order; its url is PATH#n where the table has none."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if not names & set(BODIES):
                yield unreadable(path, f"no column {', '.join(BODIES)}; it has {', '.join(file.schema_arrow.names)}")
                return
            for batch in file.iter_batches(batch_size=_ROWS, columns=[name for name in COLUMNS if name in names]):
                for row in _rows(batch):
                    number += 1
                    name, place = f"{named(path)}#{number}", Capture(path.name, number)
                    yield page_of(row, name, place) if row else fault(name, Reason.UNREADABLE, _NO_VALUES, place)
    except (OSError, pa.ArrowException) as error:
        detail = f"{why(error)} (after row {number})"
        yield fault(named(path), Reason.DAMAGED, detail, Capture(path.name, number))


def _rows(batch: pa.RecordBatch) -> list[Mapping[str, object]]:
    """The rows as values; one with a time that is none goes without it, one with other bad values is empty."""
    try:
        return list(batch.to_pylist())
    except _UNTRUE:
        return [_alone(batch.slice(n, 1)) for n in range(batch.num_rows)]


def _alone(row: pa.RecordBatch) -> Mapping[str, object]:
    for columns in (row.schema.names, [name for name in row.schema.names if name not in TIMES]):
        try:
            return dict(row.select(columns).to_pylist()[0])
        except _UNTRUE:
            continue
    return {}
