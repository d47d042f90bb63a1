"""One version of a dataset, all its tables of one commit, for pyarrow, pandas, polars, DuckDB and Hugging Face.

A version is a list of immutable files, so that no writer changes what it reads: neither an append nor a rebuild nor a
compaction. `vacuum` and `forget` remove files, and then its reads fail and say so.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.dataset as pads  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset import journal, lock, manifest, places
from pipelines.dataset.damage import damaged, require_footers
from pipelines.dataset.derived import UNCHANGED
from pipelines.dataset.formats import duckdb_view, has_formats, stored, with_formats
from pipelines.dataset.fullest import IS_FULLER, Fullest, fullest
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.parts import Part
from pipelines.dataset.schema import MIGRATED, OF_TEXT, SCHEMA_VERSION, TABLES
from pipelines.errors import ConfigurationError, TaoxiError

if TYPE_CHECKING:
    import pandas as pd

CHECKED = {"page_checksum_verification": True}
LEADER, FULLEST = "leader", "fullest"  # whose text a document has
SHORTEST_ID = 6  # digits of a content id that name a version


class Version:
    """The tables as they were after one commit. `open_dataset` gives one."""

    def __init__(self, root: Path, commits: Sequence[Manifest], prefer: str = LEADER) -> None:
        self.root, self.commits, self.prefer = root, tuple(commits), prefer
        self._sound: set[str] = set()  # tables whose files were looked at

    def __repr__(self) -> str:
        rows = ", ".join(f"{table} {count:,}" for table, count in self.rows.items())
        return f"<version {self.number} of {self.root}: {rows}>"

    @property
    def manifest(self) -> Manifest:
        """That of its newest commit."""
        return self.commits[-1]

    @property
    def number(self) -> int:
        return self.manifest.number

    @property
    def content_id(self) -> str:
        return self.manifest.content_id

    @property
    def tables(self) -> tuple[str, ...]:
        """Those that it has; a version of an older taoxi has fewer."""
        return tuple(table for table in TABLES if any(part.table == table for part in self.parts))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All its files, in capture order within a table."""
        return tuple(part for commit in self.commits for part in commit.parts)

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table."""
        return {table: sum(part.rows for part in self.parts if part.table == table) for table in self.tables}

    def path(self, part: Part) -> Path:
        """Where the part lies."""
        return places.snapshot(self.root, self.manifest.snapshot) / part.path

    def files(self, table: str = "documents") -> list[Path]:
        """The table's Parquet files: for readers of your own. Raises where there is no such table, or a file is damaged."""
        require_table(table, self.root)
        found = [self.path(part) for part in self.parts if part.table == table]
        if not found:
            what = f"has no table {table} yet: this version was written with schema {self.manifest.schema_version}"
            raise TaoxiError(what, where=str(self.root), hint=to_current_schema(self))
        if table not in self._sound:
            require_footers(self, table)
            self._sound.add(table)
        return found

    def scanner(self, table: str = "documents") -> pads.Dataset:
        """The table's stored columns as a pyarrow dataset, to be scanned lazily; page checksums are verified."""
        form = pads.ParquetFileFormat(default_fragment_scan_options=pads.ParquetFragmentScanOptions(**CHECKED))
        with damaged(self, table):
            return pads.dataset(list(map(str, self.files(table))), format=form)

    def batches(self, table: str = "documents", columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The table in batches, in capture order; memory stays flat."""
        for batch in self.stored_batches(table, self._read_for(table, columns)):
            yield from self._told(table, pa.Table.from_batches([batch]), columns).combine_chunks().to_batches()

    def stored_batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The table's stored columns in batches, in capture order; memory stays flat."""
        with damaged(self, table):
            yield from self.scanner(table).to_batches(
                columns=columns and list(columns), batch_readahead=2, fragment_readahead=1, batch_size=2_000
            )

    def _read_for(self, table: str, columns: Sequence[str] | None) -> list[str] | None:
        """The stored columns behind these; None = all."""
        if columns is None:
            return None
        sources = stored(columns) if self._forms(table) else columns
        return list(dict.fromkeys((*sources, "id") if self._fullest_of(table) else sources))

    def _told(self, table: str, found: pa.Table, columns: Sequence[str] | None) -> pa.Table:
        """These columns of what was read of the table, with the fullest texts where they are wanted."""
        if self._fullest_of(table):
            found = self._fullest.instead(found, found["id"])
        if self._forms(table):
            with damaged(self, table):
                return with_formats(found, columns)
        return found.select(list(columns)) if columns is not None else found

    def _forms(self, table: str) -> bool:
        """Whether Markdown and the blocks' texts are made on reading."""
        return has_formats(table, self.manifest.schema_version)

    def _fullest_of(self, table: str) -> bool:
        """Whether copies' texts are to stand in the table."""
        return self.prefer == FULLEST and table == "documents" and bool(self._fullest.of)

    @cached_property
    def _fullest(self) -> Fullest:
        with damaged(self, "duplicates"):
            return fullest(self.scanner("duplicates").to_table(columns=["kept_id", *OF_TEXT], filter=IS_FULLER))

    def to_arrow(self, table: str = "documents", columns: Sequence[str] | None = None) -> pa.Table:
        """The table in memory; with `columns`, only these.

        Documents and duplicates have, beside the stored columns, `markdown`, and in `blocks` each block's `text`.
        """
        with damaged(self, table):
            found = self.scanner(table).to_table(columns=self._read_for(table, columns))
        return self._told(table, found, columns)

    def to_pandas(self, table: str = "documents", columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The table as a DataFrame with Arrow-backed columns."""
        import pandas as pd

        frame: pd.DataFrame = self.to_arrow(table, columns).to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def to_polars(self, table: str = "documents", columns: Sequence[str] | None = None) -> Any:
        """The table as a polars.DataFrame. Raises ConfigurationError where polars is not installed."""
        return _library("polars").from_arrow(self.to_arrow(table, columns))

    def to_duckdb(self, connection: Any = None) -> Any:
        """A DuckDB connection, a fresh one unless given, with a view for each table.

        Views read the files, and make Markdown and blocks' texts only of the rows that a query wants them of.
        """
        connection = connection or _library("duckdb").connect()
        for table in self.tables:
            if self._fullest_of(table):
                connection.register(table, self.to_arrow(table))
            else:
                duckdb_view(connection, table, self.files(table), forms=self._forms(table))
        return connection

    def to_datasets(self, table: str = "documents") -> Any:
        """The table as a Hugging Face datasets.Dataset, memory-mapped from its cache."""
        library = _library("datasets")
        if self._fullest_of(table):
            return library.Dataset(library.table.InMemoryTable(self.to_arrow(table)))
        with damaged(self, table):
            told = library.Dataset.from_parquet(list(map(str, self.files(table))))
            if self._forms(table):
                told = told.with_format("arrow").map(with_formats, batched=True, fn_kwargs={"columns": None})
            return told.with_format(None)

    def latest(self) -> pa.Table:
        """One row for each URL: its last sighting, and whether it is `gone` (404, 410, or told so in words).

        `kept_id` is the document that holds the newest text that was ever published for the URL. A visit that found the page
        unchanged tells time, run and status: id, reason and whether it is gone are those of the visit before.
        """
        told = self.to_arrow("sightings", ["url", "id", "run", "fetched_at", "status", "outcome", "reason", "kept_id"])
        last: dict[str, dict[str, Any]] = {}
        for row in told.to_pylist():
            before = last.pop(row["url"], {})
            gone = row["status"] in (404, 410) or row["reason"] == "soft_404"
            row |= {"kept_id": row["kept_id"] or before.get("kept_id"), "gone": gone}
            if row.pop("outcome") == UNCHANGED and before:
                row |= {name: before[name] for name in ("id", "reason", "gone")}
            last[row["url"]] = row
        told = told.drop_columns(["outcome"])
        return pa.Table.from_pylist(list(last.values()), schema=told.schema.append(pa.field("gone", pa.bool_())))


def open_dataset(
    path: Path | str, version: int | str | None = None, *, prefer: str = LEADER, whole: bool = True
) -> Version:
    """The newest version of the dataset in the folder, or the one with this number or content id.

    With `prefer` "fullest", documents have the text of their longest copy that has it and a fifth more, and all columns
    that tell of the text tell of that one; id, url and title stay. Those copies' texts are held in memory then.

    What a killed writer left is mended first, where this process may. Raises ConfigurationError where there is no such
    dataset or version; TaoxiError where files of it are missing, which names the first, unless not `whole`.
    """
    if prefer not in (LEADER, FULLEST):
        raise ConfigurationError(f"prefer={prefer!r}", hint=f"say {LEADER!r} or {FULLEST!r}")
    root = Path(path)
    if not places.is_dataset(root):
        raise ConfigurationError("holds no dataset", where=str(root), hint="name the folder that holds manifests/")
    if journal.left_behind(root):
        with lock.unwritten(root) as may_mend:
            if may_mend:
                journal.mend(root)
    folder = root / places.MANIFESTS
    known = manifest.numbers(folder)
    if not known:
        raise TaoxiError("holds no rows yet", where=str(root), hint="run taoxi crawl or taoxi build first")
    number = known[-1] if version is None else _number(folder, known, version)
    found = Version(root, manifest.lineage(folder, number), prefer)
    if prefer == FULLEST:
        require_current_schema(found)
    if whole:
        _require_files(found)
    return found


def _number(folder: Path, known: Sequence[int], version: int | str) -> int:
    """The number of the version that is told. Raises ConfigurationError where it is none, or several."""
    told = str(version)
    if told.isdecimal() and int(told) in known:
        return int(told)
    alike = []
    if len(told) >= SHORTEST_ID and re.fullmatch("[0-9a-f]+", told):
        alike = [n for n in known if manifest.read(manifest.place(folder, n)).content_id.startswith(told)]
    if not alike:
        hint = f"there are {known[0]} to {known[-1]}: taoxi dataset log {folder.parent}"
        raise ConfigurationError(f"no version {told}", where=str(folder.parent), hint=hint)
    return alike[-1]  # a compaction has the content id of its parent


def _require_files(version: Version) -> None:
    snapshot = places.snapshot(version.root, version.manifest.snapshot)
    if not snapshot.is_dir():
        newest = manifest.numbers(version.root / places.MANIFESTS)[-1]
        gone = (
            "is missing"
            if version.number == newest
            else f"was vacuumed: version {version.number} has no files any more"
        )
        raise TaoxiError(gone, where=str(snapshot), hint="taoxi dataset log tells which versions can be read")
    for part in version.parts:
        path = version.path(part)
        size = path.stat().st_size if path.is_file() else -1
        if size != part.bytes:
            what = "is missing" if size < 0 else f"has {size:,} bytes and not {part.bytes:,}"
            raise TaoxiError(what, where=str(path), hint=HINT.format(version.root))


HINT = (
    "restore it from a copy, or rebuild from the captures: taoxi build {0}; taoxi dataset verify {0} tells all damage"
)


def require_table(name: str, root: Path) -> None:
    """Raises ConfigurationError where no table has this name."""
    if name not in TABLES:
        raise ConfigurationError(f"no table {name!r}", where=str(root), hint=f"there are {', '.join(TABLES)}")


def require_current_schema(version: Version) -> None:
    """Raises ConfigurationError where the version was written with an older schema."""
    if version.manifest.schema_version != SCHEMA_VERSION:
        what = "was written by another version of taoxi"
        raise ConfigurationError(what, where=str(version.root), hint=to_current_schema(version))


def to_current_schema(version: Version) -> str:
    """What brings the version to the current schema, for people."""
    if version.manifest.schema_version in MIGRATED:
        return f"rewrite its tables, or rebuild: taoxi dataset migrate {version.root}, taoxi build {version.root}"
    return f"rebuild it from its captures: taoxi build {version.root}"


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigurationError(f"{name} is not installed", hint=f"pip install {name}") from error
