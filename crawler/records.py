"""What a WARC 1.1 file holds of an exchange: the records of a request and its response, and what is told in place of one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http.client import responses as PHRASES
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecord, WarcRecordType
from scrapy import Request
from scrapy.http import Response

from crawler.revisits import NOT_MODIFIED
from pipelines.optout import OptOut

NO_REVISIT: Mapping[str, str] = {}
SECRETS = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
FRAMING = frozenset(
    {b"content-length", b"transfer-encoding", b"connection"}
)  # true of the wire, not of the stored body


def stamp(moment: datetime) -> str:
    """A WARC-Date: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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


def warcinfo(name: str, software: str) -> WarcRecord:
    """The record that begins the file of this name: what made it."""
    fields = {"software": software, "format": "WARC File Format 1.1", "robots": "obey"}
    block = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode()
    return _record(WarcRecordType.warcinfo, block, {"WARC-Filename": name, "Content-Type": "application/warc-fields"})


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
