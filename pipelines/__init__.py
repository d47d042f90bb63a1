"""The core: from pages to labelled, deduplicated records. `open_dataset` reads what it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.dataset.reading import Version

__all__ = ["open_dataset"]


def open_dataset(path: Path | str, version: int | str | None = None, *, prefer: str = "leader") -> Version:
    """A dataset's newest version, or the one with this number or content id; its tables are all of one commit.

    `open_dataset(path).to_pandas("documents")`; to_arrow, to_polars, to_duckdb and to_datasets are there, too. With
    prefer="fullest", a document has the text of a copy that has all of its own and a fifth more, where there is one.
    """
    from pipelines.dataset.reading import open_dataset as opened  # pyarrow, only where it is wanted

    return opened(path, version, prefer=prefer)
