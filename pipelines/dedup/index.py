"""The duplicates' index: greedy leaders in capture order, over all texts that were ever kept.

A text is a copy of the earliest kept text that it matches, and else is kept. It is compared with kept texts only, never
with copies: there are no chains, and the answers are the same whether the texts come in one run or in a hundred.

    with Index(folder) as index:
        decisions = index.decide([("a", "…"), ("b", "…")])
        index.commit()

The folder holds SQLite (what was decided on each folded text), a file of the kept texts, and sorted runs of their keys.
Memory does not grow with it. What was not committed never was, whenever the process dies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from pipelines.dedup.database import NAME, Database, Seen
from pipelines.dedup.features import Keys, Text, texts_of
from pipelines.dedup.fold import FOLD_VERSION, hash_codes
from pipelines.dedup.kept import TextCache, TextFile
from pipelines.dedup.pairs import RULES_VERSION, SAME, Judgement, Kind, judge
from pipelines.dedup.runs import ORDINAL_BITS, Runs
from pipelines.dedup.sketch import SKETCH_VERSION
from pipelines.dedup.synonyms import Synonyms, packaged, parse
from pipelines.errors import ConfigurationError, TaoxiError

VERSION = "1"
LARGEST_BUCKET = 64  # kept texts that one key leads to: the earliest
MOST_CANDIDATES = 32  # kept texts that a text is compared with: those with most keys in common
LOADED_AT_ONCE = 512  # kept texts

TEXTS = "texts.u16"
VERSIONS = {"index": VERSION, "fold": FOLD_VERSION, "sketch": SKETCH_VERSION, "rules": RULES_VERSION}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a text."""

    id: Any
    kept_id: Any  # of the text that stands for it: its own where it is kept
    kind: Kind
    judgement: Judgement | None = None  # how it stands to that text; to a look-alike where a veto kept it
    look_alike: Any = None  # id of the kept text that it would be a copy of, were it not for the veto


class Index:
    """The index in a folder, which is made where it is not there. One process at a time.

    `synonyms` are fixed when the index is made (default: those of the package); later ones have to be the same. Raises
    ConfigurationError where the index is of another version or other synonyms, LockedError where another run holds it.
    With `durable` off, a power cut may damage the index: for one that is thrown away after its run. `observe` is told
    every pair that is alike, with its judgement.
    """

    def __init__(
        self,
        folder: Path,
        synonyms: Synonyms | None = None,
        *,
        durable: bool = True,
        observe: Callable[[Text, Text, Judgement], None] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._durable, self._observe = durable, observe
        self._database = Database(folder, durable=durable)
        try:
            about = self._database.about()
            self.synonyms = self._agreed(about, synonyms)
            self.count = about.get("count", 0)  # kept texts
            self.oversized = about.get("oversized", 0)  # keys that more texts have than LARGEST_BUCKET
            self.commits = about.get("commits", 0)
            self._file = TextFile(folder / TEXTS, about.get("text_bytes", 0))
            names = self._database.runs()
            self._sweep(names)
            self._runs = Runs(folder, names, about.get("next_run", 0))
        except OSError as error:
            self._database.close()
            hint = "remove the folder and run again: the index is made anew from the texts"
            raise TaoxiError(f"the index lacks a file ({error})", where=str(folder), hint=hint) from error
        except BaseException:
            self._database.close()
            raise
        self._cache = TextCache(self._file, self.synonyms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def decide(self, batch: Sequence[tuple[Any, str | None]]) -> list[Decision]:
        """One decision for each (id, text), in their order, which is the capture order.

        A text without a letter or digit (None, too) is kept and stands for no other. The answers do not depend on how
        the texts are cut into batches; some thousand at a time are fastest.
        """
        texts, keys = texts_of([text or "" for _, text in batch], self.synonyms)
        turn = _Turn(self, [own for own, _ in batch], texts, keys)
        decisions = turn.decided()
        self._database.add(turn.kept_rows, turn.fresh_seen)
        if turn.entries:
            new_keys, ordinals = zip(*turn.entries, strict=True)
            self._runs.add(np.concatenate(new_keys), np.repeat(np.array(ordinals, np.uint64), list(map(len, new_keys))))
        return decisions

    def commit(self) -> None:
        """All decisions so far count, and survive the process and a power cut."""
        self._runs.store()
        if self._durable:
            self._file.sync()
        self.commits += 1
        self._database.name_runs(self._runs.files)
        self._database.tell(
            {
                "count": self.count,
                "oversized": self.oversized,
                "commits": self.commits,
                "text_bytes": self._file.size,
                "next_run": self._runs.next_number,
            }
        )
        self._database.commit()
        self._runs.settle()

    def close(self) -> None:
        """Nothing more is written; what was not committed is gone."""
        self._file.close()
        self._database.close()

    def _agreed(self, about: dict[str, Any], synonyms: Synonyms | None) -> Synonyms:
        """The synonyms of the index, which is of this version."""
        if not about:
            own = packaged() if synonyms is None else synonyms
            self._database.tell(VERSIONS | {"synonyms": own.text})
            return own
        hint = f"make it anew: remove the folder {self.folder} and run again"
        for name, version in VERSIONS.items():
            if about.get(name) != version:
                told = f"the index was written by another version ({name} {about.get(name)!r}, not {version!r})"
                raise ConfigurationError(told, where=str(self.folder), hint=hint)
        own = parse(about["synonyms"], f"{self.folder / NAME}")
        if synonyms is not None and synonyms.id != own.id:
            told = f"the index was made with other synonyms ({own.id or 'none'}, not {synonyms.id or 'none'})"
            raise ConfigurationError(told, where=str(self.folder), hint=hint)
        return own

    def _sweep(self, names: Iterable[str]) -> None:
        """Runs that no commit names are gone."""
        for path in self.folder.glob("run-*.u64"):
            if path.name not in names:
                path.unlink()


class _Turn:
    """One batch on its way through the index."""

    def __init__(self, index: Index, ids: Sequence[Any], texts: Sequence[Text], keys: Sequence[Keys]) -> None:
        self._index, self._ids, self._texts, self._keys = index, ids, texts, keys
        self._digests = [hash_codes(text.folded) for text in texts]
        self._seen = index._database.seen(set(self._digests))
        self.fresh_seen: dict[bytes, Seen] = {}
        self.kept_rows: list[tuple[Any, ...]] = []
        self.entries: list[tuple[Keys, int]] = []
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
        self._ordinals = ordinals.tolist()
        watched = (times > 1) | (np.diff(self._bounds) > 0)
        ends = np.cumsum([0, *(len(self._keys[row]) for row in self._rows)]).tolist()
        self._numbers = {row: number[a:b] for row, a, b in zip(self._rows, ends[:-1], ends[1:], strict=True)}
        self._watched = {row: numbers[watched[numbers]].tolist() for row, numbers in self._numbers.items()}
        self._is_watched = watched
        self._buckets: defaultdict[int, list[int]] = defaultdict(list)  # key's number → ordinals of this batch
        wanted = set(self._ordinals) | {one.kept for one in self._seen.values()}
        self._known = self._index._database.kept(wanted)

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
            if kept_id == self._ids[row]:  # a run that was repeated
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
        for ordinal in self._candidates(row):
            other = self._index._cache[ordinal]
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
        self._index._cache.put(ordinal, text)
        self._enter(row, ordinal)
        return refused or Decision(self._ids[row], self._ids[row], Kind.KEPT)

    def _candidates(self, row: int) -> list[int]:
        """The kept texts to compare with, earliest first; they are at hand."""
        met: list[int] = []
        for number in self._watched[row]:
            met += self._ordinals[self._bounds[number] : self._bounds[number + 1]]
            met += self._buckets.get(number, ())
        some = sorted(set(met))
        if len(some) > MOST_CANDIDATES:
            counted = Counter(met)
            some = sorted(sorted(some, key=lambda ordinal: -counted[ordinal])[:MOST_CANDIDATES])
        if any(ordinal not in self._index._cache for ordinal in some):
            self._load(row, some)
        return some

    def _load(self, row: int, some: Sequence[int]) -> None:
        """These texts are at hand, and those that the next rows will ask for."""
        wanted = dict.fromkeys(some)
        for later in self._rows[self._rows.index(row) + 1 :]:
            if len(wanted) >= LOADED_AT_ONCE:
                break
            for number in self._watched[later]:
                wanted |= dict.fromkeys(self._ordinals[self._bounds[number] : self._bounds[number + 1]])
        places = {ordinal: self._known[ordinal][1:3] for ordinal in wanted if ordinal in self._known}
        self._index._cache.load(wanted, places | self._places_of_new())

    def _places_of_new(self) -> dict[int, tuple[int, int]]:
        return {ordinal: (at, length) for ordinal, _, at, length, _ in self.kept_rows}

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
            if size < LARGEST_BUCKET and (not bucket or bucket[-1] != ordinal):
                bucket.append(ordinal)
                enter[place] = True
                self._index.oversized += size + 1 == LARGEST_BUCKET
        self.entries.append((self._keys[row][enter], ordinal))
