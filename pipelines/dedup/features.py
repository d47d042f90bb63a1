"""What of a text is compared: its fold, its shingles, its numbers, and the keys that lead to texts like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipelines.dedup.fold import fold_batch, is_traditional
from pipelines.dedup.numbers import Numbers, number_sets
from pipelines.dedup.ragged import Ragged, ragged
from pipelines.dedup.shingles import GRAM, Hashes, gram_hashes, gram_sets
from pipelines.dedup.sketch import FEWEST_SHINGLES, Signatures, band_keys, passage_keys, signatures
from pipelines.dedup.synonyms import Synonyms

AT_A_TIME = 1 << 16  # characters, so that buffers stay in the processor's cache

Codes = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text as it is compared."""

    folded: Codes
    words: Codes  # the fold with one symbol for each group of synonyms
    hashes: Hashes  # of the shingles of `words`, in their order
    shingles: Hashes  # the same, sorted, each once
    plain: Hashes  # the shingles of `folded`
    signature: npt.NDArray[np.uint8]  # of `shingles`: a byte a bin
    numbers: Numbers
    traditional: bool = False

    def alone(self) -> Text:
        """The same with arrays of its own, which do not hold on to those of a batch."""
        return Text(
            self.folded.copy(),
            self.words.copy(),
            self.hashes.copy(),
            self.shingles.copy(),
            self.plain.copy(),
            self.signature.copy(),
            self.numbers.copy(),
            self.traditional,
        )

    @property
    def comparable(self) -> bool:
        """Whether it is long enough for more than its content hash."""
        return len(self.shingles) >= FEWEST_SHINGLES


def texts_of(raw: Sequence[str], synonyms: Synonyms) -> tuple[list[Text], list[Keys]]:
    """Each text's features and, where it is comparable, the keys that lead to texts like it; else none."""
    texts: list[Text] = []
    keys: list[Keys] = []
    for chunk in _chunks(raw):
        folded = fold_batch(chunk)
        traditional = is_traditional(chunk)
        words = synonyms.replace(folded)
        hashes = gram_hashes(words.values)
        sets = gram_sets(words, hashes)
        signed = signatures(sets)
        keys += _keys(words, hashes, sets, signed)
        texts += _texts(folded, words, hashes, sets, signed, traditional)
    return texts, keys


def folded_texts(folded: Sequence[Codes], synonyms: Synonyms) -> list[Text]:
    """The features of texts that were folded before."""
    own = ragged(folded, np.uint32)
    words = synonyms.replace(own)
    hashes = gram_hashes(words.values)
    sets = gram_sets(words, hashes)
    texts = _texts(own, words, hashes, sets, signatures(sets), [False] * len(own))
    return [text.alone() for text in texts]


def _texts(
    folded: Ragged[np.uint32],
    words: Ragged[np.uint32],
    hashes: Hashes,
    sets: Ragged[np.uint32],
    signed: Signatures,
    traditional: Sequence[bool],
) -> list[Text]:
    bounds = words.offsets.tolist()
    in_order = [hashes[first : max(last - GRAM + 1, first)] for first, last in pairwise(bounds)]
    plain = sets if words is folded else gram_sets(folded, gram_hashes(folded.values))
    rows = zip(
        folded, words, in_order, sets, plain, signed.astype(np.uint8), number_sets(folded), traditional, strict=True
    )
    return [Text(*row) for row in rows]


def _chunks(raw: Sequence[str]) -> list[Sequence[str]]:
    """The texts in turn, some AT_A_TIME characters in one."""
    chunks: list[Sequence[str]] = []
    first = size = 0
    for n, text in enumerate(raw):
        size += len(text)
        if size >= AT_A_TIME:
            chunks.append(raw[first : n + 1])
            first, size = n + 1, 0
    return [*chunks, raw[first:]] if first < len(raw) else chunks


def _keys(words: Ragged[np.uint32], hashes: Hashes, sets: Ragged[np.uint32], signed: Signatures) -> list[Keys]:
    """Each comparable text's band keys, and after them its passage keys."""
    bands = band_keys(signed)
    passages = passage_keys(words, hashes)
    none = np.empty(0, np.uint64)
    return [
        np.concatenate((own, theirs)) if count >= FEWEST_SHINGLES else none
        for own, theirs, count in zip(bands, passages, sets.lengths.tolist(), strict=True)
    ]
