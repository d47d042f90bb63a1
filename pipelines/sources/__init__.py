"""Readers: files and folders of any kind that we know become pages, in the order of the command line.

| kind | what | module |
|---|---|---|
| WARC, WET | 1.0 and 1.1, plain, gzip, zstd; response, resource, conversion and our failed fetches | `warc` |
| Parquet | a column `html`, `text` or `content` | `parquet` |
| JSON Lines | an object a line with one of these | `jsonl` |
| HTML | saved pages | `html` |
| text | one line a block | `text` |

A file's first bytes tell its kind, and its suffix where they do not. What cannot be read becomes a page with a `fault`.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

from pipelines.model import Page
from pipelines.sources import html, jsonl, parquet, text, warc
from pipelines.sources.compression import opened
from pipelines.sources.faults import unreadable, why
from pipelines.sources.segments import Segment, segments

__all__ = ["Segment", "files", "holds_one_page", "read", "segments"]

Reader = Callable[[Path], Iterator[Page]]

_BY_CONTENT: tuple[tuple[Callable[[bytes], bool], Reader], ...] = (
    (lambda head: head.startswith(warc.MARK), warc.pages),
    (lambda head: head.startswith(parquet.MARK), parquet.pages),
    (html.looks_like, html.pages),
)
_BY_SUFFIX: dict[str, Reader] = {
    ".warc": warc.pages,
    ".wet": warc.pages,
    ".parquet": parquet.pages,
    ".jsonl": jsonl.pages,
    ".ndjson": jsonl.pages,
    ".json": jsonl.document_pages,
    ".html": html.pages,
    ".htm": html.pages,
    ".xhtml": html.pages,
    ".shtml": html.pages,
    ".txt": text.pages,
}
_COMPRESSED = {".gz", ".zst"}


def read(paths: Iterable[Path]) -> Iterator[Page]:
    """The pages of these files and folders, in this order; inside a folder in the order of the files' paths.

    Nothing is raised for a bad file: it gives a page with a fault, and reading goes on.
    """
    for path in paths:
        if not path.is_dir():
            yield from _file_pages(path)
            continue
        known = False
        for file in files([path]):
            known = True
            yield from _file_pages(file)
        if not known:
            yield unreadable(path, "a folder without any file that can be read")


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files behind the paths, in the order of `read`; of folders those of a known kind and not hidden."""
    for path in paths:
        if path.is_dir():
            yield from (file for file in _walk(path) if file.is_symlink() or _reader(file) is not None)
        else:
            yield path


def holds_one_page(path: Path) -> bool:
    """Whether the file is a single page (HTML, text), or nothing that can be read; archives and tables hold many."""
    return _reader(path) in (html.pages, text.pages, None)


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(Path(place) / name for name in names if not name.startswith("."))
    return sorted(found, key=lambda path: path.parts)


def _file_pages(path: Path) -> Iterator[Page]:
    try:
        reader = _known(path)
        if reader is not None:
            yield from reader(path)
        else:
            yield unreadable(path, "of no kind that can be read")
    except OSError as error:
        yield unreadable(path, why(error))


def _reader(path: Path) -> Reader | None:
    """The reader for the file; one that cannot be opened goes by its suffix."""
    try:
        return _known(path)
    except OSError:
        return _by_suffix(path)


def _known(path: Path) -> Reader | None:
    head = _head(path)
    return next((reader for fits, reader in _BY_CONTENT if fits(head)), None) or _by_suffix(path)


def _by_suffix(path: PurePath) -> Reader | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return _BY_SUFFIX.get(suffixes[-1]) if suffixes else None


def _head(path: Path) -> bytes:
    try:
        with opened(path) as stream:
            return stream.read(2048)
    except (EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # the path itself, not what is in it
            raise
        return b""
