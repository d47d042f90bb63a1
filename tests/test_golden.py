"""Golden pages: each folder of tests/golden holds page.html or page.txt and expected.json, whose every key is a test.

A key names a field of what `taoxi clean --json` prints. Two are read in their own way: `removed` maps rules to the texts
that they remove (rules that it does not name are free to remove others), and `known failures` maps keys to the reason
why their tests fail as yet.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.clean import as_json
from pipelines.recipe import clean
from pipelines.sources import read

GOLDEN = Path(__file__).parent / "golden"
KNOWN = "known failures"


@cache
def cleaned(name: str) -> dict[str, Any]:
    """What the command prints of the folder's page."""
    (place,) = sorted((GOLDEN / name).glob("page.*"))
    (page,) = read([place])
    row: dict[str, Any] = json.loads(as_json(place.stem, clean(page)))
    return row


def cases() -> list[Any]:
    found = []
    for folder in sorted(path for path in GOLDEN.iterdir() if path.is_dir()):
        wanted = json.loads((folder / "expected.json").read_text("utf-8"))
        known = wanted.pop(KNOWN, {})
        for key, value in wanted.items():
            marks = [pytest.mark.xfail(reason=known[key], strict=True)] if key in known else []
            found.append(pytest.param(folder.name, key, value, id=f"{folder.name}-{key}", marks=marks))
    return found


@pytest.mark.parametrize(("name", "key", "value"), cases())
def test_the_page_is_cleaned_as_expected(name: str, key: str, value: Any) -> None:
    row = cleaned(name)
    if key == "removed":
        told = {rule: [block["text"] for block in row["removed"] if block["rule"] == rule] for rule in value}
        assert told == value
    else:
        assert row[key] == value


def test_every_golden_page_has_what_it_needs() -> None:
    folders = [path for path in GOLDEN.iterdir() if path.is_dir()]
    assert folders
    assert [path.name for path in folders if not (path / "expected.json").is_file()] == []
