"""`taoxi build` makes the same dataset from the same sources, and says what it could not read."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from crawler.cli import main
from pipelines.dataset import Dataset
from pipelines.engine import run
from pipelines.recipe import clean_many
from pipelines.sources import read, segments
from tests.crawler.loopback import Article

ARTICLE = Article(
    """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head><body>
<nav><a href="/">首页</a><a href="/a">劳动</a><a href="/b">婚姻</a></nav><article><h1>{title}</h1>
<p>劳动者离职时，用人单位应当结清工资，并在十五日内办理档案和社会保险关系转移的手续，第{n}种情形另有约定的除外。</p>
<p>如果单位拖延不办，劳动者可以先向当地的劳动监察部门投诉，也可以申请仲裁，请求赔偿因此造成的损失。</p>
<p>申请时要准备劳动合同、工资流水和离职证明等材料，时效为一年，从知道权利受到侵害的那一天起计算。</p>
<p>{own}</p></article><footer>版权所有</footer></body></html>"""
)


def warc_record(n: int) -> bytes:
    """Pages of which every seventh repeats the one before it, and every ninth is missing."""
    number = n - 1 if n % 7 == 6 else n
    status = "404 Not Found" if n % 9 == 8 else "200 OK"
    html = ARTICLE.format(title=f"离职手续怎么办之{number}", n=number)
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n{html}".encode()
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://law.example/{n}\r\nWARC-Date: 2025-01-02T03:04:05Z"
    )
    return (
        f"{head}\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
    )


def capture(path: Path, first: int, end: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(gzip.compress(warc_record(n), mtime=0) for n in range(first, end)))
    return path


def built(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> dict[str, object]:
    assert main(["build", *map(str, arguments), "--json"]) == code
    summary = json.loads(capsys.readouterr().out)
    assert isinstance(summary, dict)
    return summary


def parts(dataset: Path) -> dict[str, bytes]:
    current = (dataset / "current").resolve()
    return {path.relative_to(current).as_posix(): path.read_bytes() for path in sorted(current.glob("*/*"))}


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 150)
    one = built(capsys, tmp_path / "one", "--from", source, "--processes", "1")
    two = built(capsys, tmp_path / "two", "--from", source, "--processes", "2")
    assert one["content_id"] == two["content_id"]
    assert parts(tmp_path / "one") == parts(tmp_path / "two")
    assert one["pages"] == 150
    assert one["duplicates"]
    assert one["documents"] == len(pd.read_parquet(tmp_path / "one/documents"))


def test_increments_and_a_rebuild_of_their_captures_are_one_dataset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, now = Dataset(tmp_path / "d"), datetime(2026, 1, 1, tzinfo=UTC)
    for name, first, end in (("2.warc.gz", 0, 10), ("1.warc.gz", 10, 30), ("3.warc.gz", 30, 31)):
        path = capture(dataset.captures / name, first, end)
        with dataset.locked("crawl", now):
            made_of = segments([path], dataset.captures)
            outcomes = run(read([path]), clean=clean_many)
            commit = dataset.append(outcomes, now=now, kind="crawl", segments=made_of, recipe="r")
    elsewhere = built(capsys, tmp_path / "other", "--from", tmp_path / "d", "--processes", "1")
    again = built(capsys, tmp_path / "d", "--processes", "2")
    assert commit.content_id == again["content_id"] == elsewhere["content_id"]
    assert parts(tmp_path / "d") == parts(tmp_path / "other")
    assert dataset.uncommitted() == []


@pytest.mark.parametrize(("schema", "migrates"), [("1", False), ("4", True)])
def test_what_is_told_of_an_older_dataset_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], schema: str, migrates: bool
) -> None:
    source, dataset = capture(tmp_path / "a.warc.gz", 0, 6), tmp_path / "d"
    made = built(capsys, dataset, "--from", source, "--processes", "1")
    manifest = dataset / "manifests/000001.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema_version": schema}))
    assert main(["crawl", str(dataset), "--start", "http://127.0.0.1:1/", "--allow-private"]) == 2
    told = capsys.readouterr().err
    assert f"taoxi build {dataset}" in told
    assert (f"taoxi dataset migrate {dataset}" in told) == migrates
    if not migrates:
        assert main(["dataset", "migrate", str(dataset)]) == 2
        assert f"taoxi build {dataset}" in capsys.readouterr().err
    assert built(capsys, dataset, "--processes", "1")["content_id"] == made["content_id"]


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 9)
    dry = built(capsys, tmp_path / "d", "--from", source, "--processes", "1", "--dry-run")
    assert not (tmp_path / "d").exists()
    wet = built(capsys, tmp_path / "d", "--from", source, "--processes", "1")
    assert dry == wet | {"dry_run": True, "quality": None}
    assert isinstance(wet["quality"], dict)
    assert wet["quality"]["languages"] == {"zh-Hans": wet["documents"]}


def test_what_cannot_be_read_is_a_row_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 3)
    arguments: list[str | Path] = ["--from", tmp_path / "missing.html", source, "--processes", "1"]
    summary = built(capsys, tmp_path / "d", *arguments, code=1)
    assert summary["documents"] == 3
    assert summary["rejects"] == {"unreadable": 1}
    rejects = pd.read_parquet(tmp_path / "d/rejects")
    assert list(rejects["url"]) == [(tmp_path / "missing.html").as_posix()]
    assert list(rejects["detail"]) == ["No such file or directory"]


def test_rejects_with_a_reason_are_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = built(capsys, tmp_path / "d", "--from", capture(tmp_path / "a.warc.gz", 8, 9), "--processes", "1")
    assert summary["rejects"] == {"http_error": 1}


@pytest.mark.parametrize(
    "arguments",
    [["d", "--from", "nowhere"], ["d"], ["..", "--from", "x.txt"]],
)
def test_wrong_arguments_are_told_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.txt").write_text("文字")
    assert main(["build", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("taoxi build: ")
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_the_summary_is_for_people_and_not_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 9)
    assert main(["build", "d", "--output", str(tmp_path), "--from", str(source), "--processes", "1"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "http_error 1" in told.err
    assert str(tmp_path / "d") in told.err


def test_a_dataset_that_another_run_holds_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 2)
    with Dataset(tmp_path / "d").locked("crawl", datetime(2026, 1, 2, tzinfo=UTC)):
        command = [sys.executable, "-m", "crawler.cli", "build", str(tmp_path / "d"), "--from", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "taoxi crawl" in done.stderr
    assert "2026-01-02" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_leaves_the_dataset_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = capture(tmp_path / "a.warc.gz", 0, 400)
    before = built(capsys, tmp_path / "d", "--from", capture(tmp_path / "b.warc.gz", 0, 2), "--processes", "1")
    command = [sys.executable, "-m", "crawler.cli", "build", str(tmp_path / "d"), "--processes", "2", "--from"]
    running = subprocess.Popen([*command, *[str(source)] * 50], stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "d").glob(".tmp-*")) and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate()
    assert (running.returncode, told) == (130, "taoxi build: interrupted\n")
    assert Dataset(tmp_path / "d").lineage()[-1].content_id == before["content_id"]
    assert not list((tmp_path / "d").glob(".tmp-*"))
