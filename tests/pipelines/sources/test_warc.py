"""Anyone's WARC gives the pages in it, and damage costs no more than what is damaged."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # warcio ships no types
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # warcio ships no types

from pipelines.dataset.rows import undecided
from pipelines.model import Capture, Earlier, Media, Page, Reason, Rejected
from pipelines.recipe import clean
from pipelines.sources import read
from pipelines.sources.faults import MAX_BODY

HTML = "<html><body><p>离婚需要准备哪些材料？</p></body></html>".encode()
WHEN = "2024-05-06T07:08:09Z"


def record(
    url: str, block: bytes, kind: str = "response", content_type: str = "application/http", **more: str
) -> bytes:
    """One WARC record, by hand."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {WHEN}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        f"Content-Type: {content_type}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def http(body: bytes = HTML, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/html", *headers)).encode() + b"\r\n\r\n" + body


def three(packed: bool = False) -> list[bytes]:
    records = [record(f"http://a.example/{n}", http(b"<p>%d</p>" % n * 40)) for n in range(3)]
    return [gzip.compress(one, mtime=0) for one in records] if packed else records


def saved(folder: Path, data: bytes, name: str = "a.warc") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def pages(folder: Path, data: bytes, name: str = "a.warc") -> list[Page]:
    return list(read([saved(folder, data, name)]))


def urls(found: list[Page]) -> list[str]:
    return [page.fault.reason if page.fault else page.url.rpartition("/")[2] for page in found]


class Sink(io.BytesIO):
    """A buffer that can be read after its writer has closed it."""

    def close(self) -> None:
        pass


def zstd(data: bytes) -> bytes:
    sink = Sink()
    writer = ZstdWriter(sink)
    for start in range(0, len(data), 1 << 16):  # fastwarc 2.0 loses what goes beyond 8 MB at once
        writer.write(data[start : start + (1 << 16)])
    writer.close()
    return sink.getvalue()


def brotli(data: bytes) -> bytes:
    sink = Sink()
    writer = BrotliWriter(sink)
    writer.write(data)
    writer.close()
    return sink.getvalue()


def test_a_response_becomes_a_page_with_its_time_status_headers_and_place(tmp_path: Path) -> None:
    first = record("http://a.example/", http(b"not here", "X-One: a", "X-ONE: b", status="404 Not Found"))
    second = record("<http://a.example/2>", http())
    one, two = pages(tmp_path, first + second)
    assert one.url == "http://a.example/"
    assert one.fetched_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert (one.status, one.body, one.headers["x-one"]) == (404, b"not here", "a, b")
    assert (two.url, two.body, two.media) == ("http://a.example/2", HTML, Media.HTML)
    assert two.capture == Capture("a.warc", len(first))


def test_records_that_are_no_pages_are_passed_over(tmp_path: Path) -> None:
    found = pages(
        tmp_path,
        record("", b"software: x\r\n", "warcinfo", "application/warc-fields")
        + record("dns:a.example", b"20240506 a.example. 1 IN A 127.0.0.1", "response", "text/dns")
        + record("http://a.example/", b"GET / HTTP/1.1\r\n\r\n", "request", "application/http")
        + record("http://a.example/", http())
        + record("http://a.example/", b"fetchTimeMs: 3\r\n", "metadata", "application/warc-fields")
        + record("http://a.example/", http(b""), "revisit")
        + record("http://a.example/x.png", b"\x89PNG", "resource", "image/png"),
    )
    assert [(page.url, page.fault) for page in found] == [("http://a.example/", None)]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize(
    ("profile", "block", "status"),
    [
        ("server-not-modified", b"", 304),
        ("server-not-modified", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", 304),
        ("identical-payload-digest", b"", 200),
        ("identical-payload-digest", b"HTTP/1.1 404 Not Found\r\nContent-Encoding: gzip\r\n\r\n", 404),
        ("identical-payload-digest", http(), 200),
    ],
)
def test_a_revisit_is_a_page_that_repeats_an_earlier_one(
    tmp_path: Path, version: str, profile: str, block: bytes, status: int
) -> None:
    more = {
        "WARC-Profile": f"http://netpreserve.org/warc/{version}/revisit/{profile}",
        "WARC-Refers-To-Target-URI": "http://a.example/",
        "WARC-Refers-To-Date": "2024-01-02T03:04:05Z",
    }
    (page,) = pages(tmp_path, record("http://a.example/", block, "revisit", **more))
    assert (page.url, page.body, page.status, page.fault) == ("http://a.example/", b"", status, None)
    assert page.repeats == Earlier("http://a.example/", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))
    result = clean(page).result
    assert isinstance(result, Rejected)
    assert (result.reason, result.detail) == (Reason.UNCHANGED, "as fetched at 2024-01-02T03:04:05+00:00")


def test_the_revisits_that_warcio_writes_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    url, when = "http://a.example/", "2024-01-02T03:04:05Z"
    writer.write_record(writer.create_revisit_record(url, "sha1:B6QJ6BNJ3R4B23XXMRKZKHLPGJY2VE4O", url, when, headers))
    (page,) = pages(tmp_path, out.getvalue(), "a.warc.gz")
    assert (page.url, page.status, page.headers["content-type"]) == (url, 200, "text/html")
    assert page.repeats == Earlier(url, datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_a_revisit_of_another_address_tells_it_and_one_that_tells_none_is_of_its_own(tmp_path: Path) -> None:
    profile = {"WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"}
    other = profile | {"WARC-Refers-To-Target-URI": "http://b.example/"}
    one, two = pages(
        tmp_path,
        record("http://a.example/", b"", "revisit", **profile) + record("http://a.example/", b"", "revisit", **other),
    )
    assert (one.repeats, two.repeats) == (Earlier("http://a.example/"), Earlier("http://b.example/"))
    found = [entry for entry, _ in undecided(map(clean, (one, two)))]
    assert [(entry.table, entry.row.get("detail")) for entry in found] == [
        ("sightings", None),
        ("rejects", "as fetched from http://b.example/"),
    ]


def test_html_resources_and_text_conversions_are_pages(tmp_path: Path) -> None:
    html, text = pages(
        tmp_path,
        record("http://a.example/r", HTML, "resource", "text/html")
        + record("http://a.example/c", "第一行\n第二行".encode(), "conversion", "text/plain"),
        "a.warc.wet",
    )
    assert (html.media, html.body) == (Media.HTML, HTML)
    assert (text.media, text.body.decode()) == (Media.TEXT, "第一行\n第二行")


def test_our_record_of_a_failed_fetch_is_a_page_with_that_fault(tmp_path: Path) -> None:
    fields = b"fetch-error: timeout after 30 s\r\n"
    (page,) = pages(tmp_path, record("http://a.example/", fields, "metadata", "application/warc-fields"))
    assert page.url == "http://a.example/"
    assert page.fault == Rejected(Reason.FETCH_FAILED, "timeout after 30 s", "fetch")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("GZIP", gzip.compress(HTML, mtime=0)),
        ("x-gzip", gzip.compress(HTML, mtime=0)),
        ("gzip", gzip.compress(HTML[:20], mtime=0) + gzip.compress(HTML[20:], mtime=0)),
        ("deflate", zlib.compress(HTML)),
        ("deflate", zlib.compress(HTML)[2:-4]),
        ("br", brotli(HTML)),
        ("zstd", zstd(HTML)),
        ("br, gzip", gzip.compress(brotli(HTML), mtime=0)),
        ("gzip", HTML),  # decoded by whoever wrote the capture
        ("deflate", HTML),
        ("br", HTML),
        ("zstd", HTML),
        ("utf-8", HTML),
        ("gzip", b""),
    ],
)
def test_content_codings_are_undone_and_bodies_that_have_none_are_left(
    tmp_path: Path, coding: str, body: bytes
) -> None:
    (page,) = pages(tmp_path, record("http://a.example/", http(body, f"Content-Encoding: {coding}")))
    assert page.body == (HTML if body else b"")


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"A\nhelloworld\n0\n\n", b"helloworld"),
        (b"0\r\n\r\n", b""),
        (b"5\r\nhello\r\nff\r\ncut", b"hellocut"),
        (b"<p>no chunks</p>", b"<p>no chunks</p>"),
    ],
)
def test_chunks_are_joined(tmp_path: Path, sent: bytes, body: bytes) -> None:
    (page,) = pages(tmp_path, record("http://a.example/", http(sent, "Transfer-Encoding: chunked")))
    assert page.body == body


def test_a_gzip_body_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    plain = bytes(range(256)) * 400
    (page,) = pages(tmp_path, record("http://a.example/", http(gzip.compress(plain)[:-200], "Content-Encoding: gzip")))
    assert page.body
    assert plain.startswith(page.body)
    assert page.headers["warc-truncated"] == "disconnect"


def test_a_wrong_checksum_costs_no_byte(tmp_path: Path) -> None:
    plain = bytes(range(256)) * 400
    packed = gzip.compress(plain)[:-8] + bytes(8)
    (page,) = pages(tmp_path, record("http://a.example/", http(packed, "Content-Encoding: gzip")))
    assert page.body == plain
    assert "warc-truncated" not in page.headers


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_unpacks_to_too_much_is_a_fault(tmp_path: Path, coding: str) -> None:
    bomb = bytes(MAX_BODY + 1)
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli,
        "zstd": zstd,
    }
    large = record("http://a.example/1", http(pack[coding](bomb), f"Content-Encoding: {coding}"))
    found = pages(tmp_path, large + record("http://a.example/2", http()))
    assert urls(found) == [Reason.TOO_LARGE, "2"]
    assert found[0].url == "http://a.example/1"


def test_a_record_that_is_too_large_is_a_fault_and_the_next_is_read(tmp_path: Path) -> None:
    found = pages(tmp_path, record("http://a.example/1", http(bytes(MAX_BODY + (2 << 20)))) + three()[2])
    assert urls(found) == [Reason.TOO_LARGE, "2"]


def test_a_truncated_record_keeps_its_page_and_says_so(tmp_path: Path) -> None:
    (page,) = pages(tmp_path, record("http://a.example/", http(), WARC_Truncated="length"))
    assert (page.body, page.headers["warc-truncated"]) == (HTML, "length")


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.warc.zst", "without-suffix"])
@pytest.mark.parametrize("packing", ["plain", "gzip", "gzip whole", "zstd", "zstd whole"])
def test_every_packing_gives_the_same_pages_under_any_name(tmp_path: Path, packing: str, name: str) -> None:
    whole = b"".join(three())
    data = {
        "plain": whole,
        "gzip": b"".join(three(packed=True)),
        "gzip whole": gzip.compress(whole),
        "zstd": b"".join(map(zstd, three())),
        "zstd whole": zstd(whole),
    }[packing]
    found = pages(tmp_path, data, name)
    assert urls(found) == ["0", "1", "2"]
    offsets = [page.capture.offset for page in found if page.capture]
    assert offsets == sorted(set(offsets))
    assert [page.id for page in found] == [page.id for page in pages(tmp_path, whole, "plain.warc")]


def test_what_warcio_writes_is_read(tmp_path: Path) -> None:
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=True)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    for n in range(3):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        url = f"http://a.example/{n}"
        response = writer.create_warc_record(url, "response", payload=io.BytesIO(HTML), http_headers=headers)
        request_head = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=request_head)
        writer.write_request_response_pair(request, response)
    found = pages(tmp_path, sink.getvalue(), "a.warc.gz")
    assert urls(found) == ["0", "1", "2"]
    assert {page.body for page in found} == {HTML}


@pytest.mark.parametrize("packed", [False, True])
def test_every_cut_gives_the_whole_records_before_it_and_a_fault(tmp_path: Path, packed: bool) -> None:
    records = three(packed)
    ends = [sum(map(len, records[: n + 1])) for n in range(3)]
    data = b"".join(records)
    for cut in range(2, len(data), 7):
        found = urls(pages(tmp_path, data[:cut], "a.warc.gz"))
        whole = sum(end <= cut for end in ends)
        assert found[:whole] == ["0", "1", "2"][:whole]
        if min(abs(cut - end) for end in (0, *ends)) > 8:  # in them stand gzip's trailer or the record's blank lines
            assert found[-1] == Reason.DAMAGED
            assert set(found[whole:]) <= {str(whole), Reason.DAMAGED}


@pytest.mark.parametrize("packed", [False, True])
def test_rubbish_between_records_costs_no_record(tmp_path: Path, packed: bool) -> None:
    one, two, last = three(packed)
    found = pages(tmp_path, one + b"\x00rubbish \x1f\x8b\x08 and more\n" * 9 + two + last, "a.warc.gz")
    assert [url for url in urls(found) if url != Reason.DAMAGED] == ["0", "1", "2"]
    assert Reason.DAMAGED in urls(found)


def test_a_damaged_record_is_told_with_its_place_and_the_next_are_read(tmp_path: Path) -> None:
    one, two, last = three(packed=True)
    damaged = two[:40] + bytes(byte ^ 0x55 for byte in two[40:80]) + two[80:]
    found = pages(tmp_path, one + damaged + last, "a.warc.gz")
    assert urls(found) == ["0", Reason.DAMAGED, "2"]
    assert found[1].url == "a.warc.gz"
    assert re.search(r"at byte \d+$", found[1].fault.detail if found[1].fault else "")


@pytest.mark.parametrize("length", [b"99999999", b"many", b"-5"])
def test_a_wrong_length_swallows_no_later_record(tmp_path: Path, length: bytes) -> None:
    one, two, last = three()
    wrong = re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, two)
    assert urls(pages(tmp_path, one + wrong + last)) == ["0", Reason.DAMAGED, "2"]


@pytest.mark.parametrize("data", [b"rubbish\n" * 9, gzip.compress(b"rubbish", mtime=0), b"\x1f\x8b\x08" + b"x" * 99])
def test_a_file_that_is_no_warc_is_one_fault(tmp_path: Path, data: bytes) -> None:
    assert urls(pages(tmp_path, data, "a.warc.gz")) == [Reason.DAMAGED]


def test_a_file_after_a_damaged_one_is_read(tmp_path: Path) -> None:
    bad = saved(tmp_path, three(packed=True)[0][:-60], "bad.warc.gz")
    assert urls(list(read([bad, saved(tmp_path, three()[0])]))) == [Reason.DAMAGED, "0"]


def test_urls_that_are_no_utf8_are_read(tmp_path: Path) -> None:
    data = record("http://a.example/X", http()).replace(b"/X\r\n", b"/\xff\xfe\r\n")
    (page,) = pages(tmp_path, data)
    assert page.body == HTML
    assert page.url.startswith("http://a.example/")


@pytest.mark.parametrize("length", ["9" * 30, "18446744073709551615", "\uff11\uff12", "0x10", "", "-1", "9" * 5000])
@pytest.mark.parametrize("packed", [False, True])
def test_a_length_that_is_none_costs_one_record_and_reading_ends(tmp_path: Path, length: str, packed: bool) -> None:
    records = [record(f"http://a.example/{n}", http(b"<p>%d</p>" % n * 40)) for n in range(3)]
    records[1] = re.sub(rb"Content-Length: \d+", f"Content-Length: {length}".encode(), records[1])
    data = b"".join(gzip.compress(one, mtime=0) if packed else one for one in records)
    found = pages(tmp_path, data)
    assert [page.fault.reason if page.fault else page.url[-1] for page in found] == ["0", Reason.DAMAGED, "2"]


def test_a_record_with_bare_line_feeds_costs_itself_and_reading_ends(tmp_path: Path) -> None:
    records = three()
    records[1] = records[1].replace(b"\r\n", b"\n")
    found = pages(tmp_path, b"".join(records))
    assert [page.url[-1] for page in found if not page.fault] == ["0", "2"]
    assert any(page.fault for page in found)
