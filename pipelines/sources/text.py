"""A plain text file: one line a block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.model import Media, Page
from pipelines.sources.html import whole_file


def pages(path: Path) -> Iterator[Page]:
    """The file's one page; its url is the path as given."""
    yield whole_file(path, Media.TEXT)
