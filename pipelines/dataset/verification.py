"""Whether a version is as it was written: every file's hash, counts and schema, every copy's keeper, every capture."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset import journal, places
from pipelines.dataset.damage import wrong_with
from pipelines.dataset.derived import UNCHANGED
from pipelines.dataset.parts import Part
from pipelines.dataset.reading import Version
from pipelines.dataset.schema import SCHEMA_VERSION, schema, version_of
from pipelines.dataset.staging import measured
from pipelines.dataset.stored import stored_entries
from pipelines.errors import TaoxiError
from pipelines.sources import Segment

THREADS = 2
SHOWN = 5  # of what is alike wrong


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    where: str
    what: str
    harm: bool = True  # False: worth knowing, such as a file of others that has moved


def verify(version: Version, *, captures: bool = True, deep: bool = False) -> Iterator[Finding]:
    """What is wrong with the version, nothing where all is well.

    `captures`: the captures' hashes are checked, too. `deep`: the content id is computed anew from the rows.
    """
    damaged = list(_parts(version))
    yield from damaged
    yield from _strays(version)
    if captures:
        yield from _captures(version)
    if damaged:
        return  # what follows reads the rows
    yield from _keepers(version)
    yield from _sightings(version)
    if deep and version.manifest.schema_version == SCHEMA_VERSION:
        yield from _content(version)


def _parts(version: Version) -> Iterator[Finding]:
    with ThreadPoolExecutor(THREADS) as pool:  # hashing leaves Python's lock to others
        for part, wrong in zip(version.parts, pool.map(lambda part: _part(version, part), version.parts), strict=True):
            if wrong:
                yield Finding(str(version.path(part)), wrong)
    for commit in version.commits:
        for table, rows in commit.rows.items():
            named = sum(part.rows for part in commit.parts if part.table == table)
            if named != rows:
                where = str(version.root / places.MANIFESTS / commit.name)
                yield Finding(where, f"tells of {rows:,} rows of {table}, and of files with {named:,}")


def _part(version: Version, part: Part) -> str:
    path = version.path(part)
    if wrong := wrong_with(path, part):
        return wrong
    try:
        stored = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        return f"is no Parquet file ({error})"
    if stored.metadata.num_rows != part.rows:
        return f"holds {stored.metadata.num_rows:,} rows and not {part.rows:,}"
    written_as = version_of(stored.schema_arrow)
    if written_as == SCHEMA_VERSION and not stored.schema_arrow.equals(schema(part.table, "")):
        return f"has other columns than schema {SCHEMA_VERSION}"
    return "" if written_as == version.manifest.schema_version else f"has schema {written_as or 'unknown'}"


def _strays(version: Version) -> Iterator[Finding]:
    """Files that plain readers would read, and no commit names. Those of later commits are no strays."""
    folder = places.snapshot(version.root, version.manifest.snapshot)
    named = {part.path for part in version.parts}
    sequence = version.manifest.sequence
    for table in version.tables:
        there = os.listdir(folder / table) if (folder / table).is_dir() else ()  # noqa: PTH208 -- names are enough
        for name in sorted(there):
            number = name.removeprefix("part-").partition("-")[0]
            later = number.isdecimal() and int(number) > sequence
            if f"{table}/{name}" not in named and not later:
                yield Finding(str(folder / table / name), "belongs to no commit, and plain readers read it")
    for sealed in journal.unfinished(version.root):
        yield Finding(
            str(sealed), "a commit that is being carried out; the next taoxi command does the rest", harm=False
        )


def _captures(version: Version) -> Iterator[Finding]:
    """Files of the dataset's own are damage where they differ, and those of others worth knowing."""
    segments = list(dict.fromkeys(segment for commit in version.commits for segment in commit.segments))
    with ThreadPoolExecutor(THREADS) as pool:
        for segment, wrong in zip(segments, pool.map(lambda one: _segment(version.root, one), segments), strict=True):
            if wrong:
                own = "/" not in segment.file
                yield Finding(str(_place(version.root, segment)), wrong, harm=own)


def _place(root: Path, segment: Segment) -> Path:
    return Path(segment.file) if "/" in segment.file else root / places.CAPTURES / segment.file


def _segment(root: Path, segment: Segment) -> str:
    path = _place(root, segment)
    try:
        with path.open("rb") as file:
            if segment.first == 0 and os.fstat(file.fileno()).st_size == segment.end:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            else:
                file.seek(segment.first)
                digest = hashlib.sha256(file.read(segment.bytes)).hexdigest()
    except OSError as error:
        return "is missing, and a rebuild needs it" if isinstance(error, FileNotFoundError) else f"{error.strerror}"
    return "" if digest == segment.sha256 else "was changed: its sha256 is not that of its commit"


def _keepers(version: Version) -> Iterator[Finding]:
    """Each copy names a document that is there."""
    if not {"documents", "duplicates"} <= set(version.tables):
        return
    ids = version.to_arrow("documents", ["id"])["id"]
    copies = version.to_arrow("duplicates", ["url", "kept_id"])
    lost = copies.filter(pc.invert(pc.is_in(copies["kept_id"], value_set=ids)))
    for row in lost.slice(0, SHOWN).to_pylist():
        yield Finding(row["url"], f"is a duplicate of a document that is not there ({row['kept_id']})")
    if lost.num_rows > SHOWN:
        yield Finding(str(version.root), f"so are {lost.num_rows - SHOWN:,} duplicates more")


def _sightings(version: Version) -> Iterator[Finding]:
    """There is a sighting for each page's row; those of unchanged pages have none."""
    rows = version.rows
    if "sightings" in rows:
        pages = sum(rows.get(table, 0) for table in ("documents", "duplicates", "rejects"))
        outcomes = version.to_arrow("sightings", ["outcome"])["outcome"]
        seen = pc.sum(pc.not_equal(outcomes, UNCHANGED)).as_py() or 0
        if seen != pages:
            yield Finding(str(version.root), f"has {seen:,} sightings of {pages:,} pages")


def _content(version: Version) -> Iterator[Finding]:
    try:
        found = measured(stored_entries(version)).content_id
    except TaoxiError as error:
        yield Finding(str(version.root), error.what)
        return
    if found != version.content_id:
        yield Finding(str(version.root), f"its rows have the content id {found}, and its manifest says another")
