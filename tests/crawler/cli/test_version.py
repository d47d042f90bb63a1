from __future__ import annotations

import json

import pytest

from crawler.cli import main
from crawler.cli.version import installed, requirements


def test_versions_of_all_that_is_needed_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version", "--json"]) == 0
    versions = json.loads(capsys.readouterr().out)
    assert list(versions)[:2] == ["taoxi", "python"]
    assert {"scrapy", "pandas", "beautifulsoup4", "opencc"} <= versions.keys()
    assert [name for name, version in versions.items() if not version] == []


def test_tools_of_tests_and_benchmarks_are_no_requirements() -> None:
    assert requirements().keys().isdisjoint({"pytest", "mypy", "trafilatura"})


def test_a_missing_package_has_no_version() -> None:
    assert installed("taoxi-does-not-exist") is None
