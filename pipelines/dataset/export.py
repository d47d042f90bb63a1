"""A version written elsewhere: its tables as they are, JSON Lines, a folder for Hugging Face, or WET.

What is written is there wholly or not at all: it gets its name once it is done.
"""

from __future__ import annotations

import gzip
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset import places
from pipelines.dataset.card import card
from pipelines.dataset.formats import has_formats, with_formats
from pipelines.dataset.parts import writer
from pipelines.dataset.reading import Version
from pipelines.errors import ConfigurationError

NAMESPACE = uuid.UUID("6f1c9c58-30a5-5d0c-8f6e-7a1b5d1e2c3f")  # of record ids: the same page, the same id
END = b"\r\n"


def checkout(version: Version, folder: Path) -> int:
    """FOLDER/TABLE/*.parquet are copies of the version's files; gives their number. Raises where the folder exists."""
    with _fresh(folder) as target:
        return _copied(version, target)


def to_hugging_face(version: Version, folder: Path) -> int:
    """FOLDER/data/TABLE/*.parquet and a card, as a dataset repository has them; gives the number of files.

    Whoever loads them has no taoxi: Markdown and the blocks' texts stand in the files.
    """
    with _fresh(folder) as target:
        files = _copied(version, target / "data", _with_formats)
        (target / "README.md").write_text(card(version, "data"), encoding="utf-8")
        return files


def to_json_lines(version: Version, out: Path, table: str = "documents") -> int:
    """The table's rows, one JSON object a line, times in ISO 8601; gives their number."""
    version.files(table)
    with _fresh(out) as target, _opened(target, out) as file:
        rows = 0
        for batch in version.batches(table):
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False, default=_iso).encode() + b"\n")
                rows += 1
        return rows


def to_wet(version: Version, out: Path) -> int:
    """A WARC file with a `conversion` record a document: title and text; gives their number.

    With .gz each record is a gzip member of its own, as the standard wants it.
    """
    with _fresh(out) as target, target.open("wb") as file:
        packed = _member if out.suffix == ".gz" else bytes
        file.write(packed(_warcinfo(version)))
        rows = 0
        for batch in version.batches("documents", ["id", "url", "title", "text", "fetched_at"]):
            for row in batch.to_pylist():
                text = "\n".join(filter(None, (row["title"], row["text"])))
                when = row["fetched_at"] or version.manifest.created_at
                named = {"WARC-Target-URI": row["url"], "Content-Type": "text/plain"}
                file.write(packed(_record("conversion", row["id"], when, text.encode(), named)))
                rows += 1
        return rows


FORMS: dict[str, Callable[[Version, Path], int]] = {"hf": to_hugging_face, "wet": to_wet, "jsonl": to_json_lines}


def _copied(version: Version, folder: Path, formed: Callable[[Path, Path], object] = shutil.copyfile) -> int:
    """The folder has all parts; those that have more formats than are stored are as `formed` copies them."""
    for part in version.parts:
        target = folder / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        copied = formed if has_formats(part.table, version.manifest.schema_version) else shutil.copyfile
        copied(version.path(part), target)
    return len(version.parts)


def _with_formats(source: Path, target: Path) -> None:
    """The target has the source's rows with all formats, in the same row groups."""
    stored = pq.ParquetFile(source, page_checksum_verification=True)
    with writer(str(target), with_formats(stored.schema_arrow.empty_table(), None).schema) as out:
        for group in range(stored.num_row_groups):
            out.write_table(with_formats(stored.read_row_group(group), None))


@contextmanager
def _fresh(out: Path) -> Iterator[Path]:
    """A place beside `out` that gets its name at the end, and is gone where that does not come."""
    if out.exists():
        raise ConfigurationError("is there already", where=str(out), hint="name a new file or folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    target = out.with_name(f"{places.TEMPORARY}{out.name}")
    places.remove(target)
    try:
        yield target
        target.rename(out)
    except BaseException:
        places.remove(target)
        raise


def _opened(target: Path, out: Path) -> IO[bytes] | gzip.GzipFile:
    if out.suffix == ".gz":
        return gzip.GzipFile(target, "wb", compresslevel=6, mtime=0)  # the same rows, the same bytes
    return target.open("wb")


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _member(record: bytes) -> bytes:
    return gzip.compress(record, 6, mtime=0)


def _warcinfo(version: Version) -> bytes:
    commit = version.manifest
    told = f"software: taoxi {commit.package_version}\r\nformat: WARC File Format 1.1\r\ndescription: {commit.content_id}\r\n"
    named = {"Content-Type": "application/warc-fields"}
    return _record("warcinfo", commit.content_id, commit.created_at, told.encode(), named)


def _record(kind: str, page_id: str, when: datetime, block: bytes, more: dict[str, str]) -> bytes:
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(NAMESPACE, page_id)}>",
        "WARC-Date": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **more,
        "Content-Length": str(len(block)),
    }
    lines = [b"WARC/1.1", *(f"{name}: {value}".encode() for name, value in headers.items())]
    return END.join(lines) + END + END + block + END + END
