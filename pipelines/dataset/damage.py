"""A file that cannot be read is named, with what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.parts import Part, footer_digest
from pipelines.errors import TaoxiError

if TYPE_CHECKING:
    from pipelines.dataset.reading import Version


@contextmanager
def damaged(version: Version, table: str) -> Iterator[None]:
    """What goes wrong while the table is read becomes a TaoxiError that names the file."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        for part in version.parts:
            if part.table == table and (what := wrong_with(version.path(part), part)):
                raise _told(version, part, what) from error
        raise TaoxiError(f"could not be read ({error})", where=f"{version.root} {table}") from error


def require_footers(version: Version, table: str) -> None:
    """The footers of the table's files are as they were written. Raises TaoxiError, which names the file."""
    for part in version.parts:
        if part.table == table and part.footer:
            with damaged(version, table), version.path(part).open("rb") as file:
                if footer_digest(file) != part.footer:
                    raise _told(version, part, CHANGED)


def _told(version: Version, part: Part, what: str) -> TaoxiError:
    hint = f"restore it from a copy, or rebuild from the captures: taoxi build {version.root}"
    return TaoxiError(what, where=str(version.path(part)), hint=hint)


def wrong_with(path: Path, part: Part) -> str:
    """What is wrong with the file of a part; "" where it is as it was written."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"could not be read ({error.strerror or error})"
    if size != part.bytes:
        return f"has {size:,} bytes and not {part.bytes:,}"
    return "" if digest == part.sha256 else CHANGED


CHANGED = "was changed: its sha256 is not that of its commit"
