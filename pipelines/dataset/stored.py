"""A version's rows as the entries that they were written from: so rows are rewritten by the code that wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.derived import UNCHANGED, VISIT
from pipelines.dataset.formats import has_formats
from pipelines.dataset.older import of_today
from pipelines.dataset.order import likely_order
from pipelines.dataset.reading import Version
from pipelines.dataset.rows import CHINA, SIGHTINGS, Entry, Row
from pipelines.dataset.schema import PUBLISHED, schema
from pipelines.errors import TaoxiError

PAGES = ("documents", "duplicates", "rejects")
Cast = Callable[[Any], Any]


def stored_entries(version: Version) -> Iterator[Entry]:
    """One entry a page, in the order in which they were committed; staging them gives the same rows and content id."""
    pages = {table: _rows(version, table) for table in PAGES}
    unchanged = (row for row in _rows(version, SIGHTINGS) if row["outcome"] == UNCHANGED)
    removed = _Removed(version)
    for table in order(version):
        if table == UNCHANGED:
            visit = next(unchanged)
            yield Entry(SIGHTINGS, {name: visit[name] for name in (*VISIT, "run")})
            continue
        row = next(pages[table])
        yield Entry(table, row, removed.of(row["id"]) if table != "rejects" else ())
    if removed.left or any(next(rows, None) for rows in pages.values()):
        hint = f"rebuild it from its captures: taoxi build {version.root}"
        raise TaoxiError("the order of its rows cannot be told", where=str(version.root), hint=hint)


def order(version: Version) -> Iterator[str]:
    """The table of each page's row, in the order in which the pages were committed; "unchanged" for one without."""
    if "sightings" not in version.tables:
        for commit in version.commits:
            yield from likely_order(Version(version.root, [commit]))
        return
    for batch in version.batches("sightings", ["outcome"]):
        yield from batch["outcome"].to_pylist()


class _Removed:
    """The removed blocks of pages, which are asked for in the order in which they were committed."""

    def __init__(self, version: Version) -> None:
        self._rows = _rows(version, "removed")
        self._next = next(self._rows, None)

    @property
    def left(self) -> bool:
        return self._next is not None

    def of(self, page_id: str) -> tuple[Row, ...]:
        found: list[Row] = []
        while self._next is not None and (self._next["id"], self._next["n"]) == (page_id, len(found)):
            found.append(self._next)
            self._next = next(self._rows, None)
        return tuple(found)


def _rows(version: Version, table: str) -> Iterator[Row]:
    """The table's rows as they were before they were written; columns that it lacks are None."""
    wanted = schema(table, "")
    casts = {column.name: cast for column in wanted if (cast := _cast(column.type))}
    old = table in PUBLISHED and not has_formats(table, version.manifest.schema_version)
    for batch in version.stored_batches(table):
        missing = dict.fromkeys(set(wanted.names) - set(batch.schema.names))
        for read in batch.to_pylist():
            row = missing | (of_today(read) if old else read)
            for name, cast in casts.items():
                if row[name] is not None:
                    row[name] = cast(row[name])
            yield row


def _cast(kind: pa.DataType) -> Cast | None:
    """How a value of the type becomes what it was before it was written; None where it is that already."""
    if pa.types.is_float32(kind):
        return lambda value: float(str(np.float32(value)))  # the shortest number that the file's stands for
    if pa.types.is_timestamp(kind):
        return None if kind.tz == "UTC" else _in_china
    if pa.types.is_list(kind):
        of_value = _cast(kind.value_type)
        return of_value and (lambda values: [None if value is None else of_value(value) for value in values])
    if pa.types.is_struct(kind):
        casts = {field.name: cast for field in kind if (cast := _cast(field.type))}
        return (
            (lambda told: {**told, **{n: c(told[n]) for n, c in casts.items() if told[n] is not None}})
            if casts
            else None
        )
    return None


def _in_china(when: datetime) -> datetime:
    return when.astimezone(CHINA)
