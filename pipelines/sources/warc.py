"""WARC 1.0 and 1.1, plain or compressed by record or as a whole, ours or anyone's; WET is WARC with text in it."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.model import Capture, Earlier, Media, Page, Reason, Rejected
from pipelines.sources.compression import GZIP, STEP, ZSTD, TooLarge, decoded, unpacked
from pipelines.sources.faults import MAX_BODY, NO_STATUS, fault, too_large, why
from pipelines.sources.http import response
from pipelines.sources.moments import moment
from pipelines.sources.padding import without_padding
from pipelines.sources.verdicts import Verdicts, verdict

MARK = b"WARC/"
HEAD_END = b"\r\n\r\n"
UNCHANGED_STATUS = {"server-not-modified": 304, "identical-payload-digest": 200}  # profile → where none is told
_MAX_BLOCK = MAX_BODY + (1 << 20)  # the HTTP head stands before the body


class Packing(Enum):
    """How a file is compressed, which tells where reading can start."""

    PLAIN = "plain"
    RECORDS = "one compressed member a record"
    WHOLE = "compressed as a whole"


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a file stops making sense, and from where whole records may be looked for again."""

    at: int
    look_from: int
    detail: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it is: its type, its headers with lower-case names, and its block."""

    kind: str
    headers: dict[str, str]
    block: bytes


def record_at(path: Path, place: int) -> Raw | None:
    """The record that begins at this offset; None where the file ends there. Raises OSError where it is damaged."""
    with path.open("rb") as file:
        file.seek(place)
        for record in ArchiveIterator(file, parse_http=False):
            headers = {name.lower(): value for name, value in record.headers}
            return Raw(headers.get("warc-type", ""), headers, record.reader.read())
    return None


def pages(path: Path, start: int = 0) -> Iterator[Page]:
    """The pages of a WARC file in its order, from the record on that begins at `start`.

    Each damaged stretch gives one page with a fault, and reading goes on after it. Offsets are
    those of the file; in one compressed as a whole, of its decompressed bytes.
    """
    packing = _packing(path)
    place: int | None = start
    while place is not None:
        damage = yield from _until_damage(path, place, packing)
        if damage is None:
            return
        where = Capture(path.name, damage.at)
        yield fault(path.name, Reason.DAMAGED, f"{damage.detail} at byte {damage.at}", where)
        place = _next_record(path, max(damage.look_from, place + 1), packing)


def _until_damage(path: Path, start: int, packing: Packing) -> Generator[Page, None, Damage | None]:
    at, look_from = start, start + 1
    with unpacked(path) if packing is Packing.WHOLE else without_padding(path) as stream:
        if start:
            stream.seek(start)
        verdicts = Verdicts()
        try:
            for record in ArchiveIterator(stream, parse_http=False):
                at = record.stream_pos
                look_from = at + 1
                page = _PAGES.get(int(record.record_type), _passed_over)(record, Capture(path.name, at))
                page = verdicts.beside(_told(record, "WARC-Record-ID"), _told(record, "WARC-Concurrent-To"), page)
                record.consume()
                if page is not None:
                    yield page
                if packing is Packing.PLAIN:
                    look_from = at + max(1, record.content_length)
        except _Short:
            return Damage(at, look_from, "a record breaks off")
        except (OSError, EOFError, ValueError, zlib.error) as error:
            return Damage(at, look_from, why(error))
    return (
        Damage(at, look_from, "the file breaks off") if packing is Packing.RECORDS and _breaks_off(path, at) else None
    )


def _breaks_off(path: Path, at: int) -> bool:
    """Whether the gzip members from this offset on do not end with the file: fastwarc passes over a cut one."""
    stream = zlib.decompressobj(31)
    with without_padding(path) as file:
        file.seek(at)
        rest = file.read(1 << 16)
        if not rest.startswith(GZIP):
            return False
        while rest:
            try:
                stream.decompress(rest)
            except zlib.error:
                return True
            rest = stream.unused_data.lstrip(b"\0") if stream.eof else b""
            rest = rest or file.read(1 << 16)
            if rest and stream.eof:
                stream = zlib.decompressobj(31)
    return not stream.eof


class _Short(Exception):
    """A record has fewer bytes than it says."""


def _block(record: WarcRecord) -> bytes | None:
    """The record's bytes; None where they are too many."""
    if record.content_length > _MAX_BLOCK:
        if record.consume() < record.content_length:
            raise _Short
        return None
    block = record.reader.read(record.content_length) if record.content_length else b""
    if len(block) < record.content_length or not _tells_length(record):
        raise _Short
    return block


def _tells_length(record: WarcRecord) -> bool:
    """The record says how long it is: fastwarc takes what it cannot read for nothing, and what is too large for less."""
    told = _told(record, "Content-Length")
    return told.isascii() and told.isdigit() and int(told) == record.content_length


def _passed_over(record: WarcRecord, _place: Capture) -> Page | None:
    if record.consume() < record.content_length or not _tells_length(record):
        raise _Short
    return None


def _response(record: WarcRecord, place: Capture) -> Page | None:
    block, url = _block(record), _url(record)
    if not url.lower().startswith(("http:", "https:")):  # dns: and the like
        return None
    if block is None:
        return too_large(url, place)
    try:
        answer = response(block, MAX_BODY)
    except TooLarge:
        return too_large(url, place)
    headers = answer.headers
    if cut := _told(record, "WARC-Truncated") or ("" if answer.whole else "disconnect"):
        headers["warc-truncated"] = cut
    return Page(url, answer.body, moment(_told(record, "WARC-Date")), answer.status, headers, capture=place)


def _revisit(record: WarcRecord, place: Capture) -> Page | None:
    """The page of a visit that found what an earlier one had found; the record names that one by address and time.

    WARC 1.1 has two profiles: the server said 304 (server-not-modified), or sent the same bytes once more
    (identical-payload-digest). Either may come without the response's head.
    """
    profile = _told(record, "WARC-Profile").rstrip("/").rpartition("/")[2]
    block, url = _block(record), _url(record)
    if profile not in UNCHANGED_STATUS or block is None or not url.lower().startswith(("http:", "https:")):
        return None
    answer = response(block.partition(HEAD_END)[0] + HEAD_END, MAX_BODY) if block else None
    earlier = Earlier(
        _told(record, "WARC-Refers-To-Target-URI").strip("<>") or url, moment(_told(record, "WARC-Refers-To-Date"))
    )
    status, headers = (answer.status, answer.headers) if answer else (UNCHANGED_STATUS[profile], {})
    when = moment(_told(record, "WARC-Date"))
    return Page(url, b"", when, status, headers, capture=place, repeats=earlier)


def _resource(record: WarcRecord, place: Capture) -> Page | None:
    kind = _told(record, "Content-Type")
    return _held(record, place, Media.HTML) if "html" in kind.lower() else _passed_over(record, place)


def _conversion(record: WarcRecord, place: Capture) -> Page | None:
    kind = _told(record, "Content-Type") or "text/plain"
    return _held(record, place, Media.TEXT) if kind.lower().startswith("text/plain") else _passed_over(record, place)


def _held(record: WarcRecord, place: Capture, media: Media) -> Page:
    block, url = _block(record), _url(record)
    if block is None or len(block) > MAX_BODY:
        return too_large(url, place)
    headers = {"content-type": _told(record, "Content-Type") or "text/plain"}
    return Page(url, block, moment(_told(record, "WARC-Date")), 200, headers, media, place)


def _metadata(record: WarcRecord, place: Capture) -> Page | None:
    """The page of a failed fetch, or a publisher's word, as our captures tell it: a line `fetch-error:` or `opt-out:`."""
    block = _block(record)
    if block is None or not _told(record, "Content-Type").startswith("application/warc-fields"):
        return None
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").split("\n"))
    fields = {name.strip().lower(): value.strip() for name, colon, value in lines if colon}
    page = Page(_url(record), b"", moment(_told(record, "WARC-Date")), NO_STATUS, capture=place)
    if "fetch-error" in fields:
        return replace(page, fault=Rejected(Reason.FETCH_FAILED, fields["fetch-error"], "fetch"))
    return verdict(page, fields)


_PAGES: dict[int, Callable[[WarcRecord, Capture], Page | None]] = {
    int(WarcRecordType.response): _response,
    int(WarcRecordType.revisit): _revisit,
    int(WarcRecordType.resource): _resource,
    int(WarcRecordType.conversion): _conversion,
    int(WarcRecordType.metadata): _metadata,
}


def _told(record: WarcRecord, name: str) -> str:
    return (record.headers.get(name) or "").strip()


def _url(record: WarcRecord) -> str:
    return _told(record, "WARC-Target-URI").strip("<>")  # some tools of WARC 1.0 wrote them so


def _packing(path: Path) -> Packing:
    with path.open("rb") as file:
        if not file.read(4).startswith((GZIP, ZSTD)):
            return Packing.PLAIN
        try:
            with without_padding(path) as stream:
                second = [record.stream_pos for record, _ in zip(ArchiveIterator(stream), range(2), strict=False)][1]
        except (IndexError, OSError):
            return Packing.RECORDS
        file.seek(second)
        return Packing.RECORDS if file.read(4).startswith((GZIP, ZSTD)) else Packing.WHOLE


def _next_record(path: Path, look_from: int, packing: Packing) -> int | None:
    """The offset of the next record that can be read, if any."""
    if packing is Packing.WHOLE or look_from >= path.stat().st_size:
        return None
    mark = {Packing.PLAIN: MARK}.get(packing, _magic(path))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(mark, look_from)
        while at >= 0:
            if _starts_record(data, at, packing):
                return at
            at = data.find(mark, at + 1)
    return None


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        magic = file.read(4)
    return b"\x1f\x8b\x08" if magic.startswith(GZIP) else ZSTD


def _starts_record(data: mmap.mmap, at: int, packing: Packing) -> bool:
    if packing is Packing.PLAIN:
        return data[at - 1 : at] == b"\n"
    try:
        if data[at : at + 2] == GZIP:  # of a damaged one as short as this nothing counts
            return zlib.decompressobj(31).decompress(data[at : at + STEP]).startswith(MARK)
        return decoded(data[at : at + 4096], "zstd", 1 << 20).startswith(MARK)
    except (TooLarge, zlib.error):
        return False
