"""Synonyms learned from pairs of copies: what stands in one where the other has another word, seen in several pairs.

The pairs are those that the index itself has verified, with the synonyms known so far; no list of words is given. In the
first round only lightly spun copies are found; the words that they show lead to more in the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.dedup.alignment import align
from pipelines.dedup.features import Text
from pipelines.dedup.index import Index
from pipelines.dedup.pairs import Direction, Judgement
from pipelines.dedup.substitution import renamed
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, of_groups

FEWEST_PAIRS = 2  # of texts that show a pair of words
LARGEST_GROUP = 12  # words: a larger one has swallowed other senses
LONGEST_WORD = 4
ALL_BUT_THE_SAME = 0.98  # containment: what is more alike has hardly a word swapped
ROUNDS = 3
BATCH = 2048  # texts

Codes = npt.NDArray[np.uint32]


class Learned(NamedTuple):
    """A table, and how many pairs of copies the last round learned from."""

    synonyms: Synonyms
    pairs: int


class Swap(NamedTuple):
    """A word stands for another between two characters that both texts have ("" at a rim)."""

    before: str
    one: str
    other: str
    after: str


class Evidence:
    """What pairs of copies show; `learned` gives the table. `base` is what was known before."""

    def __init__(self, base: Synonyms = NO_SYNONYMS) -> None:
        self._base = base
        self._swaps: Counter[Swap] = Counter()
        self._names: Counter[str] = Counter()
        self.pairs = 0

    def observe(self, text: Text, other: Text, judgement: Judgement) -> None:
        """The pair counts: as copies where one runs along the other, as look-alikes where a veto keeps them apart."""
        if judgement.veto:
            self.refuse(text.folded, other.folded)
        elif judgement.direction is Direction.SAME and judgement.containment < ALL_BUT_THE_SAME:
            self.add(text.folded, other.folded)

    def add(self, one: Codes, other: Codes) -> None:
        """The folded texts are copies: what was swapped counts, each swap once."""
        self.pairs += 1
        self._swaps.update(set(_swaps(one, other)))

    def refuse(self, one: Codes, other: Codes) -> None:
        """The folded texts are alike and no copies: what was swapped throughout is a name."""
        if swap := renamed(one, other, align(one, other)):
            self._names.update((swap.one, swap.other))

    def learned(self) -> Synonyms:
        """The base's groups, and words that stood for each other in FEWEST_PAIRS pairs; names are none."""
        words = _words(self._swaps)
        seen: Counter[str] = Counter()
        for pair, times in words.items():
            seen.update(dict.fromkeys(pair, times))
        names = {name for name, times in self._names.items() if times >= FEWEST_PAIRS and 2 * times >= seen[name]}
        told = Counter({pair: n for pair, n in words.items() if not _names_in(pair, names)})
        return of_groups(_groups(told, self._base.groups))


def learn(texts: Callable[[], Iterable[str | None]], base: Synonyms = NO_SYNONYMS, rounds: int = ROUNDS) -> Learned:
    """The synonyms that the texts' own copies show, beside those of `base`. The texts are read once a round."""
    learned, pairs = base, 0
    for _ in range(rounds):
        evidence = Evidence(base)
        with (
            TemporaryDirectory() as folder,
            Index(Path(folder), learned, durable=False, observe=evidence.observe) as index,
        ):
            for batch in _batches(texts()):
                index.decide(batch)
        learned, pairs = evidence.learned(), evidence.pairs
    return Learned(learned, pairs)


def _batches(texts: Iterable[str | None]) -> Iterator[list[tuple[int, str | None]]]:
    numbered = enumerate(texts)
    while batch := list(islice(numbered, BATCH)):
        yield batch


def _names_in(words: Iterable[str], names: Set[str]) -> bool:
    """Whether a word is a name, a part of one, or holds one."""
    return any(len(name) > 1 and (name in word or word in name) for word in words for name in names)


def _swaps(one: Codes, other: Codes) -> Iterable[Swap]:
    text_one, text_other = _text(one), _text(other)
    for gap in align(one, other).gaps:
        mine, theirs = text_one[gap.first_one : gap.last_one], text_other[gap.first_other : gap.last_other]
        if not (0 < len(mine) <= LONGEST_WORD and 0 < len(theirs) <= LONGEST_WORD):
            continue
        before, after = text_one[max(gap.first_one - 1, 0) : gap.first_one], text_one[gap.last_one : gap.last_one + 1]
        if _is_han(before + mine + theirs + after):
            yield Swap(before, mine, theirs, after) if mine < theirs else Swap(before, theirs, mine, after)


def _text(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def _is_han(text: str) -> bool:
    return all("\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in text)


def _words(swaps: Counter[Swap]) -> Counter[tuple[str, str]]:
    """Pairs of words of two characters and more, with the number of texts' pairs that show them.

    What was swapped may be less than a word: of 功能 and 效能 the alignment sees 功 and 效. It is then made longer by the
    neighbour that stands there most often.
    """
    with_before: Counter[tuple[str, str, str]] = Counter()
    with_after: Counter[tuple[str, str, str]] = Counter()
    for swap, times in swaps.items():
        with_before[swap.before, swap.one, swap.other] += times
        with_after[swap.one, swap.other, swap.after] += times
    words: Counter[tuple[str, str]] = Counter()
    for swap, times in swaps.items():
        one, other = swap.one, swap.other
        if min(len(one), len(other)) < 2:
            left = with_before[swap.before, one, other] if swap.before else 0
            right = with_after[one, other, swap.after] if swap.after else 0
            if max(left, right) < FEWEST_PAIRS:
                continue
            if left > right:
                one, other = swap.before + one, swap.before + other
            else:
                one, other = one + swap.after, other + swap.after
        words[one, other] += times
    return words


def _groups(words: Counter[tuple[str, str]], base: Iterable[Sequence[str]]) -> list[list[str]]:
    """Words that are linked, the most frequent links first; no link makes a group larger than LARGEST_GROUP."""
    group_of = {word: group for group in map(list, base) for word in group}
    for (one, other), times in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        if times < FEWEST_PAIRS:
            break
        mine, theirs = group_of.get(one, [one]), group_of.get(other, [other])
        if mine is theirs or len(mine) + len(theirs) > LARGEST_GROUP:
            continue
        joined = mine + theirs
        group_of.update(dict.fromkeys(joined, joined))
    return list({id(group): group for group in group_of.values()}.values())
