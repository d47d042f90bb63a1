"""What a commit was made of: immutable files, named with their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.compression import require_file
from pipelines.sources.faults import named


@dataclass(frozen=True, slots=True)
class Segment:
    """The bytes `first` up to `end` (exclusive) of a file.

    `file` is a bare name for the dataset's own captures, else the path as given, with a `/` in it to tell them apart.
    Paths are part of what is read, since a page without an address of its own is known by its path.
    """

    file: str
    first: int
    end: int
    sha256: str

    @property
    def bytes(self) -> int:
        return self.end - self.first


def segments(paths: Iterable[Path], captures: Path | None = None) -> list[Segment]:
    """One segment a file, in the order of `read`; none for what is unreadable. `captures` is the dataset's own."""
    from pipelines.sources import files

    found = []
    for path in files(paths):
        try:
            require_file(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                end = file.tell()
        except OSError:
            continue
        found.append(Segment(_name(path, captures), 0, end, digest))
    return found


def _name(path: Path, captures: Path | None) -> str:
    if captures and path.resolve().parent == captures.resolve():
        return path.name
    return named(path) if "/" in named(path) else f"./{named(path)}"
