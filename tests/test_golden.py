"""Golden pages: each folder of tests/golden holds page.html and expected.json, whose every key is a test of its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main

GOLDEN = Path(__file__).parent / "golden"


@cache
def expected(name: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads((GOLDEN / name / "expected.json").read_text("utf-8"))
    return wanted


NAMES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in NAMES for key in expected(name)])
def test_the_page_is_cleaned_as_expected(name: str, key: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", str(GOLDEN / name / "page.html"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)[key] == expected(name)[key]
