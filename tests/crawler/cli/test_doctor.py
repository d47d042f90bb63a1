from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.cli.doctor import Check, numbers, package


def test_a_set_up_machine_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", "--output", str(tmp_path / "new" / "folder")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    states = {check["name"]: check["state"] for check in told["checks"]}
    assert states["Python"] == states["pyarrow"] == states["OpenCC tables"] == states["worker process"] == "ok"
    assert list(tmp_path.iterdir()) == [], "doctor leaves nothing behind"


def test_an_output_that_cannot_be_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    assert main(["doctor", "--output", str(occupied)]) == 1
    told = capsys.readouterr().out
    assert "is a file" in told
    assert "Missing: output folder." in told


def test_a_missing_or_old_package_is_told_with_what_to_do() -> None:
    assert package("taoxi-does-not-exist", "1.0") == Check(
        "taoxi-does-not-exist", False, True, "not found", "pip install 'taoxi-does-not-exist>=1.0'"
    )
    assert package("pytest", "999").state == "MISSING"
    assert package("pytest", "").state == "ok"


@pytest.mark.parametrize(
    ("version", "expected"),
    [("2.19.0", (2, 19)), ("2.19", (2, 19)), ("10.0.1rc1", (10, 0, 1)), ("3.0b2", (3,)), ("", ()), ("unknown", ())],
)
def test_versions_compare_by_their_numbers(version: str, expected: tuple[int, ...]) -> None:
    assert numbers(version) == expected
