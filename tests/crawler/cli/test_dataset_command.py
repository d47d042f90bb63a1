"""`taoxi dataset …` on a small dataset: data on standard output, exit codes, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crawler.cli import main
from crawler.cli.dataset import ACTIONS
from pipelines.dataset import Dataset
from pipelines.dataset.schema import TABLES, columns
from tests.pipelines.dataset.made import NOW, append, outcomes, replace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset of two versions, the second with 20 pages more."""
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 30))
    append(dataset, outcomes(30, 50))
    return dataset.path


def told(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> tuple[str, str]:
    assert main(["dataset", *map(str, arguments)]) == code
    return tuple(capsys.readouterr())  # type: ignore[return-value]  # out and err


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_has_help_with_an_example(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = told(capsys, action, "--help")
    assert f"taoxi dataset {action}" in out.partition("example:")[2]
    assert err == ""


def test_schema_has_a_sentence_for_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(told(capsys, "schema", "--json")[0])
    assert list(schema["tables"]) == list(TABLES)
    out = told(capsys, "schema", "sightings")[0]
    assert all(name in out and sentence in out for name, _, sentence in columns("sightings"))
    assert "no table 'texts'" in told(capsys, "schema", "texts", code=2)[1]


def test_log_lists_versions_newest_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    versions = [json.loads(line) for line in told(capsys, "log", root, "--json")[0].splitlines()]
    assert [(one["number"], one["kind"], one["rows"]["sightings"]) for one in versions] == [
        (2, "crawl", 20),
        (1, "build", 30),
    ]
    assert told(capsys, "log", root)[0].split()[0] == "2"


def test_diff_tells_pages_and_a_summary(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = told(capsys, "diff", root, 1, 2, "--json")
    assert len(out.splitlines()) == 20
    assert {json.loads(line)["kind"] for line in out.splitlines()} == {"added"}
    out, err = told(capsys, "diff", root, 1, "--most", 3)
    assert len(out.splitlines()) == 3
    assert "17 pages more" in err
    assert "version 1 → 2: added 20" in err


def test_verify_ends_with_1_where_a_file_is_damaged(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "all as it was written" in told(capsys, "verify", root, "--deep")[1]
    file = min((root / "current/removed").iterdir())
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    out, err = told(capsys, "verify", root, code=1)
    assert file.name in out
    assert "1 things are damaged" in err
    file.unlink()
    assert json.loads(told(capsys, "verify", root, "--json", code=1)[0])["what"] == "is missing"
    assert file.name in told(capsys, "export", root, "--to", "wet", "-o", root.parent / "x", code=1)[1]


def test_rows_are_written_elsewhere(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "export", root, "--to", "jsonl", "-o", tmp_path / "a.jsonl", "--table", "sightings", "--version", 1)
    assert len(pd.read_json(tmp_path / "a.jsonl", lines=True)) == 30
    assert json.loads(told(capsys, "checkout", root, 2, "-o", tmp_path / "c", "--json")[0])["version"] == 2
    assert len(pd.read_parquet(tmp_path / "c/sightings")) == 50
    assert "is there already" in told(capsys, "checkout", root, 1, "-o", tmp_path / "c", code=2)[1]
    assert "no version 7" in told(capsys, "checkout", root, 7, "-o", tmp_path / "e", code=2)[1]


def test_compact_vacuum_and_migrate(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(told(capsys, "compact", root, "--json")[0])["files"] == len(TABLES)
    assert (root / "README.md").exists()
    assert "1" in told(capsys, "vacuum", root, "--dry-run")[1]
    assert len(list((root / "snapshots").iterdir())) == 2
    told(capsys, "vacuum", root)
    assert len(list((root / "snapshots").iterdir())) == 1
    assert "was vacuumed" in told(capsys, "export", root, "--to", "wet", "-o", root / "x", "--version", 1, code=1)[1]
    assert "nothing to do" in told(capsys, "migrate", root)[1]


def test_a_lock_that_another_holds_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Dataset(root).locked("crawl", NOW):
        assert "taoxi crawl" in told(capsys, "compact", root, code=4)[1]


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"schema"}))
def test_what_is_no_dataset_is_told(action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = {
        "diff": ["1"],
        "checkout": ["1", "-o", str(tmp_path / "o")],
        "export": ["--to", "wet", "-o", str(tmp_path / "o")],
        "forget": ["example.com"],
    }
    out, err = told(capsys, action, tmp_path / "none", *more.get(action, ()), code=2)
    assert out == ""
    assert "none: holds no dataset" in err
    assert not (tmp_path / "none").exists()
