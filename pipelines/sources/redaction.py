"""A capture with records taken out, every other record where it was: rows name records by their offsets.

In place of a record stand gzip members of the same length, each a whole WARC `metadata` record that says so; the
bytes that are over lie in the member's header (RFC 1952, extra field), where no reader looks.
"""

from __future__ import annotations

import gzip
import mmap
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import TaoxiError

CHUNK = 1 << 16
HEAD = 1 << 16  # bytes of a record in which its headers end
MOST = 60_000  # bytes of a filling member: its extra field holds 65,535
NAMESPACE = uuid.UUID("9f0c7c36-6d1e-5a53-9f7c-0d5b3c1a7e21")
EXTRA, NAME = 4, 8  # flags of a gzip header
Doomed = Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class _Span:
    """A record's gzip member, with what its headers tell."""

    start: int
    end: int
    url: str
    names: tuple[str, ...]  # ids of the record and of the one that belongs to it
    refers_to: str  # id of the record that it repeats; "" for most


def doomed_offsets(path: Path, is_doomed: Doomed, names: set[str] | None = None) -> list[tuple[int, int]]:
    """(start, end) of each record that `is_doomed` says to go by (url, offset), and of what belongs to them: requests, and
    `revisit` records that repeat them.

    `names` has the ids of records that go with earlier files, and gets those of this one.
    Raises TaoxiError where the file is not gzip-compressed record by record, as our captures are.
    """
    spans = list(_spans(path))
    names = set() if names is None else names
    for span in spans:
        if is_doomed(span.url, span.start) or span.refers_to in names:
            names.update(span.names)
    return [
        (span.start, span.end) for span in spans if names.intersection(span.names) or is_doomed(span.url, span.start)
    ]


def redacted(path: Path, out: Path, spans: list[tuple[int, int]]) -> None:
    """`out` is the capture with other bytes in these spans and nowhere else."""
    with path.open("rb") as source, out.open("wb") as target:
        at = 0
        for start, end in _merged(spans):
            _copy(source, target, start - at)
            target.write(filling(end - start, f"{path.name}#{start}"))
            source.seek(end)
            at = end
        _copy(source, target, -1)


def filling(length: int, name: str) -> bytes:
    """gzip members of together `length` bytes that hold nothing but the word that something was forgotten here."""
    members = max(1, -(-length // MOST))
    sizes = [length // members + (n < length % members) for n in range(members)]
    return b"".join(_member(size, f"{name}.{n}") for n, size in enumerate(sizes))


def _member(size: int, name: str) -> bytes:
    block = b"forgotten: yes\r\n"
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(NAMESPACE, name)}>\r\nWARC-Date: 1970-01-01T00:00:00Z\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    packed = gzip.compress(head.encode() + block + b"\r\n\r\n", 9, mtime=0)
    if len(packed) > size:  # a record of a few bytes: a member that holds nothing
        packed = gzip.compress(b"", 9, mtime=0)
    over = size - len(packed)
    if over < 0:
        raise ValueError(f"{size} bytes are too few for a gzip member")
    if over == 0:
        return packed
    flags, extra = (NAME, b"\0") if over == 1 else (EXTRA, (over - 2).to_bytes(2, "little") + bytes(over - 2))
    return packed[:3] + bytes([flags]) + packed[4:10] + extra + packed[10:]


def _spans(path: Path) -> Iterator[_Span]:
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 0
        while at < len(data):
            head, end = _unpacked(data, at)
            if end is None or not head.startswith(b"WARC/"):
                hint = "captures have to be whole, in gzip record by record: resume an interrupted crawl first"
                raise TaoxiError(f"cannot be rewritten (byte {at})", where=str(path), hint=hint)
            told = _headers(head)
            names = tuple(filter(None, (told.get("warc-record-id"), told.get("warc-concurrent-to"))))
            url, refers_to = told.get("warc-target-uri", "").strip("<>"), told.get("warc-refers-to", "")
            yield _Span(at, end, url, names, refers_to)
            at = end


def _unpacked(data: mmap.mmap, start: int) -> tuple[bytes, int | None]:
    """The first bytes of the gzip member that begins at `start`, and where it ends; None where it does not."""
    inflate, head = zlib.decompressobj(wbits=31), b""
    for at in range(start, len(data), CHUNK):
        chunk = data[at : at + CHUNK]
        try:
            unpacked = inflate.decompress(chunk)
        except zlib.error:
            return head, None
        head += unpacked[: max(0, HEAD - len(head))]
        if inflate.eof:
            return head, at + len(chunk) - len(inflate.unused_data)
    return head, None


def _headers(head: bytes) -> dict[str, str]:
    lines = head.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans with neighbours joined: a request and its response are one stretch."""
    open_span: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if open_span and open_span[1] == start:
            open_span = (open_span[0], end)
            continue
        if open_span:
            yield open_span
        open_span = (start, end)
    if open_span:
        yield open_span


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    """`length` bytes go over; -1: all that are left."""
    left = length
    while left and (chunk := source.read(CHUNK if left < 0 else min(CHUNK, left))):
        target.write(chunk)
        left -= len(chunk) if left > 0 else 0
