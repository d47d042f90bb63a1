"""Capture files: readable by others, in order, in numbered files, and whole again after a kill."""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response

from crawler.capture_files import CaptureWriter, capture_files, cut_torn_tail, damaged
from crawler.frontier.due import Visit
from crawler.records import exchange, failure, stamp
from crawler.revisits import EARLIER, answer_of, captured_answer, headers_of_revisit
from pipelines.model import Reason
from pipelines.sources import read

NOON = datetime(2024, 5, 6, 12, 0, 0, 123456, tzinfo=UTC)


def written(folder: Path, count: int, rotate_bytes: int = 1 << 30) -> list[Path]:
    writer = CaptureWriter(folder, "20240506T120000Z", rotate_bytes=rotate_bytes)
    for number in range(count):
        url = f"http://example.com/{number}"
        response = Response(url, body=b"<p>%d" % number, headers={"Content-Type": "text/html"}, protocol="HTTP/1.1")
        writer.write(exchange(Request(url), response, NOON))
    writer.close()
    return capture_files(folder)


def ends(path: Path) -> list[int]:
    """Where each record begins, and the end of the file."""
    with path.open("rb") as file:
        return [record.stream_pos for record in ArchiveIterator(file, parse_http=False)] + [path.stat().st_size]


def test_pages_come_back_as_they_were_written_and_in_order(tmp_path: Path) -> None:
    pages = list(read(written(tmp_path, 3)))
    assert [(page.url, page.body) for page in pages] == [(f"http://example.com/{n}", b"<p>%d" % n) for n in range(3)]
    assert {page.fetched_at for page in pages} == {NOON}


def test_a_new_file_begins_where_one_is_full_and_where_a_run_is_resumed(tmp_path: Path) -> None:
    first = written(tmp_path, 3, rotate_bytes=1)
    assert [path.name for path in first] == [f"20240506T120000Z-0000{n}.warc.gz" for n in (1, 2, 3)]
    kept = [path.read_bytes() for path in first]
    again = written(tmp_path, 1)
    assert len(again) == 4
    assert [path.read_bytes() for path in first] == kept


HEADERS = st.dictionaries(
    st.sampled_from(("ETag", "Last-Modified", "X-Robots-Tag", "Location", "Set-Cookie", "Content-Encoding")),
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8), min_size=1, max_size=2
    ),
)


@given(st.sampled_from((200, 301, 404)), HEADERS, st.binary(max_size=40), st.sampled_from(([], ["download_stopped"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_captured_answer_tells_what_it_told_when_it_came(
    tmp_path: Path, status: int, headers: dict[str, list[str]], body: bytes, flags: list[str]
) -> None:
    url, length = "http://example.com/", {"Content-Length": ["4000"]}
    response = Response(url, status, headers={**headers, **length}, body=body, flags=flags)
    question, answer = exchange(Request(url), response, NOON)
    told = answer_of(response, str(answer.record_id), stamp(NOON), unchanged=False)
    writer = CaptureWriter(tmp_path, "run")
    file, place = writer.write((question, answer))
    writer.close()
    assert captured_answer(tmp_path / file, place) == told


@pytest.mark.parametrize(
    ("header", "value"), [("X-Robots-Tag", b"noai"), ("Content-Type", b"text/html; charset=gbk"), ("Location", b"/b")]
)
def test_an_answer_with_other_telling_headers_is_another(header: str, value: bytes) -> None:
    before = Response("http://h/", 200, headers={header: b"a", "Date": b"1"}, body=b"x")
    visit = Visit(record="<urn:uuid:1>", date=stamp(NOON), digest=answer_of(before, "", "", unchanged=False).digest)
    request = Request("http://h/", meta={EARLIER: visit})
    assert headers_of_revisit(request, before.replace(headers={header: b"a", "Date": b"2"}))
    assert headers_of_revisit(request, before.replace(headers={header: value, "Date": b"1"})) == {}
    assert headers_of_revisit(request, before.replace(status=203)) == {}
    assert headers_of_revisit(request, before.replace(flags=["dataloss"])) == {}


def test_a_body_that_broke_off_is_asked_for_without_conditions() -> None:
    answer = answer_of(Response("http://h/", headers={"ETag": '"1"'}, flags=["dataloss"]), "", "", unchanged=False)
    assert (answer.digest, answer.etag) == (None, None)


def test_a_failure_is_told(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, "run")
    writer.write([failure("http://example.com/slow", "timeout", NOON)])
    (page,) = read(capture_files(tmp_path))
    assert page.url == "http://example.com/slow"
    assert page.fault is not None
    assert (page.fault.reason, page.fault.detail) == (Reason.FETCH_FAILED, "timeout")


def test_passwords_and_cookies_are_not_captured(tmp_path: Path) -> None:
    secret = {"Authorization": "Basic c2VjcmV0", "Cookie": "s=c2VjcmV0", "Proxy-Authorization": "Basic c2VjcmV0"}
    request = Request("http://user:c2VjcmV0@example.com/a?b=c", headers=secret | {"Accept": "text/html"})
    CaptureWriter(tmp_path, "run").write(exchange(request, Response(request.url, body=b"x"), NOON)[:1])
    with capture_files(tmp_path)[0].open("rb") as file:
        block = [record.reader.read() for record in ArchiveIterator(file, parse_http=False)][1]
    assert b"c2VjcmV0" not in block
    assert block.startswith(b"GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n")
    assert b"Accept: text/html\r\n" in block


def test_a_served_length_that_is_not_the_bodys_stays_readable(tmp_path: Path) -> None:
    served = {"Content-Length": "9000", "Content-Type": "text/html", "X-Odd": "a\r\nb"}
    response = Response("http://example.com/", headers=served, body=b"half", flags=["dataloss"])
    CaptureWriter(tmp_path, "run").write(exchange(Request(response.url), response, NOON))
    (page,) = read(capture_files(tmp_path))
    assert page.body == b"half"
    assert page.headers["content-length"] == "4"
    assert page.headers["x-crawler-content-length"] == "9000"
    assert page.headers["warc-truncated"] == "disconnect"
    assert page.headers["x-odd"] == "a  b"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_anywhere_ends_with_its_last_whole_record(tmp_path: Path, data: st.DataObject) -> None:
    path = capture_files(tmp_path)[0] if capture_files(tmp_path) else written(tmp_path, 4)[0]
    whole, places = path.read_bytes(), ends(path)
    size = data.draw(st.integers(0, len(whole)))
    torn = tmp_path / "torn"
    torn.write_bytes(whole[:size])
    cut = cut_torn_tail(torn)
    last = max(place for place in places if place <= size)
    assert cut == size - last
    assert torn.read_bytes() == whole[:last] if last else not torn.exists()


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"\x1f\x8b\x08\x00rubbish that is no deflate stream", b"plain text"])
def test_a_tail_that_is_no_record_is_cut(tmp_path: Path, tail: bytes) -> None:
    (path,) = written(tmp_path, 2)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    assert cut_torn_tail(path) == len(tail)
    assert path.read_bytes() == whole


def test_damage_before_whole_records_is_left_for_a_reader_to_report(tmp_path: Path) -> None:
    (path,) = written(tmp_path, 4)
    places, spoiled = ends(path), bytearray(path.read_bytes())
    spoiled[places[3] + 15 : places[3] + 60] = b"\xff" * 45
    path.write_bytes(spoiled)
    assert cut_torn_tail(path) == 0
    assert path.read_bytes() == bytes(spoiled)
    assert list(damaged(path)) == [(places[3], places[4])]


def test_a_full_disk_leaves_whole_records(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, "run")
    one = Response("http://example.com/", body=b"<p>one")
    writer.write(exchange(Request(one.url), one, NOON))
    (path,) = capture_files(tmp_path)
    whole = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 300, limits[1]))
    try:
        with pytest.raises(OSError, match="large"):
            writer.write(exchange(Request(one.url), one, NOON))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == whole
    writer.write(exchange(Request(one.url), one, NOON))
    assert len(list(read([path]))) == 2
