"""Which kept texts have a key: sorted runs of (key, ordinal) in files, merged like a log-structured tree.

An entry is one number of 64 bits, the key above and the ordinal below, so that a run is searched by one call of numpy.
New entries make a small run; a run is merged with the one before it as soon as that is not twice as long, so that there
are few, and each entry is copied a logarithmic number of times. Files are written once and never changed: which of them
count is for the caller to note down.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.dedup.sketch import KEY_BITS
from pipelines.durable import synced

ORDINAL_BITS = 64 - KEY_BITS
IN_MEMORY = 1 << 20  # entries: a longer run lies in a file
AT_A_TIME = 1 << 20  # entries merged at a time

Entries = npt.NDArray[np.uint64]

_SHIFT, _ORDINAL = np.uint64(ORDINAL_BITS), np.uint64((1 << ORDINAL_BITS) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Sorted entries; those of a file are mapped into memory only while they are read."""

    entries: Entries
    name: str = ""  # of its file; "" of a run in memory
    mapped: mmap.mmap | None = None

    def forget(self) -> None:
        """Give back the memory of what was read of the file."""
        if self.mapped is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self.mapped.madvise(mmap.MADV_DONTNEED)


class Runs:
    """The entries of an index; `store` puts all of them into files, and `files` names these."""

    def __init__(self, folder: Path, files: Sequence[str], next_number: int) -> None:
        self._folder = folder
        self._number = next_number
        self._runs = [_opened(folder / name) for name in files]
        self._stored = set(files)

    @property
    def next_number(self) -> int:
        return self._number

    @property
    def files(self) -> list[str]:
        """The files of all runs, longest first; complete after `store`."""
        return [run.name for run in self._runs if run.name]

    def add(self, keys: Entries, ordinals: Entries) -> None:
        """The entries are there, and short runs merged."""
        if len(keys):
            entries = (keys << _SHIFT) | ordinals
            entries.sort()
            self._runs.append(Run(entries))
            self._merge(lambda before, last: before < 2 * last)

    def find(self, keys: Entries) -> tuple[npt.NDArray[np.int64], Entries]:
        """Rows of `keys`, which are sorted and different, and the ordinals that have them; both by row and ordinal."""
        found = [_find(run, keys) for run in self._runs]
        rows = np.concatenate([np.empty(0, np.int64), *(rows for rows, _ in found)])
        ordinals = np.concatenate([np.empty(0, np.uint64), *(ordinals for _, ordinals in found)])
        order = np.lexsort((ordinals, rows))
        return rows[order], ordinals[order]

    def store(self) -> None:
        """Every run lies in a file that survives a power cut."""
        self._merge(lambda before, last: before < 2 * last or (last < IN_MEMORY and before < IN_MEMORY))
        self._runs = [run if run.name else self._written([run.entries]) for run in self._runs]
        for run in self._runs:
            if run.name not in self._stored:
                synced(self._folder / run.name)
        synced(self._folder)

    def settle(self) -> None:
        """What `store` wrote counts: files that hold nothing new are removed."""
        for name in self._stored - set(self.files):
            (self._folder / name).unlink(missing_ok=True)
        self._stored = set(self.files)

    def _merge(self, due: Callable[[int, int], bool]) -> None:
        while len(self._runs) > 1 and due(len(self._runs[-2].entries), len(self._runs[-1].entries)):
            one, other = self._runs[-2:]
            if len(one.entries) + len(other.entries) <= IN_MEMORY and not (one.name or other.name):
                both = Run(np.concatenate(list(_merged(one.entries, other.entries))))
            else:
                both = self._written(_merged(one.entries, other.entries))
            self._runs[-2:] = [both]
            for run in (one, other):
                if run.name and run.name not in self._stored:  # written and superseded within one commit
                    (self._folder / run.name).unlink()

    def _written(self, parts: Iterable[Entries]) -> Run:
        path = self._folder / f"run-{self._number:08}.u64"
        self._number += 1
        with path.open("xb") as file:
            for part in parts:
                file.write(part.astype("<u8", copy=False).data)
        return _opened(path)


def _opened(path: Path) -> Run:
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Run(np.frombuffer(mapped, "<u8"), path.name, mapped)


def _find(run: Run, keys: Entries) -> tuple[npt.NDArray[np.int64], Entries]:
    entries = run.entries
    first = entries.searchsorted(keys << _SHIFT)
    there = (first < len(entries)).nonzero()[0]
    there = there[entries[first[there]] >> _SHIFT == keys[there]]
    last = entries.searchsorted((keys[there] << _SHIFT) | _ORDINAL, "right")
    counts = last - first[there]
    at = np.arange(counts.sum()) + np.repeat(first[there] - (np.cumsum(counts) - counts), counts)
    ordinals = entries[at] & _ORDINAL
    run.forget()
    return np.repeat(there, counts), ordinals


def _merged(one: Entries, other: Entries) -> Iterator[Entries]:
    """The entries of both in order, some AT_A_TIME at a time."""
    if len(one) < len(other):
        one, other = other, one
    done = 0
    for first in range(0, len(one), AT_A_TIME):
        part = one[first : first + AT_A_TIME]
        last = len(other) if first + AT_A_TIME >= len(one) else int(other.searchsorted(part[-1]))
        both = np.concatenate((part, other[done:last]))
        both.sort(kind="stable")  # two runs: it merges them
        done = last
        yield both
