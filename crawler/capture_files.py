"""The files of a dataset's captures: records are added to the last one, and a killed run leaves at most a torn tail.

Each record is a gzip member of its own and is flushed when written.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO, FileIO
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord

from crawler.records import warcinfo

SUFFIX = ".warc.gz"
GZIP_LEVEL = 3  # above it packing takes half as long again, and more, for the last few per cent of size
CHUNK = 1 << 16
GZIP_MAGIC = b"\x1f\x8b\x08"


def capture_files(folder: Path, run: str = "*") -> list[Path]:
    """The capture files in `folder`, of one run or of all, in capture order."""
    return sorted(folder.glob(f"{run}-*{SUFFIX}"))


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
        _append(self._file, self._packed([warcinfo(path.name, self.software)])[0])
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
            if whole < size and _next_record(data, whole) < size:
                return 0
    if whole == 0:
        path.unlink()
    elif whole < size:
        os.truncate(path, whole)
    return size - whole


def damaged(path: Path) -> Iterator[tuple[int, int]]:
    """The stretches of a file, from one place to before another, that hold no whole record."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 0
        while at < len(data):
            start, end = at, _member_end(data, at)
            at = _next_record(data, at) if end is None else end
            if end is None:
                yield start, at


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


def _next_record(data: mmap.mmap, start: int) -> int:
    """Where, after `start`, a gzip member that holds a WARC record begins; the end of the data where none does."""
    at = data.find(GZIP_MAGIC, start + 1)
    while at >= 0:
        with contextlib.suppress(zlib.error):
            if zlib.decompressobj(wbits=31).decompress(data[at : at + 512]).startswith(b"WARC/"):
                return at
        at = data.find(GZIP_MAGIC, at + 1)
    return len(data)
