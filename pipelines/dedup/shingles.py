"""Shingles: the set of a text's character 5-grams, each as a hash of 32 bits.

Two different grams of a pair of ordinary texts share a hash less than once in a thousand pairs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipelines.dedup.ragged import Ragged

GRAM = 5  # characters
SHINGLES_VERSION = f"poly32-{GRAM}"

Hashes = npt.NDArray[np.uint32]

_BASE = np.uint32(0x9E3779B1)
_BLOCK = 1 << 15  # characters hashed at a time: their buffers stay in the cache


def gram_hashes(codes: npt.NDArray[np.uint32], size: int = GRAM) -> Hashes:
    """The hash of the gram that starts at each character; the last `size - 1` characters start none."""
    count = max(len(codes) - size + 1, 0)
    hashes = np.empty(count, np.uint32)
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        own = hashes[first:last]
        own[:] = codes[first:last]
        for n in range(1, size):
            own *= _BASE
            own += codes[first + n : last + n]
        _mix(own)
    return hashes


def _mix(hashes: Hashes) -> None:
    """Every bit depends on every bit: the finalizer of MurmurHash3."""
    spare = hashes >> np.uint32(16)
    hashes ^= spare
    hashes *= np.uint32(0x85EBCA6B)
    np.right_shift(hashes, np.uint32(13), out=spare)
    hashes ^= spare
    hashes *= np.uint32(0xC2B2AE35)
    np.right_shift(hashes, np.uint32(16), out=spare)
    hashes ^= spare


def gram_sets(texts: Ragged[np.uint32], hashes: Hashes) -> Ragged[np.uint32]:
    """Each text's shingles, sorted, each once. `hashes` are `gram_hashes(texts.values)`."""
    own = _within(texts, hashes)
    for row in own:
        row.sort()
    return own.where(_news(own))


def _within(texts: Ragged[np.uint32], hashes: Hashes) -> Ragged[np.uint32]:
    """The hashes without those of grams that run from one text into the next."""
    whole = np.ones(len(hashes), np.bool_)
    some = texts.lengths > 0
    ends, starts = texts.offsets[1:][some], texts.offsets[:-1][some]
    for n in range(1, GRAM):
        last = np.maximum(ends - n, starts)
        whole[last[last < len(hashes)]] = False
    left = (whole).nonzero()[0]
    return Ragged(hashes.take(left), left.searchsorted(texts.offsets))


def _news(own: Ragged[np.uint32]) -> npt.NDArray[np.bool_]:
    """Where a sorted row has a value that it did not have before."""
    fresh = np.ones(len(own.values), np.bool_)
    np.not_equal(own.values[1:], own.values[:-1], out=fresh[1:])
    starts = own.offsets[:-1]
    fresh[starts[starts < len(fresh)]] = True
    return fresh


def shared(one: Hashes, other: Hashes) -> int:
    """The number of shingles that two sets share."""
    both = np.concatenate((one, other))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))
