"""Files and folders of every kind become pages in the order that was asked for, and bad ones become faults."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
import pytest

from pipelines.model import Media, Page, Reason
from pipelines.sources import files, read, segments
from pipelines.sources.faults import MAX_BODY

HTML = "<!DOCTYPE html><title>欠条怎么写</title><p>借款人写明金额。</p>".encode()


def put(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def one(path: Path) -> Page:
    (page,) = read([path])
    return page


def reasons(pages: list[Page]) -> list[Reason | None]:
    return [page.fault.reason if page.fault else None for page in pages]


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml", "a.shtml", "a", "a.php", "a.txt", "a.html.gz"])
def test_html_is_known_by_what_it_is(tmp_path: Path, name: str) -> None:
    page = one(put(tmp_path / name, gzip.compress(HTML) if name.endswith(".gz") else HTML))
    assert (page.media, page.body, page.url) == (Media.HTML, HTML, (tmp_path / name).as_posix())


def test_a_relative_path_stays_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "saved" / "a.html", HTML)
    monkeypatch.chdir(tmp_path)
    assert one(Path("saved/a.html")).url == "saved/a.html"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<!-- saved from url=(0022)http://law.example/1.html -->", "http://law.example/1.html"),
        ('<link rel="canonical" href="https://law.example/2.html">', "https://law.example/2.html"),
        ("<link href=https://law.example/3.html rel=canonical />", "https://law.example/3.html"),
        ('<link rel="canonical" href="/4.html">', None),
        ('<link rel="stylesheet" href="https://law.example/a.css">', None),
        (" " * 3000 + '<link rel="canonical" href="https://law.example/2.html">', None),
    ],
)
def test_a_saved_page_tells_its_own_url(tmp_path: Path, head: str, url: str | None) -> None:
    path = put(tmp_path / "a.html", f"<html><head>{head}</head><p>x</p>")
    assert one(path).url == (url or path.as_posix())


def test_text_is_text(tmp_path: Path) -> None:
    page = one(put(tmp_path / "a.txt", "标题\n正文"))
    assert (page.media, page.body.decode()) == (Media.TEXT, "标题\n正文")


def test_a_page_too_large_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(MAX_BODY + 1)
    assert reasons(list(read([path]))) == [Reason.TOO_LARGE]
    assert reasons(list(read([put(tmp_path / "b.html.gz", gzip.compress(bytes(MAX_BODY + 1)))]))) == [Reason.TOO_LARGE]


def test_json_lines_are_cut_at_newlines_alone_and_bad_lines_are_told(tmp_path: Path) -> None:
    lines = [
        '{"url": "http://a.example/1", "text": "一\u2028二\u0085三", "date": "2024-05-06T08:00:00+08:00"}',
        "",
        "{broken",
        "[1, 2]",
        '{"html": "<p>x</p>", "fetched_at": "2024-05-06", "status": 404}\r',
        '{"content": "lone \\ud800 and pair \\ud83d\\ude00"}',
        '{"title": "no body"}',
        '{"html": null, "text": "t", "date": "no time", "status": "x"}',
    ]
    path = put(tmp_path / "a.jsonl", "\ufeff" + "\n".join(lines))
    first, broken, listed, html, lone, bare, nulled = read([path])
    assert (first.url, first.body.decode()) == ("http://a.example/1", "一\u2028二\u0085三")
    assert (first.media, first.fetched_at) == (Media.TEXT, datetime(2024, 5, 6, tzinfo=UTC))
    assert broken.fault is not None
    assert broken.fault.detail.startswith("line 3: ")
    assert broken.url == f"{path.as_posix()}#3"
    assert reasons([listed, bare]) == [Reason.UNREADABLE] * 2
    assert (html.media, html.status, html.url) == (Media.HTML, 404, f"{path.as_posix()}#5")
    assert lone.body.decode() == "lone \ufffd and pair \U0001f600"
    assert (nulled.media, nulled.fetched_at, nulled.status) == (Media.TEXT, None, 200)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ('{\n  "url": "http://a.example/",\n  "text": "一"\n}\n', ["一"]),
        ('[\n {"text": "一"},\n {"text": "二"},\n 3\n]', ["一", "二", Reason.UNREADABLE]),
        ('{"text": "一"}\n{"text": "二"}\n', ["一", "二"]),
        ('{"title": 1}', [Reason.UNREADABLE]),
        ("{\n broken\n many\n lines", [Reason.UNREADABLE]),
        ("", [Reason.EMPTY]),
    ],
)
def test_a_json_file_may_hold_lines_an_object_or_a_list(tmp_path: Path, text: str, bodies: list[str]) -> None:
    found = read([put(tmp_path / "a.json", text)])
    assert [page.fault.reason if page.fault else page.body.decode() for page in found] == bodies


def test_deep_json_and_packed_json_do_no_harm(tmp_path: Path) -> None:
    data = "[" * 200_000 + '\n{"text": "after"}'
    deep, after = read([put(tmp_path / "a.ndjson.gz", gzip.compress(data.encode()))])
    assert reasons([deep]) == [Reason.UNREADABLE]
    assert after.body == b"after"


def test_a_cut_json_lines_file_gives_its_lines_and_a_fault(tmp_path: Path) -> None:
    data = gzip.compress("".join(json.dumps({"text": os.urandom(99).hex()}) + "\n" for _ in range(99)).encode())
    found = reasons(list(read([put(tmp_path / "a.jsonl.gz", data[: len(data) // 2])])))
    assert found[0] is None
    assert found[-1] is Reason.DAMAGED


def test_parquet_rows_are_pages(tmp_path: Path) -> None:
    when = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    columns = {
        "url": ["http://a.example/1", None],
        "html": ["<p>1</p>", "<p>2</p>"],
        "fetched_at": [when, None],
        "n": [1, 2],
    }
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    first, second = read([path])
    assert (first.url, first.body, first.fetched_at) == ("http://a.example/1", b"<p>1</p>", when)
    assert (second.url, second.fetched_at) == (f"{path.as_posix()}#2", None)
    pq.write_table(pa.table({"content": ["正文"]}), path)
    assert (one(path).media, one(path).body.decode()) == (Media.TEXT, "正文")
    pq.write_table(pa.table({"html": [b"\xb0\xa1"]}), path)
    assert one(path).body == b"\xb0\xa1"
    pq.write_table(pa.table({"n": [1]}), path)
    assert reasons([one(path)]) == [Reason.UNREADABLE]
    assert reasons([one(put(path, b"PAR1 cut off"))]) == [Reason.DAMAGED]


def test_paths_are_read_in_the_order_given_and_folders_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.html", "b/10.html", "b/sub/1.html", "b/a.html", "a.html"):
        put(tmp_path / name, HTML)
    put(tmp_path / "b/.hidden/x.html", HTML)
    put(tmp_path / "b/.hidden.html", HTML)
    put(tmp_path / "b/style.css", "p {}")
    told = [tmp_path / "b", tmp_path / "a.html"]
    expected = [tmp_path / name for name in ("b/10.html", "b/2.html", "b/a.html", "b/sub/1.html", "a.html")]
    assert list(files(told)) == expected
    assert [page.url for page in read(told)] == [path.as_posix() for path in expected]


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "link.html").symlink_to("nowhere.html")
    put(tmp_path / "unknown.bin", b"\x00\x01\x02")
    put(tmp_path / "folder/broken.html", HTML).unlink()
    (tmp_path / "folder/broken.html").symlink_to("nowhere")
    put(tmp_path / "folder/whole.html", HTML)
    names = ["missing.html", "empty folder", "link.html", "unknown.bin", "folder"]
    found = list(read([tmp_path / name for name in names]))
    assert reasons(found) == [Reason.UNREADABLE] * 5 + [None]
    assert [page.url for page in found[:4]] == [(tmp_path / name).as_posix() for name in names[:4]]
    assert all(page.fault.detail for page in found if page.fault)


def test_empty_files_are_empty_pages(tmp_path: Path) -> None:
    assert one(put(tmp_path / "a.html", b"")).body == b""
    assert one(put(tmp_path / "a.txt", b"")).body == b""
    for name in ("a.warc.gz", "a.wet", "a.jsonl", "a.json", "a.parquet"):  # an archive without a byte is no archive
        assert reasons([one(put(tmp_path / name, b""))]) == [Reason.EMPTY]


def test_a_name_that_is_no_unicode_is_read(tmp_path: Path) -> None:
    path = put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb0\xa1.html")), HTML)
    page = one(path)
    assert page.body == HTML
    assert page.url.encode()


def test_a_folder_that_leads_into_itself_ends(tmp_path: Path) -> None:
    put(tmp_path / "f/a.html", HTML)
    (tmp_path / "f/again").symlink_to(tmp_path / "f", target_is_directory=True)
    assert [page.url for page in read([tmp_path / "f"]) if not page.fault] == [(tmp_path / "f/a.html").as_posix()]


def test_segments_name_own_captures_bare_and_others_by_their_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = put(tmp_path / "d/captures/a.warc", b"WARC/1.0")
    put(tmp_path / "a.html", HTML)
    found = segments([own, Path("a.html"), Path("missing.html")], tmp_path / "d/captures")
    assert [(segment.file, segment.bytes) for segment in found] == [("a.warc", 8), ("./a.html", len(HTML))]
    assert found[1].sha256 == hashlib.sha256(HTML).hexdigest()


def test_what_is_no_file_is_told_and_blocks_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    (tmp_path / "loop.html").symlink_to("loop.html")
    put(tmp_path / "z.html", HTML)
    found = list(read([tmp_path, tmp_path / "pipe.html", tmp_path / ("x" * 300), tmp_path / ("y/" * 4000)]))
    faults = [page.fault.reason if page.fault else None for page in found]
    assert faults == [Reason.UNREADABLE] * 3 + [None] + [Reason.UNREADABLE] * 3
    assert found[4].fault is not None
    assert "save it to a file" in found[4].fault.detail
    assert [segment.file for segment in segments([tmp_path])] == [(tmp_path / "z.html").as_posix()]


def test_a_folder_without_a_page_is_told(tmp_path: Path) -> None:
    put(tmp_path / "d/.hidden.html", HTML)
    assert list(files([tmp_path / "d"])) == [tmp_path / "d"]
    assert one(tmp_path / "d").fault is not None


def test_a_parquet_value_that_cannot_be_read_costs_one_row_and_a_time_that_is_none_only_itself(tmp_path: Path) -> None:
    bad = pa.StringArray.from_buffers(
        3, pa.py_buffer(bytes(4) + b"\2\0\0\0\4\0\0\0\6\0\0\0"), pa.py_buffer(b"ok\xff\xfeok")
    )
    pq.write_table(pa.table({"text": bad}), tmp_path / "bad.parquet")
    assert reasons(list(read([tmp_path / "bad.parquet"]))) == [None, Reason.UNREADABLE, None]
    for n, moments in enumerate(
        (pa.array([2**62, 0], pa.timestamp("us")), pa.array([0, 0], pa.timestamp("s", "No/Where")))
    ):
        pq.write_table(pa.table({"text": ["a", "b"], "fetched_at": moments}), tmp_path / f"{n}.parquet")
        found = list(read([tmp_path / f"{n}.parquet"]))
        assert [page.body for page in found] == [b"a", b"b"]
        assert found[0].fetched_at is None
