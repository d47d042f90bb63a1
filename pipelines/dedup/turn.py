"""One batch of texts on its way through the index: candidates, judgements, decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipelines.dedup.database import Seen
from pipelines.dedup.features import Keys, Text
from pipelines.dedup.fold import hash_codes
from pipelines.dedup.numbers import overlap
from pipelines.dedup.pairs import SAME, Judgement, Kind, judge, surely_unlike
from pipelines.dedup.runs import ORDINAL_BITS
from pipelines.dedup.sketch import BANDS, BINS
from pipelines.errors import TaoxiError

if TYPE_CHECKING:
    from pipelines.dedup.index import Index

LARGEST_BUCKET = 64  # kept texts that one band key leads to: the earliest
COMMON = 8  # kept texts that one passage leads to: one of more texts is a quotation, or boilerplate
MOST_CANDIDATES = 32  # kept texts that a text is compared with: those with most keys in common
COMMON_WEIGHT, LEAST_WEIGHT = 1, 2  # one key in common makes a candidate, or two common passages
MOST_DISPUTED = 4  # candidates with other numbers: a template's pages are many, and each is to be aligned
LOADED_AT_ONCE = 256  # kept texts


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a text."""

    id: Any
    kept_id: Any  # of the text that stands for it: its own where it is kept
    kind: Kind
    judgement: Judgement | None = None  # how it stands to that text; to a look-alike where a veto kept it
    look_alike: Any = None  # id of the kept text that it would be a copy of, were it not for the veto


class Turn:
    """One batch on its way through the index."""

    def __init__(self, index: Index, ids: Sequence[Any], texts: Sequence[Text], keys: Sequence[Keys]) -> None:
        self._index, self._ids, self._texts, self._keys = index, ids, texts, keys
        self._digests = [hash_codes(text.folded) for text in texts]
        self._seen = index._database.seen(set(self._digests))
        self.fresh_seen: dict[bytes, Seen] = {}
        self.kept_rows: list[tuple[Any, ...]] = []
        self.kept_texts: list[Text] = []
        self.entries: list[tuple[Keys, int]] = []
        self._fresh_texts: dict[int, Text] = {}  # of this batch, by their ordinals
        self._new: dict[int, tuple[Any, bool]] = {}  # ordinal → id and script of what this batch kept
        self._find()

    def _find(self) -> None:
        """For each row that is new and comparable, the kept texts that its keys lead to."""
        first = {digest: row for row, digest in reversed(list(enumerate(self._digests))) if digest not in self._seen}
        self._rows = sorted(row for row in first.values() if self._texts[row].comparable)
        flat = np.concatenate([np.empty(0, np.uint64), *(self._keys[row] for row in self._rows)])
        unique, number, times = np.unique(flat, return_inverse=True, return_counts=True)
        found, ordinals = self._index._runs.find(unique)
        self._bounds = found.searchsorted(np.arange(len(unique) + 1)).tolist()
        caps = self._capped(number, len(unique))
        common = (caps == COMMON) & (np.diff(self._bounds) >= COMMON)
        self._caps, self._weights = caps.tolist(), np.where(common, COMMON_WEIGHT, LEAST_WEIGHT).tolist()
        self._turned: set[int] = set()  # keys that have become common in this batch
        self._ordinals: list[int] = ordinals.tolist()
        ends = np.cumsum([0, *(len(self._keys[row]) for row in self._rows)]).tolist()
        spans = list(zip(self._rows, ends[:-1], ends[1:], strict=True))
        self._numbers = {row: number[first:last] for row, first, last in spans}
        self._is_watched = (times > 1) | (np.diff(self._bounds) > 0)
        self._repeated = {row: own[times[own] > 1].tolist() for row, own in self._numbers.items()}
        self._buckets: defaultdict[int, list[int]] = defaultdict(list)  # key's number → ordinals of this batch
        self._before = self._candidates_before(number, np.diff(ends), ordinals.astype(np.int64))
        wanted = {ordinal for some in self._before.values() for ordinal, _ in some}
        self._known = self._index._database.kept(wanted | {one.kept for one in self._seen.values()})

    def _capped(self, number: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
        """How many texts each key may lead to."""
        caps = np.full(count, COMMON)
        lengths = [len(self._keys[row]) for row in self._rows]
        place = np.arange(len(number)) - np.repeat(np.cumsum([0, *lengths])[:-1], lengths)
        caps[number[place < BANDS]] = LARGEST_BUCKET
        return caps

    def _candidates_before(
        self, number: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], ordinals: npt.NDArray[np.int64]
    ) -> dict[int, list[tuple[int, int]]]:
        """For each row, the ordinals of earlier batches that its keys lead to, and what these weigh; earliest first.

        Those that are surely unlike are left out.
        """
        bounds = np.array(self._bounds)
        sizes = np.diff(bounds)[number]
        place = np.repeat(np.arange(len(lengths)), lengths)
        at = np.arange(sizes.sum()) + np.repeat(bounds[number] - (np.cumsum(sizes) - sizes), sizes)
        met = (np.repeat(place, sizes) << ORDINAL_BITS) | ordinals[at]
        weights = np.repeat(np.array(self._weights, np.int64)[number], sizes)
        pairs, which = np.unique(met, return_inverse=True)
        weighed = np.bincount(which, weights, minlength=len(pairs)).astype(np.int64)
        heavy = weighed >= LEAST_WEIGHT
        pairs, weighed = pairs[heavy], weighed[heavy]
        places, found = pairs >> ORDINAL_BITS, pairs & ((1 << ORDINAL_BITS) - 1)
        alike = ~self._unlike(places, self._index._signatures.read(found))
        ends = places[alike].searchsorted(np.arange(len(lengths) + 1)).tolist()
        told = list(zip(found[alike].tolist(), weighed[alike].tolist(), strict=True))
        return {row: told[ends[n] : ends[n + 1]] for n, row in enumerate(self._rows)}

    def _unlike(self, places: npt.NDArray[np.int64], others: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
        texts = [self._texts[row] for row in self._rows]
        shingles = np.array([len(text.shingles) for text in texts], np.int64)
        bins = np.array([text.signature for text in texts], np.uint8).reshape(-1, BINS)
        return surely_unlike(shingles[places], bins[places], others["shingles"].astype(np.int64), others["bins"])

    def decided(self) -> list[Decision]:
        near = set(self._rows)
        decisions = []
        for row, digest in enumerate(self._digests):
            text = self._texts[row]
            if not len(text.folded):
                self._keep(row)
                decisions.append(Decision(self._ids[row], self._ids[row], Kind.KEPT))
            elif (before := self.fresh_seen.get(digest) or self._seen.get(digest)) is not None:
                decisions.append(self._again(row, before))
            else:
                decisions.append(self._fresh(row, digest) if row in near else self._alone(row, digest))
        return decisions

    def _again(self, row: int, before: Seen) -> Decision:
        """The same folded text was decided before: what stands for that one stands for this one, too."""
        kept_id, traditional = self._kept(before.kept)
        judgement = before.judgement
        if judgement is None:
            if self._index._repeatable and kept_id == self._ids[row]:  # a run that was repeated
                return Decision(kept_id, kept_id, Kind.KEPT)
            script = traditional != self._texts[row].traditional
            judgement = replace(SAME, kind=Kind.SCRIPT) if script else SAME
        return Decision(self._ids[row], kept_id, judgement.kind, judgement)

    def _alone(self, row: int, digest: bytes) -> Decision:
        """A text too short for more than its digest."""
        self.fresh_seen[digest] = Seen(self._keep(row), None)
        return Decision(self._ids[row], self._ids[row], Kind.KEPT)

    def _fresh(self, row: int, digest: bytes) -> Decision:
        text, refused = self._texts[row], None
        for ordinal, other in self._in_turn(row):
            judgement = judge(text, other)
            if self._index._observe and (judgement.copy or judgement.veto):
                self._index._observe(text, other, judgement)
            if judgement.copy:
                self.fresh_seen[digest] = Seen(ordinal, judgement)
                return Decision(self._ids[row], self._kept(ordinal)[0], judgement.kind, judgement)
            if judgement.veto and refused is None:
                refused = Decision(
                    self._ids[row], self._ids[row], Kind.KEPT, judgement, look_alike=self._kept(ordinal)[0]
                )
        ordinal = self._keep(row)
        self.fresh_seen[digest] = Seen(ordinal, None)
        self._fresh_texts[ordinal] = text
        self._enter(row, ordinal)
        return refused or Decision(self._ids[row], self._ids[row], Kind.KEPT)

    def _in_turn(self, row: int) -> list[tuple[int, Text]]:
        """The kept texts to compare with: those whose numbers agree, then the first MOST_DISPUTED of the others."""
        some = [
            (ordinal, self._fresh_texts.get(ordinal) or self._index._cache[ordinal])
            for ordinal in self._candidates(row)
        ]
        numbers = self._texts[row].numbers
        disputed = [overlap(numbers, other.numbers).disagree for _, other in some]
        agreed = [one for one, dispute in zip(some, disputed, strict=True) if not dispute]
        return agreed + [one for one, dispute in zip(some, disputed, strict=True) if dispute][:MOST_DISPUTED]

    def _candidates(self, row: int) -> list[int]:
        """The kept texts to compare with, earliest first; they are at hand."""
        met: Counter[int] = Counter()
        for number in self._repeated[row]:
            for ordinal in self._buckets.get(number, ()):
                met[ordinal] += self._weights[number]
        new = self._alike(row, sorted((ordinal, weight) for ordinal, weight in met.items() if weight >= LEAST_WEIGHT))
        some = [ordinal for ordinal, _ in _heaviest(self._of_earlier_batches(row) + new)]
        if any(ordinal not in self._index._cache for ordinal in some if ordinal not in self._fresh_texts):
            self._load(row, some)
        return some

    def _alike(self, row: int, some: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those texts of this batch that are not surely unlike."""
        if not some:
            return some
        text, others = self._texts[row], [self._fresh_texts[ordinal] for ordinal, _ in some]
        unlike = surely_unlike(
            np.array(len(text.shingles)),
            text.signature,
            np.array([len(other.shingles) for other in others]),
            np.array([other.signature for other in others]),
        )
        return [one for one, apart in zip(some, unlike.tolist(), strict=True) if not apart]

    def _of_earlier_batches(self, row: int) -> list[tuple[int, int]]:
        """As `_before`, by what the keys weigh now: some may have become common."""
        if self._turned.isdisjoint(self._repeated[row]):
            return self._before[row]
        met: Counter[int] = Counter()
        for number in self._numbers[row].tolist():
            for ordinal in self._ordinals[self._bounds[number] : self._bounds[number + 1]]:
                met[ordinal] += self._weights[number]
        return [(ordinal, met[ordinal]) for ordinal, _ in self._before[row] if met[ordinal] >= LEAST_WEIGHT]

    def _load(self, row: int, some: Sequence[int]) -> None:
        """These texts are at hand, and those that the next rows will ask for."""
        wanted = dict.fromkeys(ordinal for ordinal in some if ordinal not in self._fresh_texts)
        for later in self._rows[self._rows.index(row) + 1 :]:
            if len(wanted) >= LOADED_AT_ONCE:
                break
            wanted |= dict.fromkeys(ordinal for ordinal, _ in _heaviest(self._before[later]))
        self._index._cache.load(wanted, {ordinal: self._known[ordinal][1:3] for ordinal in wanted})

    def _kept(self, ordinal: int) -> tuple[Any, bool]:
        """Id and script of a kept text."""
        if ordinal in self._new:
            return self._new[ordinal]
        own, _, _, traditional = self._known[ordinal]
        return own, traditional

    def _keep(self, row: int) -> int:
        """The text is kept, and has an ordinal."""
        index, text = self._index, self._texts[row]
        ordinal: int = index.count
        index.count += 1
        if ordinal >> ORDINAL_BITS:
            raise TaoxiError(f"more than {1 << ORDINAL_BITS:,} texts", where=str(index.folder))
        place = index._file.append(text.folded) if text.comparable else (0, 0)
        self.kept_texts.append(text)
        self.kept_rows.append((ordinal, self._ids[row], *place, text.traditional))
        self._new[ordinal] = self._ids[row], text.traditional
        return ordinal

    def _enter(self, row: int, ordinal: int) -> None:
        """The text is found by its keys, but for those that lead to LARGEST_BUCKET texts already."""
        numbers = self._numbers[row]
        enter = ~self._is_watched[numbers]
        for place in (~enter).nonzero()[0].tolist():
            number = int(numbers[place])
            bucket = self._buckets[number]
            size = self._bounds[number + 1] - self._bounds[number] + len(bucket)
            if size < self._caps[number] and (not bucket or bucket[-1] != ordinal):
                bucket.append(ordinal)
                enter[place] = True
                if size + 1 == self._caps[number]:
                    self._fill(number)
        self.entries.append((self._keys[row][enter], ordinal))

    def _fill(self, number: int) -> None:
        """The key leads to as many texts as it may."""
        if self._caps[number] == COMMON:
            self._weights[number] = COMMON_WEIGHT
            self._turned.add(number)
        else:
            self._index.oversized += 1


def _heaviest(some: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The MOST_CANDIDATES of the highest weight, of equal ones the earliest; earliest first, as they came."""
    if len(some) <= MOST_CANDIDATES:
        return some
    return sorted(sorted(some, key=lambda one: -one[1])[:MOST_CANDIDATES])
