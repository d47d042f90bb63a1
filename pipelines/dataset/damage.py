"""A file that cannot be read is named, with what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.parts import Part
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
                hint = f"restore it from a copy, or rebuild from the captures: taoxi build {version.root}"
                raise TaoxiError(what, where=str(version.path(part)), hint=hint) from error
        raise TaoxiError(f"could not be read ({error})", where=f"{version.root} {table}") from error


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
    return "" if digest == part.sha256 else "was changed: its sha256 is not that of its commit"
