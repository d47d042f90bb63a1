"""Zeros that a tape, a disk block or a download in advance left behind a file's last byte: no damage, and no data."""

from __future__ import annotations

import io
import mmap
import zlib
from pathlib import Path
from typing import BinaryIO

GZIP, MEMBER = b"\x1f\x8b", b"\x1f\x8b\x08"
TRAILER = 8  # bytes: a gzip member's own end, which may be zeros
OWN_ZEROS = 3  # in which most members of less than 16 MB end
MOST_MEMBERS = 100  # looked at from the end: behind a damaged one there is no end to be found
CHUNK = 1 << 20


def without_padding(path: Path) -> BinaryIO:
    """The file's bytes up to where zeros behind its last gzip member, or its last line, begin."""
    size = path.stat().st_size
    file = path.open("rb")
    end = _end(file, size)
    return file if end == size else io.BufferedReader(_UpTo(file, end))


def _end(file: BinaryIO, size: int) -> int:
    if not size:
        return size
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packed = data[:2] == GZIP
        least = OWN_ZEROS + 1 if packed else 1
        if data[-least:] != bytes(least):
            return size
        zeros = _first_of_the_last_zeros(data)
        if packed:
            return _last_member_end(data, zeros) or size
        return zeros if data[zeros - 1 : zeros] == b"\n" else size


def _first_of_the_last_zeros(data: mmap.mmap) -> int:
    end = len(data)
    while end:
        start = max(0, end - CHUNK)
        left = data[start:end].rstrip(b"\0")
        if left:
            return start + len(left)
        end = start
    return 0


def _last_member_end(data: mmap.mmap, zeros: int) -> int | None:
    """Where the gzip member ends that ends at `zeros` or a few zeros later; None where there is none."""
    start = zeros
    for _ in range(MOST_MEMBERS):
        start = data.rfind(MEMBER, 0, start)
        if start < 0:
            return None
        end = _member_end(data, start, zeros + TRAILER)
        if end is not None and end >= zeros:
            return end
    return None


def _member_end(data: mmap.mmap, start: int, limit: int) -> int | None:
    """Where the gzip member ends that begins at `start`; None where it does not before `limit`."""
    stream = zlib.decompressobj(31)
    for at in range(start, limit, CHUNK):
        rest = data[at : min(at + CHUNK, limit)]
        end = at + len(rest)
        try:
            while rest:
                stream.decompress(rest, CHUNK)
                rest = stream.unconsumed_tail
        except zlib.error:
            return None
        if stream.eof:
            return end - len(stream.unused_data)
    return None


class _UpTo(io.RawIOBase):
    """A file that ends before its last byte."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self.file, self.end = file, end

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.file.seek(self.end + offset) if whence == io.SEEK_END else self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's WriteableBuffer is wider
        data = self.file.read(max(0, min(len(buffer), self.end - self.file.tell())))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()
