"""Readers: files and folders of any kind that we know become pages, in the order of the command line.

| kind | what | module |
|---|---|---|
| WARC, WET | 1.0 and 1.1, plain, gzip, zstd; response, revisit, resource, conversion and our failed fetches | `warc` |
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

from pipelines.model import Capture, Page, Reason
from pipelines.sources import html, jsonl, text, warc
from pipelines.sources.compression import opened
from pipelines.sources.faults import fault, named, unreadable, why
from pipelines.sources.segments import Segment, segments

__all__ = ["Segment", "files", "holds_one_page", "is_folder", "read", "segments"]

Reader = Callable[[Path], Iterator[Page]]

PARQUET_MARK = b"PAR1"


def _parquet_pages(path: Path) -> Iterator[Page]:
    from pipelines.sources import parquet  # pyarrow's half second is for those who have such files

    return parquet.pages(path)


_BY_CONTENT: tuple[tuple[Callable[[bytes], bool], Reader], ...] = (
    (lambda head: head.startswith(warc.MARK), warc.pages),
    (lambda head: head.startswith(PARQUET_MARK), _parquet_pages),
    (html.looks_like, html.pages),
)
_BY_SUFFIX: dict[str, Reader] = {
    ".warc": warc.pages,
    ".wet": warc.pages,
    ".parquet": _parquet_pages,
    ".jsonl": jsonl.pages,
    ".ndjson": jsonl.pages,
    ".json": jsonl.document_pages,
    ".html": html.pages,
    ".htm": html.pages,
    ".xhtml": html.pages,
    ".shtml": html.pages,
    ".txt": text.pages,
}
_ONE_PAGE = (html.pages, text.pages, None)
_COMPRESSED = {".gz", ".zst"}


def read(paths: Iterable[Path]) -> Iterator[Page]:
    """The pages of these files and folders, in this order; inside a folder in the order of the files' paths.

    Nothing is raised for a bad file: it gives a page with a fault, and reading goes on.
    """
    for file in files(paths):
        yield from _file_pages(file)


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files behind the paths, in the order of `read`; of folders those of a known kind and not hidden.

    A folder without any, or that cannot be looked into, stands for itself.
    """
    for path in paths:
        if is_folder(path):
            yield from list(filter(_is_wanted, _walk(path))) or [path]
        else:
            yield path


def holds_one_page(path: Path) -> bool:
    """Whether the file is a single page (HTML, text), or nothing that can be read; archives and tables hold many."""
    return _reader(path) in _ONE_PAGE


def is_folder(path: Path) -> bool:
    """Whether the path leads to a folder; False where it cannot be followed, being too long or forbidden."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_wanted(path: Path) -> bool:
    """A file of a known kind, or what the dataset should tell of: a link, a folder that cannot be looked into."""
    return path.is_symlink() or is_folder(path) or _reader(path) is not None


def _walk(folder: Path) -> list[Path]:
    """The files under the folder that are not hidden, and the folders that cannot be looked into."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: found.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(Path(place) / name for name in names if not name.startswith("."))
    return sorted(found, key=lambda path: path.parts)


def _file_pages(path: Path) -> Iterator[Page]:
    try:
        reader = _known(path)
        if reader not in _ONE_PAGE and path.stat().st_size == 0:
            yield fault(named(path), Reason.EMPTY, "no bytes", Capture(path.name, 0))
        elif reader is not None:
            yield from reader(path)
        else:
            yield unreadable(path, "of no kind that can be read")
    except IsADirectoryError:
        yield unreadable(path, "a folder without any file that can be read")
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
