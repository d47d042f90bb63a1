"""Every response lies in a WARC 1.1 file, as served, before anything else happens to it.

A download that ends without a response leaves a `metadata` record (`fetch-error: reason`), so that nothing is lost and
a rebuild knows of it too. Each record is a gzip member of its own and is flushed when written: a killed run leaves at
most a torn tail, which `cut_torn_tail` removes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import mmap
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http.client import responses as PHRASES
from io import BytesIO, FileIO
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from crawler.failures import FailedFetch, reason_of
from crawler.frontier.lease import CAPTURE, LEASE, PART_OF_PAGE
from crawler.limits import Limits
from crawler.optouts import OPT_OUT, POLICY, OptedOut, OptOuts, headers_of, judge
from crawler.revisits import ANSWER, NOT_MODIFIED, answer_of, headers_of_revisit, without_body
from pipelines.model import Page
from pipelines.optout import OptOut

SUFFIX = ".warc.gz"
NO_REVISIT: Mapping[str, str] = {}
GZIP_LEVEL = 3  # above it packing takes half as long again, and more, for the last few per cent of size
CHUNK = 1 << 16
GZIP_MAGIC = b"\x1f\x8b\x08"
STARTED = "taoxi_started"  # request.meta: when the request went to its host's queue
SECRETS = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
FRAMING = frozenset(
    {b"content-length", b"transfer-encoding", b"connection"}
)  # true of the wire, not of the stored body


def capture_files(folder: Path, run: str = "*") -> list[Path]:
    """The capture files in `folder`, of one run or of all, in capture order."""
    return sorted(folder.glob(f"{run}-*{SUFFIX}"))


def stamp(moment: datetime) -> str:
    """A WARC-Date: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class CaptureWriter:
    """Writes records to `folder/RUN-00001.warc.gz` …; the next file begins where `rotate_bytes` is passed.

    A file that exists is never written to again: a run that is resumed goes on with the next number.
    """

    def __init__(self, folder: Path, run: str, *, rotate_bytes: int = 1 << 30, software: str = "taoxi") -> None:
        self.folder, self.run, self.rotate_bytes, self.software = folder, run, rotate_bytes, software
        self._file: FileIO | None = None
        self._name = ""  # of the file
        self._members = _Members()

    def write(self, records: Iterable[WarcRecord]) -> tuple[str, int]:
        """The records lie in the current file, one gzip member each, and are handed to the operating system.

        Gives the file's name, and the place of the last of the records.
        """
        file = self._file if self._file is not None and self._file.tell() < self.rotate_bytes else self._next_file()
        packed, last = self._packed(records)
        return self._name, _append(file, packed) + last

    def sync(self) -> tuple[str, int] | None:
        """The current file is safe on disk; gives its name and end, None where nothing was written."""
        if self._file is None:
            return None
        os.fsync(self._file.fileno())
        return self._name, self._file.tell()

    def close(self) -> None:
        """The current file is safe on disk."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _next_file(self) -> FileIO:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        last = capture_files(self.folder, self.run)[-1:]
        serial = int(last[0].name.removesuffix(SUFFIX).rpartition("-")[2]) + 1 if last else 1
        path = self.folder / f"{self.run}-{serial:05d}{SUFFIX}"
        self._file, self._name = path.open("xb", buffering=0), path.name
        _append(self._file, self._packed([_warcinfo(path.name, self.software)])[0])
        return self._file

    def _packed(self, records: Iterable[WarcRecord]) -> tuple[bytes, int]:
        try:
            return self._members.of(records)
        except BaseException:
            self._members = _Members()  # half a record may be in it
            raise


class _Members:
    """Records packed, a gzip member each. Making a compressor takes as long as packing a small record: one packs them all."""

    def __init__(self) -> None:
        self._packed = BytesIO()
        self._gzip = GzipWriter(self._packed, GZIP_LEVEL)

    def of(self, records: Iterable[WarcRecord]) -> tuple[bytes, int]:
        """The records as they go into a file, and where the last of them begins."""
        last = 0
        for record in records:
            last = self._packed.tell()
            record.write(self._gzip)
            self._gzip.finish()
        packed = self._packed.getvalue()
        self._packed.seek(0)
        self._packed.truncate()
        return packed, last


def _append(file: FileIO, packed: bytes) -> int:
    """All of the bytes are written, or none: a full disk leaves no half record for the next one to follow.

    Gives the place where they begin.
    """
    end, left = file.tell(), memoryview(packed)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError:
        file.seek(end)
        file.truncate()
        raise
    return end


def _record(kind: WarcRecordType, block: bytes, headers: dict[str, str], payload: bytes | None = None) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    for name, value in headers.items():
        record.headers[name] = value
    record.set_bytes_content(block)
    record.headers["WARC-Block-Digest"] = _digest(block)
    if payload is not None:
        record.headers["WARC-Payload-Digest"] = _digest(payload)
    return record


def _digest(data: bytes) -> str:
    """SHA-1 in base 32: what WARC readers verify."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _warcinfo(name: str, software: str) -> WarcRecord:
    fields = {"software": software, "format": "WARC File Format 1.1", "robots": "obey"}
    block = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode()
    return _record(WarcRecordType.warcinfo, block, {"WARC-Filename": name, "Content-Type": "application/warc-fields"})


def exchange(
    request: Request, response: Response, started: datetime, revisit: Mapping[str, str] = NO_REVISIT
) -> tuple[WarcRecord, WarcRecord]:
    """The request and response records of one exchange, each naming the other.

    With the headers of a `revisit` record the answer is one, and its body is left out.
    """
    shared = {"WARC-Target-URI": request.url, "WARC-Date": stamp(started)}
    if response.ip_address is not None and not request.meta.get("proxy"):
        shared["WARC-IP-Address"] = str(response.ip_address)
    truncated = _truncated(response.flags)
    answer = _record(
        WarcRecordType.revisit if revisit else WarcRecordType.response,
        _response_head(response) + (b"" if revisit else response.body),
        shared
        | {"Content-Type": "application/http; msgtype=response"}
        | ({"WARC-Truncated": truncated} if truncated else {})
        | dict(revisit),
        None if response.status == NOT_MODIFIED and revisit else response.body,
    )
    question = _record(
        WarcRecordType.request,
        _request_head(request) + request.body,
        shared | {"Content-Type": "application/http; msgtype=request", "WARC-Concurrent-To": str(answer.record_id)},
    )
    answer.headers["WARC-Concurrent-To"] = str(question.record_id)
    return question, answer


def failure(url: str, reason: str, started: datetime) -> WarcRecord:
    """The record of a download that ended without a response."""
    headers = {"WARC-Target-URI": url, "WARC-Date": stamp(started), "Content-Type": "application/warc-fields"}
    return _record(WarcRecordType.metadata, f"fetch-error: {reason}\r\n".encode(), headers)


def rendering(url: str, html: bytes, started: datetime) -> WarcRecord:
    """The record of a page as a browser showed it, in UTF-8; b"" where it is not to be kept."""
    headers = {"WARC-Target-URI": url, "WARC-Date": stamp(started), "Content-Type": "text/html; charset=utf-8"}
    return _record(WarcRecordType.resource, html, headers, html)


def opted_out(url: str, told: OptOut, started: datetime, answer: WarcRecord | None = None) -> WarcRecord:
    """The record of a publisher's word, beside the response that it is about, or in place of one."""
    headers = {"WARC-Target-URI": url, "WARC-Date": stamp(started), "Content-Type": "application/warc-fields"}
    if answer is not None:
        headers["WARC-Concurrent-To"] = str(answer.record_id)
    block = f"opt-out: {told.detail}\r\n" + ("" if told.holds_body else "opt-out-body: not kept\r\n")
    return _record(WarcRecordType.metadata, block.encode(), headers)


def _emptied(response: Response) -> Response:
    """The response without its body, told as cut off."""
    return response.replace(body=b"", flags=[*response.flags, "download_stopped"])


def _truncated(flags: list[str]) -> str | None:
    if "dataloss" in flags:
        return "disconnect"
    return "unspecified" if "download_stopped" in flags else None


def _response_head(response: Response) -> bytes:
    """Status line and headers as served, but for those that told how the body was framed on the wire.

    The length that was announced stays readable under another name where the stored body differs from it.
    """
    reason = PHRASES.get(response.status, "")  # the served one is lost in Scrapy
    lines = [f"{response.protocol or 'HTTP/1.1'} {response.status:03d} {reason}".encode()]
    for name, value in _headers(response.headers.items()):
        if name.lower() not in FRAMING:
            lines.append(name + b": " + value)
        elif name.lower() == b"content-length" and value != b"%d" % len(response.body):
            lines.append(b"X-Crawler-" + name + b": " + value)
    lines.append(b"Content-Length: %d" % len(response.body))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _request_head(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.rpartition("@")[2].encode()]
    lines += [name + b": " + value for name, value in _headers(request.headers.items()) if name.lower() not in SECRETS]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _headers(items: Iterable[tuple[bytes, list[bytes]]]) -> Iterable[tuple[bytes, bytes]]:
    for name, values in items:
        for value in values:
            yield name, value.replace(b"\r", b" ").replace(b"\n", b" ")


class CaptureMiddleware:
    """The innermost downloader middleware: it sees bodies before they are decompressed, and every failure."""

    def __init__(self, crawler: Crawler) -> None:
        dataset = crawler.settings.get("TAOXI_DATASET")
        if not dataset:
            raise NotConfigured("no TAOXI_DATASET: nothing is captured")
        settings = crawler.settings
        self.crawler = crawler
        self.keeps = settings.getbool("TAOXI_KEEP_OPTED_OUT")
        self.fault: str | None = None  # why captures could not be written
        run = settings.get("TAOXI_RUN") or datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        rotate = settings.getint("TAOXI_CAPTURE_ROTATE_BYTES")
        self.writer = CaptureWriter(
            Path(dataset) / "captures", run, rotate_bytes=rotate, software=settings["TAOXI_SOFTWARE"]
        )
        crawler.signals.connect(self._started, signal=signals.request_reached_downloader)
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _started(self, request: Request) -> None:
        request.meta[STARTED] = datetime.now(UTC)

    def process_response(self, request: Request, response: Response) -> Response:
        if PART_OF_PAGE in request.meta or (request.meta.get(POLICY) and response.status >= 400):
            return response  # a page's scripts; a policy that there is not
        revisit, started = headers_of_revisit(request, response), _moment(request)
        told = OptOut() if revisit else self._judged(response, started)
        question, answer = exchange(request, response if told.holds_body else _emptied(response), started, revisit)
        beside = [opted_out(request.url, told, started, answer)] if told.reasons else []
        self._write(request, [*beside, question, answer])
        record, date = str(answer.record_id), stamp(started)
        request.meta[ANSWER] = answer_of(response, record, date, unchanged=bool(revisit))
        request.meta[OPT_OUT] = told
        return without_body(response) if revisit and LEASE in request.meta else response

    def _judged(self, response: Response, started: datetime) -> OptOut:
        """What the publisher says of the response; with `keeps`, its body is kept all the same."""
        if not 200 <= response.status < 300:
            return OptOut()
        site = self.crawler.get_downloader_middleware(OptOuts)
        page = Page(response.url, b"", started, response.status, headers_of(response))
        told = judge(response, page, site_reserves=site is not None and site.reserves(response.url))
        return replace(told, holds_body=True) if self.keeps else told

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, OptedOut):
            self._write(request, [opted_out(request.url, OptOut((str(exception),), False), _moment(request))])
            return
        if PART_OF_PAGE in request.meta:
            return
        if isinstance(exception, FailedFetch) or not isinstance(exception, IgnoreRequest):
            self._write(request, [failure(request.url, reason_of(exception), _moment(request))])

    def rendered(self, request: Request, shown: Response) -> None:
        """The page as a browser showed it lies behind its response, which says too little to be compared with the next one.

        It is judged once more: scripts write metas, too.
        """
        started = _moment(request)
        told = self._judged(shown, started)
        record = rendering(shown.url, shown.body if told.holds_body else b"", started)
        beside = [opted_out(shown.url, told, started, record)] if told.reasons else []
        self._write(request, [*beside, record])
        request.meta[ANSWER] = replace(request.meta[ANSWER], record=None)
        request.meta[OPT_OUT] = told

    def _write(self, request: Request, records: Iterable[WarcRecord]) -> None:
        """The records are captured; where they cannot be, the crawl ends: what is not captured is not to be used."""
        try:
            request.meta[CAPTURE] = self.writer.write(records)
        except OSError as error:
            self.fault = self.fault or error.strerror or str(error)
            if limits := self.crawler.get_downloader_middleware(Limits):
                limits.close("capture_failed")
            raise IgnoreRequest(f"not captured: {error}") from error

    def close(self) -> None:
        self.writer.close()


def _moment(request: Request) -> datetime:
    started = request.meta.get(STARTED)
    return started if isinstance(started, datetime) else datetime.now(UTC)


def cut_torn_tail(path: Path, whole: int = 0) -> int:
    """The file ends with its last whole record; gives the number of bytes cut off. A file with none is removed.

    Only a tail is cut: damage with records behind it stays, for a reader to report. `whole`: the end of a record up to
    which the file is known to be whole.
    """
    size = path.stat().st_size
    whole = whole if whole <= size else 0
    if size > whole:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            while whole < size and (end := _member_end(data, whole)) is not None:
                whole = end
            if whole < size and _record_follows(data, whole):
                return 0
    if whole == 0:
        path.unlink()
    elif whole < size:
        os.truncate(path, whole)
    return size - whole


def _member_end(data: mmap.mmap, start: int) -> int | None:
    """Where the gzip member that begins at `start` ends, None where it does not."""
    inflate = zlib.decompressobj(wbits=31)
    for at in range(start, len(data), CHUNK):
        chunk = data[at : at + CHUNK]
        try:
            inflate.decompress(chunk)
        except zlib.error:
            return None
        if inflate.eof:
            return at + len(chunk) - len(inflate.unused_data)
    return None


def _record_follows(data: mmap.mmap, start: int) -> bool:
    """A gzip member that holds a WARC record begins somewhere after `start`."""
    at = data.find(GZIP_MAGIC, start + 1)
    while at >= 0:
        with contextlib.suppress(zlib.error):
            if zlib.decompressobj(wbits=31).decompress(data[at : at + 512]).startswith(b"WARC/"):
                return True
        at = data.find(GZIP_MAGIC, at + 1)
    return False
