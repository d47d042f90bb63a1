"""Sketches: which kept texts are worth comparing with a text, without looking at all of them.

Two kinds of keys lead from a text to others. *Band keys* come from a one-permutation MinHash (Li, Owen, Zhang: One
Permutation Hashing, 2012; empty bins filled by optimal densification, Shrivastava 2017): texts whose shingles are alike
by a share J have one of BANDS keys in common with probability 1 − (1 − J^ROWS)^BANDS. *Passage keys* are hashes of
stretches of PASSAGE characters that begin where the text itself says so: a copy that was cut, or is a part of a longer
page, has whole passages in common with it, however small J is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipelines.dedup.ragged import Ragged
from pipelines.dedup.shingles import SHINGLES_VERSION

BINS = 128
ROWS = 4
BANDS = BINS // ROWS
FEWEST_SHINGLES = 50  # a shorter text is compared by its content hash alone
PASSAGE = 24  # characters
ONE_IN = 48  # characters begins a passage
MOST_PASSAGES = 64  # of a text
SKETCH_VERSION = f"oph-1/{BINS}/{ROWS}/passage-{PASSAGE}-{ONE_IN}-{MOST_PASSAGES}/{SHINGLES_VERSION}"

_BIN_SHIFT = np.uint32(32 - BINS.bit_length() + 1)
_EMPTY = np.uint32(0xFFFFFFFF)

KEY_BITS = 36

Keys = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]

_KEY_SHIFT = np.uint64(64 - KEY_BITS)
_MULTIPLIER, _ADDEND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)


def signatures(sets: Ragged[np.uint32]) -> Signatures:
    """One row of BINS values a set: two sets agree in a bin with a probability of their Jaccard similarity.

    The set is sorted by its hashes, so the smallest of each bin is the first. A row without shingles is all 0xFFFFFFFF.
    """
    bins = sets.values >> _BIN_SHIFT
    first = np.ones(len(bins), np.bool_)
    np.not_equal(bins[1:], bins[:-1], out=first[1:])
    starts = sets.offsets[:-1]
    first[starts[starts < len(first)]] = True
    at = (first).nonzero()[0]
    rows = sets.offsets.searchsorted(at, "right") - 1
    found = np.full((len(sets), BINS), _EMPTY, np.uint32)
    found[rows, bins[at]] = sets.values[at]
    return _densified(found)


def _densified(found: Signatures) -> Signatures:
    """Each empty bin has the value of a bin that its own sequence of random bins meets first."""
    filled = found != _EMPTY
    rows, bins = np.nonzero(~filled & filled.any(axis=1)[:, None])
    dense = found.copy()
    turn = 0
    while len(rows):
        turn += 1
        tried = _choice(bins, turn)
        hit = filled[rows, tried]
        dense[rows[hit], bins[hit]] = found[rows[hit], tried[hit]]
        rows, bins = rows[~hit], bins[~hit]
    return dense


def _choice(bins: npt.NDArray[np.int64], turn: int) -> npt.NDArray[np.int64]:
    """A bin for each bin, other in every turn."""
    mixed = (bins.astype(np.uint64) * np.uint64(BINS * 2 + 1) + np.uint64(turn)) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(57)).astype(np.int64) % BINS


def band_keys(signed: Signatures) -> Keys:
    """One row of BANDS keys of KEY_BITS a signature; those of different bands have nothing in common."""
    keys = np.tile(np.arange(1, BANDS + 1, dtype=np.uint64), (len(signed), 1))
    for row in range(ROWS):
        keys = keys * _MULTIPLIER + signed[:, row::ROWS]
    return _mixed(keys)


def passage_keys(texts: Ragged[np.uint32], hashes: npt.NDArray[np.uint32]) -> Ragged[np.uint64]:
    """Each text's passage keys, those of the smallest hashes where there are more than MOST_PASSAGES.

    `hashes` are `gram_hashes(texts.values)`.
    """
    at = (hashes < np.uint32(2**32 // ONE_IN)).nonzero()[0]
    rows = texts.offsets.searchsorted(at, "right") - 1
    whole = at + PASSAGE <= texts.offsets[rows + 1]
    at, rows = at[whole], rows[whole]
    counted = np.arange(len(texts) + 1)
    if np.diff(rows.searchsorted(counted)).max(initial=0) > MOST_PASSAGES:
        order = np.lexsort((at, hashes[at], rows))
        at, rows = at[order], rows[order]
        few = np.arange(len(rows)) - rows.searchsorted(counted)[rows] < MOST_PASSAGES
        at, rows = at[few], rows[few]
    keys = np.zeros(len(at), np.uint64)
    for n in range(PASSAGE):
        keys = keys * _MULTIPLIER + texts.values[at + n]
    return Ragged(_mixed(keys), rows.searchsorted(counted))


def _mixed(keys: Keys) -> Keys:
    keys = (keys ^ (keys >> np.uint64(29))) * _ADDEND
    return (keys ^ (keys >> np.uint64(32))) * _MULTIPLIER >> _KEY_SHIFT
