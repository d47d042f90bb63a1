"""Compressed bytes are undone here, never into more memory than was allowed."""

from __future__ import annotations

import errno
import gzip
import io
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from fastwarc.stream_io import BrotliReader, GzipReader, WarcReader, ZstdReader

from pipelines.sources.padding import without_padding

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
STEP = 512  # bytes that are undone at once where something in them is wrong
Undo = Callable[[bytes, int], tuple[bytes, bool]]


class TooLarge(Exception):
    """The decoded bytes are more than allowed."""


def opened(path: Path) -> BinaryIO:
    """The file's bytes as a stream, gzip and zstd undone. Raises OSError for what is no file, before it can block."""
    require_file(path)
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(GZIP):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return io.BufferedReader(unpacked(path)) if magic == ZSTD else path.open("rb")


def require_file(path: Path) -> None:
    """The path leads to a file that can be opened again and comes to an end; else OSError."""
    mode = path.stat().st_mode
    if stat.S_ISFIFO(mode):
        raise OSError(errno.ESPIPE, "a pipe, which can be read only once: save it to a file first", str(path))
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a folder says itself what is wrong
        raise OSError(errno.EINVAL, "a device or socket, not a file", str(path))


def unpacked(path: Path) -> Unpacked:
    """A gzip or zstd file's decompressed bytes; one that breaks off gives all that can be had before it ends."""
    with path.open("rb") as file:
        gzipped = file.read(2) == GZIP
    return Unpacked(GzipReader(without_padding(path)) if gzipped else ZstdReader(path))


class Unpacked(io.RawIOBase):
    """A fastwarc reader as a Python stream, its positions those of the decompressed bytes."""

    def __init__(self, inner: WarcReader) -> None:
        self.inner = inner
        self.at = 0

    def tell(self) -> int:
        return self.at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's WriteableBuffer is wider
        data = self.inner.read(len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.inner.close()
        super().close()


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """The body without a content coding; as it is where it does not decode (captures often hold it decoded already).

    A body that breaks off in the middle gives what came before. Raises TooLarge beyond `limit` bytes.
    """
    return undone(body, coding, limit)[0]


def undone(body: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """The body as `decoded` gives it, and whether that is all of it, as far as its coding tells."""
    undo = DECODERS.get(coding)
    return undo(body, limit) if undo and body else (body, True)


def _gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    room, rest, whole = limit, body, True
    while rest.startswith(GZIP):
        stream = zlib.decompressobj(31)
        try:
            part = stream.decompress(rest, room + 1)
        except zlib.error as error:
            part = _inflated_until_damage(rest, 31, room + 1)
            rest, whole = b"", _is_of_checksum(error)
        else:
            rest, whole = stream.unused_data, stream.eof
        if len(part) > room:
            raise TooLarge
        room -= len(part)
        parts.append(part)
    return b"".join(parts) or body, whole


def _is_of_checksum(error: zlib.error) -> bool:
    """All came, and what is wrong is the checksum or length behind it, which browsers do not look at."""
    return "incorrect data check" in str(error) or "incorrect length check" in str(error)


def _inflated_until_damage(body: bytes, window: int, most: int) -> bytes:
    """What the body gives up to the byte that is wrong, as far as `most` bytes."""
    stream, parts, size = zlib.decompressobj(window), [], 0
    for start in range(0, len(body), STEP):
        before, step = stream.copy(), body[start : start + STEP]
        try:
            parts.append(stream.decompress(step))
        except zlib.error:
            return b"".join([*parts, *_byte_by_byte(before, step)])
        size += len(parts[-1])
        if size >= most:
            break
    return b"".join(parts)


def _byte_by_byte(stream: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    with suppress(zlib.error):
        for byte in body:
            yield stream.decompress(bytes((byte,)))


def _inflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    for window in (15, -15):  # servers mean zlib or, against the standard, raw deflate
        stream = zlib.decompressobj(window)
        try:
            plain = stream.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(plain) > limit:
            raise TooLarge
        if stream.eof:
            return plain, True
    return body, True


def _through(reader: Callable[[BinaryIO], WarcReader]) -> Undo:
    def undo(body: bytes, limit: int) -> tuple[bytes, bool]:
        stream, parts, room = reader(io.BytesIO(body)), [], limit + 1
        try:
            while room > 0 and (part := stream.read(min(room, 1 << 16))):
                parts.append(part)
                room -= len(part)
        except OSError:
            pass
        if room <= 0:
            raise TooLarge
        return b"".join(parts) or body, True

    return undo


DECODERS: dict[str, Undo] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _through(BrotliReader),
    "zstd": _through(ZstdReader),
}
