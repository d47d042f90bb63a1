"""`taoxi explain` shows every block of one page, what removed it and why, wherever the page comes from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.cli.console import harmless
from pipelines.recipe import read as read_page
from pipelines.sources import read
from tests.crawler.loopback import ARTICLE, Site, serving

TEASERS = "".join(f'<li><a href="/{n}.html">还清欠款之前要弄明白的第{n}件事</a></li>' for n in range(30))
LIST_PAGE = f'<!doctype html><html><meta charset="utf-8"><title>贷款资讯</title><body><ul>{TEASERS}</ul></body></html>'


@pytest.fixture
def golden(root: Path) -> Path:
    return root / "tests/golden/news-with-recommendations/page.html"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A capture of a redirect, two pages and an error."""
    answers = [
        ("http://law.example/", "301 Moved\r\nLocation: /a", ""),
        ("http://law.example/a", "200 OK", ARTICLE.format(title="欠款怎么还")),
        ("http://law.example/b", "200 OK", ARTICLE.format(title="工资怎么要")),
        ("http://law.example/c", "404 Not Found", "<p>没有这个页面"),
    ]
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(warc_record(*answer) for answer in answers))
    return path


def warc_record(url: str, status: str, html: str) -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-01-02T03:04:05Z\r\n"
    head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def process(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-m", "crawler.cli", "explain", *arguments]
    return subprocess.run(words, input=given, capture_output=True, check=False)


def explained(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    assert main(["explain", *map(str, arguments), "--json"]) == code
    row = json.loads(capsys.readouterr().out)
    assert isinstance(row, dict)
    return row


def test_every_block_has_a_line_then_the_facts_and_the_rules(golden: Path) -> None:
    done = process(str(golden))
    assert (done.returncode, done.stderr) == (0, b"")
    blocks, facts, rules = done.stdout.decode().split("\n\n")
    document = read_page(next(read([golden])))
    texts = getattr(document, "layout").texts  # noqa: B009 -- the golden page is a document
    assert [line.endswith(text) for line, text in zip(blocks.split("\n"), texts, strict=True)] == [True] * len(texts)
    assert "- navigation.breadcrumb         boilerplate 当前位置：" in blocks
    assert "+                               heading     一、看清每期费率" in blocks
    assert "outcome    kept" in facts
    assert "published  2023-05-18T09:30:00+08:00" in facts
    assert "source     安心理财网" in facts
    assert "recommendations.also-reading       3          27  a heading such as 大家还在看" in rules


def test_the_data_tells_the_same(golden: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = explained(capsys, golden)
    assert (row["status"], row["reason"], row["title"]) == ("kept", None, "分期手续费怎么算？三步核对账单")
    assert (row["author"], row["script"], row["encoding"]) == ("林晓舟", "Hans", "utf-8")
    removed = [block for block in row["blocks"] if block["removed_by"]]
    assert {block["removed_by"] for block in removed} == {rule["rule"] for rule in row["rules"]}
    assert sum(rule["characters"] for rule in row["rules"]) == sum(len(block["text"]) for block in removed)
    assert [block for block in row["blocks"] if bool(block["why"]) != bool(block["removed_by"])] == []


def test_a_rejected_page_has_its_reason_its_stage_the_numbers_and_its_blocks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "list.html"
    page.write_text(LIST_PAGE, "utf-8")
    assert main(["explain", str(page)]) == 0
    told = capsys.readouterr().out
    assert "rejected, list: the page leads to articles and holds none of its own (RequireArticle: " in told
    assert told.count("件事\n") == 30
    row = explained(capsys, page)
    assert (row["status"], row["reason"], row["stage"], len(row["blocks"])) == (
        "rejected",
        "list",
        "RequireArticle",
        30,
    )


def test_a_page_that_cannot_be_parsed_has_no_blocks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "empty.html"
    page.write_bytes(b" \n")
    assert main(["explain", str(page)]) == 0
    assert capsys.readouterr().out == (
        f"url        {page.as_posix()}\n"
        "outcome    rejected, empty: there are no bytes to read (decode: only white space)\n"
    )


def test_of_a_capture_it_takes_the_first_page_that_can_be_read(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(capsys, capture)["url"] == "http://law.example/a"


def test_of_a_capture_it_takes_the_page_that_is_asked_for(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, capture, "--url", "http://law.example/b")["title"] == "工资怎么要"
    row = explained(capsys, capture, "--url", "http://law.example/c")
    assert (row["reason"], row["detail"], row["blocks"]) == ("http_error", "status 404", [])


def test_a_url_that_is_not_in_the_capture_is_told_with_those_near_it(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(capture), "--url", "http://law.example/d"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "holds no page http://law.example/d" in told.err
    assert "it holds 4 pages, such as http://law.example/" in told.err


def test_a_capture_cut_off_in_its_first_record_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = warc_record("http://law.example/a", "200 OK", ARTICLE.format(title="欠款"))
    path = tmp_path / "cut.warc"
    path.write_bytes(page[:150])
    assert explained(capsys, path, code=1)["reason"] == "damaged"


def test_standard_input_is_a_page_or_a_capture(golden: Path, capture: Path) -> None:
    page = json.loads(process("-", "--json", given=golden.read_bytes()).stdout)
    assert (page["url"], page["status"]) == ("standard input", "kept")
    named = json.loads(process("-", "--json", "--url", "http://a.example/", given=golden.read_bytes()).stdout)
    assert named["url"] == "http://a.example/"
    kept = process("-", "--json", "--url", "http://law.example/b", given=capture.read_bytes())
    assert json.loads(kept.stdout)["title"] == "工资怎么要"


def test_a_url_is_fetched(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.article("/page")
    row = explained(capsys, f"{site.url}/page", "--allow-private")
    assert (row["url"], row["status"], row["title"]) == (f"{site.url}/page", "kept", "/page")
    missing = explained(capsys, f"{site.url}/missing", "--allow-private")
    assert (missing["reason"], missing["detail"]) == ("http_error", "status 404")


def test_a_private_address_is_only_fetched_where_that_is_allowed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", f"{site.url}/inside"]) == 2
    assert "--allow-private permits" in capsys.readouterr().err
    assert "/inside" not in site.paths


def test_html_is_written_to_a_file_and_standard_output_stays_empty(
    golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    assert main(["explain", str(golden), "--html", str(out)]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"taoxi explain: written to {out}\n")
    assert "<del>京ICP备00000000号</del>" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.html"], "nowhere.html: No such file or directory\n  give a path, an http"),
        (["ftp://example.org/a"], "ftp://example.org/a: No such file"),
        (["x" * 5000], "File name too long"),
        (["http://"], "http://: this is no URL of a web page"),
        (["page.html", "--html", "no/such/folder/x.html"], "x.html: cannot be written: No such file or directory"),
        (["x.bin"], "x.bin: of no kind that can be read"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text("<p>一个字")
    Path("x.bin").write_bytes(b"\0\1")
    assert main(["explain", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err


def test_a_server_that_is_not_there_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as gone:
        url = gone.url
    assert main(["explain", url, "--allow-private"]) == 1
    assert f"taoxi explain: {url}: no response: " in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("colour", [True, False])
def test_on_a_terminal_lines_are_cut_to_its_width_and_coloured_if_wanted(golden: Path, colour: bool) -> None:
    shown = on_terminal(golden, {"COLUMNS": "60", "TERM": "xterm-256color"} | ({} if colour else {"NO_COLOR": "1"}))
    assert ("\x1b[32m+" in shown) is colour
    first, *_ = (line for line in shown.split("\r\n") if "paragraph" in line)
    assert "…" in first
    assert "把大额消费办成分期" not in first


def on_terminal(page: Path, environment: dict[str, str]) -> str:
    """What the command shows on a pseudo-terminal."""
    ours, theirs = os.openpty()
    words = [sys.executable, "-m", "crawler.cli", "explain", str(page)]
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, env=inherited | environment) as running:
        os.close(theirs)
        parts: list[bytes] = []
        try:
            while part := os.read(ours, 1 << 16):
                parts.append(part)
        except OSError:  # Linux says so where the other side has gone
            pass
        os.close(ours)
        assert running.wait() == 0
    return b"".join(parts).decode()


def test_a_page_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes("标题\x1b]0;renamed\x07里有命令\n第一段\x1b[2J清屏\u202e反向\x9b31m的文字\n".encode())
    assert main(["explain", str(page)]) == 0
    told = capsys.readouterr().out
    assert "清屏" in told
    assert set(told).isdisjoint("\x1b\x07\x9b\u202e")


def test_harmless_text_stays_as_it_is() -> None:
    assert harmless("标题：１２３ “引号” — 𠮷 é …") == "标题：１２３ “引号” — 𠮷 é …"
