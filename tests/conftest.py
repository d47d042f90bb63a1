"""What tests of every folder share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: the tests of crawls mostly wait."""
    return 2 * (os.cpu_count() or 2)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled pages beside the project; a test that asks for it is skipped where it is missing."""
    folder = ROOT.parent / "shared"
    if not (folder / "bench").is_dir():
        pytest.skip("the labelled pages (../shared) are not on this machine")
    return folder
