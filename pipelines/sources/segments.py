"""What a commit was made of: immutable files, named with their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Segment:
    """The bytes `first` up to `end` (exclusive) of a file.

    `file` is the bare name of a capture of the dataset's own, and an absolute path elsewhere.
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
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                end = file.tell()
        except OSError:
            continue
        found.append(Segment(_name(path, captures), 0, end, digest))
    return found


def _name(path: Path, captures: Path | None) -> str:
    absolute = path.resolve()
    return absolute.name if captures and absolute.parent == captures.resolve() else absolute.as_posix()
