"""A site on loopback, and the command that crawls it into a dataset of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.loopback import Command, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def crawl(tmp_path: Path, root: Path) -> Command:
    return Command(tmp_path / "set", root)
