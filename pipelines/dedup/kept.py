"""The kept texts of an index: their folded characters and signatures, in two files that only grow."""

from __future__ import annotations

import mmap
import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.dedup.features import Codes, Text, folded_texts
from pipelines.dedup.sketch import BINS
from pipelines.dedup.synonyms import Synonyms

MOST_CHARACTERS = 1 << 21  # of texts held in memory: some 60 MB with all that is compared of them


class TextFile:
    """Texts one after another as UTF-16; what lies behind `size` was never committed and is written over."""

    def __init__(self, path: Path, size: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self.size = size
        _require_length(self._file, size)
        os.ftruncate(self._file, size)

    def append(self, folded: Codes) -> tuple[int, int]:
        """Where the text lies now: its first byte, and its length in bytes."""
        body = memoryview(folded.astype("<u4", copy=False).tobytes().decode("utf-32-le").encode("utf-16-le"))
        place = self.size, len(body)
        while body:
            written = os.pwrite(self._file, body, self.size)
            self.size += written
            body = body[written:]
        return place

    def read(self, at: int, length: int) -> Codes:
        """The text at this place. Raises OSError where the file is shorter than that."""
        body = os.pread(self._file, length, at)
        while len(body) < length:
            more = os.pread(self._file, length - len(body), at + len(body))
            if not more:
                raise OSError("the file of texts is shorter than the index says")
            body += more
        codes: npt.NDArray[np.uint32] = np.frombuffer(body.decode("utf-16-le").encode("utf-32-le"), np.uint32)
        return codes

    def sync(self) -> None:
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


class SignatureFile:
    """A row for each kept text: the number of its shingles, and a byte for each bin of its signature."""

    ROW = np.dtype([("shingles", "<u4"), ("bins", np.uint8, (BINS,))])

    def __init__(self, path: Path, rows: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self._rows = rows
        _require_length(self._file, rows * self.ROW.itemsize)
        os.ftruncate(self._file, rows * self.ROW.itemsize)

    def append(self, texts: Sequence[Text]) -> None:
        """The texts have the next rows."""
        rows = np.zeros(len(texts), self.ROW)
        rows["shingles"] = [len(text.shingles) for text in texts]
        for row, text in zip(rows["bins"], texts, strict=True):
            row[:] = text.signature
        body, at = memoryview(rows.tobytes()), self._rows * self.ROW.itemsize
        while body:
            written = os.pwrite(self._file, body, at)
            at, body = at + written, body[written:]
        self._rows += len(texts)

    def read(self, ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
        """The rows of these texts; the memory of what was read of the file is given back."""
        if not len(ordinals):
            return np.empty(0, self.ROW)
        with mmap.mmap(self._file, self._rows * self.ROW.itemsize, access=mmap.ACCESS_READ) as mapped:
            rows = np.frombuffer(mapped, self.ROW)
            found = rows.take(ordinals)
            del rows  # the mapping cannot be closed while it is looked at
        return found

    def sync(self) -> None:
        os.fsync(self._file)

    def close(self) -> None:
        os.close(self._file)


class TextCache:
    """The features of kept texts by their ordinals, those used last of MOST_CHARACTERS."""

    def __init__(self, file: TextFile, synonyms: Synonyms) -> None:
        self._file, self._synonyms = file, synonyms
        self._texts: OrderedDict[int, Text] = OrderedDict()
        self._characters = 0

    def __contains__(self, ordinal: int) -> bool:
        return ordinal in self._texts

    def __getitem__(self, ordinal: int) -> Text:
        self._texts.move_to_end(ordinal)
        return self._texts[ordinal]

    def load(self, ordinals: Iterable[int], places: Mapping[int, tuple[int, int]]) -> None:
        """The texts are at hand; others, used longest ago, may not be."""
        while self._characters > MOST_CHARACTERS and self._texts:
            _, gone = self._texts.popitem(last=False)
            self._characters -= len(gone.folded)
        wanted = [ordinal for ordinal in ordinals if ordinal not in self._texts]
        for ordinal, text in zip(wanted, self._read([places[n] for n in wanted]), strict=True):
            self._texts[ordinal] = text
            self._characters += len(text.folded)

    def _read(self, places: Sequence[tuple[int, int]]) -> list[Text]:
        return folded_texts([self._file.read(*place) for place in places], self._synonyms)


def _require_length(file: int, least: int) -> None:
    """Raises OSError, the file closed, where it is shorter than the index says."""
    if os.fstat(file).st_size < least:
        os.close(file)
        raise OSError("a file of the kept texts is shorter than the index says")
