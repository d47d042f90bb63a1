"""Rows stream into Parquet parts: memory stays flat, and the same rows give the same bytes.

A part is named TABLE/part-SEQUENCE-N-HASH.parquet: the commit's place in its snapshot, the part's in the commit, and the
first digits of its sha256. So names sort in capture order, and one name never stands for two contents: a reader that
has listed one snapshot can never open another's rows by its names.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.rows import Row
from pipelines.dataset.schema import ranged, repeating

BATCH_ROWS, BATCH_CHARS = 500, 1 << 19  # rows held as Python objects, which take some ten times their text
GROUP_ROWS, GROUP_BYTES = 5_000, 32 << 20  # rows held as Arrow, then written as one row group
SHORT_GROUP_ROWS = 100_000  # of tables without whole texts
PART_BYTES = 256 << 20
# `python -m benchmarks.dataset --only sizes` shows what other choices cost on real pages. Large pages let zstd see that
# texts are alike: copies that were spun, and what sites say again. What stays for long is packed harder, at some 2 ms a
# page: rebuilt and compacted rows; a crawl's commits follow each other quickly.
QUICK, HARD = 9, 17  # levels of zstd
ENCODING: dict[str, Any] = {
    "compression": "zstd",
    "data_page_size": 8 << 20,
    "write_page_index": True,
    "write_page_checksum": True,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file of a commit."""

    path: str  # relative to the snapshot: TABLE/part-SEQUENCE-N-HASH.parquet
    rows: int
    bytes: int
    sha256: str
    footer: str = ""  # sha256 of the footer, which no checksum of Parquet's covers; "" where an older taoxi wrote it

    @property
    def table(self) -> str:
        return self.path.partition("/")[0]

    @property
    def staged(self) -> str:
        """Its name in the staging folder, which is flat: one folder to sync."""
        return self.path.replace("/", ".")


class Parts:
    """Rows of one table on their way into parts in the staging folder."""

    def __init__(self, folder: Path, table: str, schema: pa.Schema, sequence: int = 0) -> None:
        self._folder, self._table, self._schema, self._sequence = folder, table, schema, sequence
        self._level = QUICK if sequence else HARD
        self._group_rows = GROUP_ROWS if "blocks" in schema.names else SHORT_GROUP_ROWS
        self._rows: list[Row] = []
        self._chars = 0
        self._batches: list[pa.RecordBatch] = []
        self._file: _File | None = None
        self._done: list[Part] = []

    def add(self, row: Row) -> None:
        self._rows.append(row)
        self._chars += len(row.get("text") or "")
        if len(self._rows) >= BATCH_ROWS or self._chars >= BATCH_CHARS:
            self._pack()

    def close(self, *, even_if_empty: bool) -> list[Part]:
        """All rows are on disk, synced; without any row there is a part only if asked for."""
        self._pack()
        self._write_group()
        if even_if_empty and not self._done and not self._file:
            self._opened()
        self._finish()
        return self._done

    def abandon(self) -> None:
        """An open file is closed, whatever it holds."""
        if self._file:
            self._file.abandon()
            self._file = None

    def _pack(self) -> None:
        if not self._rows:
            return
        columns = [pa.array([row[column.name] for row in self._rows], column.type) for column in self._schema]
        self._batches.append(pa.record_batch(columns, schema=self._schema))
        self._rows, self._chars = [], 0
        rows, size = (sum(getattr(batch, name) for batch in self._batches) for name in ("num_rows", "nbytes"))
        if rows >= self._group_rows or size >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        if not self._batches:
            return
        file = self._file or self._opened()
        file.write(pa.Table.from_batches(self._batches))
        self._batches = []
        if file.size >= PART_BYTES:
            self._finish()

    def _opened(self) -> _File:
        self._file = _File(
            self._folder, f"{self._table}.part-{self._sequence:06}-{len(self._done):05}", self._schema, self._level
        )
        return self._file

    def _finish(self) -> None:
        if self._file:
            self._done.append(self._file.close(self._table))
            self._file = None


class _File:
    """A part that is being written; its name ends with its hash once that is known."""

    def __init__(self, folder: Path, stem: str, schema: pa.Schema, level: int) -> None:
        self._path, self._stem, self._rows = folder / f"{stem}.parquet", stem, 0
        self._sink = pa.OSFile(str(self._path), "wb")
        self._writer = writer(self._sink, schema, level)

    @property
    def size(self) -> int:
        return int(self._sink.tell())

    def write(self, group: pa.Table) -> None:
        self._writer.write_table(group, row_group_size=group.num_rows)
        self._rows += group.num_rows

    def close(self, table: str) -> Part:
        self._writer.close()
        self._sink.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
            size = file.tell()
            footer = footer_digest(file)
        name = f"{self._stem}-{digest[:8]}.parquet"
        self._path.rename(self._path.with_name(name))
        return Part(f"{table}/{name.removeprefix(f'{table}.')}", self._rows, size, digest, footer)

    def abandon(self) -> None:
        for open_file in (self._writer, self._sink):
            with contextlib.suppress(OSError):  # the fault that led here is the one to tell
                open_file.close()


def footer_digest(file: BinaryIO) -> str:
    """The sha256 of a Parquet file's footer: what says where everything is, and as what it is to be read.

    Raises OSError where the file is shorter than it says its footer is.
    """
    file.seek(-8, os.SEEK_END)
    length = int.from_bytes(file.read(4), "little")
    file.seek(-8 - length, os.SEEK_END)
    return hashlib.sha256(file.read()).hexdigest()


def writer(sink: Any, schema: pa.Schema, level: int = HARD) -> pq.ParquetWriter:
    """How every part is encoded."""
    return pq.ParquetWriter(sink, schema, compression_level=level, **by_column(schema), **ENCODING)


def by_column(schema: pa.Schema) -> dict[str, list[str]]:
    """What is encoded otherwise in some of the schema's columns."""
    return {"use_dictionary": repeating(schema), "write_statistics": ranged(schema)}
