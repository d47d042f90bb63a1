"""The demo site, built once for all of its tests."""

from __future__ import annotations

import pytest

from crawler.demo import Site, build_site


@pytest.fixture(scope="session")
def site() -> Site:
    return build_site()
