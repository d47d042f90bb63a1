"""Parquet with a column `html`, `text` or `content`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.model import Capture, Page, Reason
from pipelines.sources.faults import fault, named, unreadable, why
from pipelines.sources.rows import BODIES, COLUMNS, page_of

MARK = b"PAR1"
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
                for row in batch.to_pylist():
                    number += 1
                    yield page_of(row, f"{named(path)}#{number}", Capture(path.name, number))
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        detail = f"{why(error)} (after row {number})"
        yield fault(named(path), Reason.DAMAGED, detail, Capture(path.name, number))
