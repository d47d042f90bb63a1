"""Two texts side by side: what both say, which words count as one, what was swapped, and what a veto rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

import numpy as np

from pipelines.dedup.alignment import Alignment, Codes, align
from pipelines.dedup.features import texts_of
from pipelines.dedup.fold import fold_batch, hash_codes
from pipelines.dedup.pairs import SAME, Judgement, Veto, judge
from pipelines.dedup.substitution import renamed
from pipelines.dedup.synonyms import SYMBOLS, Synonyms
from pipelines.report.tree import add, add_table, new_page


class Part(StrEnum):
    """What a stretch of two texts is."""

    EQUAL = "equal"
    SYNONYM = "synonym"  # other words, which count as one
    REPLACED = "replaced"
    VETOED = "vetoed"  # replaced, and a reason why the texts are two
    ONE = "one"  # in the first text alone
    OTHER = "other"  # in the second text alone


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the first text, and what stands for it in the second."""

    part: Part
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Pair:
    """How the first text stands to the second, which came before; the stretches make up all of both."""

    judgement: Judgement
    comparable: bool  # False: too short for more than its letters and digits
    stretches: tuple[Stretch, ...]

    @property
    def verdict(self) -> str:
        """The outcome in words."""
        told = self.judgement
        if told.copy:
            return f"copy: {told.kind}"
        if not self.comparable:
            return "two texts; too short for more than a comparison letter by letter"
        return f"two texts: {told.veto} differ" if told.veto else "two texts: not alike enough"


def explain_pair(one: str, other: str, synonyms: Synonyms) -> Pair:
    """What the index would say of `one` if it had kept `other`, and the two aligned."""
    (text, before), _ = texts_of([one, other], synonyms)
    same = hash_codes(text.folded) == hash_codes(before.folded) and len(text.folded) > 0
    comparable = text.comparable and before.comparable
    judgement = SAME if same else judge(text, before)
    if not (same or comparable):
        judgement = Judgement(False, judgement.jaccard, judgement.containment, judgement.new)
    found = align(text.words, before.words, text.hashes, before.hashes)
    mine, theirs = (
        _Surface(one, text.folded, text.words, synonyms),
        _Surface(other, before.folded, before.words, synonyms),
    )
    vetoed = _vetoed(text.words, before.words, found, judgement.veto)
    return Pair(judgement, same or comparable, tuple(_merged(_stretches(found, mine, theirs, vetoed))))


def _vetoed(one: Codes, other: Codes, found: Alignment, veto: Veto) -> tuple[str, str] | None:
    """The names that a veto rests on; ("", "") where it rests on numbers."""
    if veto is Veto.NAMES and (swap := renamed(one, other, found)):
        return swap.one, swap.other
    return ("", "") if veto is Veto.NUMBERS else None


class _Surface:
    """A text as it is written, by the places of its words."""

    def __init__(self, raw: str, folded: Codes, words: Codes, synonyms: Synonyms) -> None:
        self.raw = raw
        of_letter = fold_batch(list(raw)).rows()  # folded place → place in the text
        text = folded.astype("<u4").tobytes().decode("utf-32-le")
        places, at = [], 0
        for code in words.tolist():
            places.append(at)
            at += _length(text, at, code, synonyms)
        self._starts = np.append(of_letter[np.array(places, np.int64)], len(raw))
        self.words = [text[first:last] for first, last in pairwise([*places, at])]

    def text(self, first: int, last: int) -> str:
        """As written, from one word up to another, what stands before the text's first word included."""
        return self.raw[0 if first == 0 else self._starts[first] : self._starts[last]]


def _length(text: str, at: int, code: int, synonyms: Synonyms) -> int:
    if code < SYMBOLS:
        return 1
    return max(len(word) for word in synonyms.groups[code - SYMBOLS] if text.startswith(word, at))


def _stretches(found: Alignment, mine: _Surface, theirs: _Surface, vetoed: tuple[str, str] | None) -> Iterator[Stretch]:
    covered = np.zeros(len(theirs.words), np.bool_)
    gaps = {gap.first_one: gap for gap in found.gaps}
    done = 0
    for start, end, shift in zip(found.starts.tolist(), found.ends.tolist(), found.shifts.tolist(), strict=True):
        gap = gaps.get(done)
        if gap and gap.last_one == start:
            covered[gap.first_other : gap.last_other] = True
            yield _swapped(mine.text(done, start), theirs.text(gap.first_other, gap.last_other), vetoed)
        elif start > done:
            yield Stretch(Part.ONE, mine.text(done, start), "")
        covered[start + shift : end + shift] = True
        for n in range(start, end):
            same = mine.words[n] == theirs.words[n + shift]
            surface = mine.text(n, n + 1), theirs.text(n + shift, n + shift + 1)
            yield Stretch(Part.EQUAL if same else Part.SYNONYM, *surface)
        done = end
    if done < len(mine.words) or not len(found.starts):
        yield Stretch(Part.ONE, mine.text(done, len(mine.words)), "")
    for alone, places in groupby(range(len(covered)), key=lambda n: not covered[n]):
        own = list(places)
        if alone:
            yield Stretch(Part.OTHER, "", theirs.text(own[0], own[-1] + 1))


def _swapped(one: str, other: str, vetoed: tuple[str, str] | None) -> Stretch:
    letters = [bytes(fold_batch([text]).values).decode("utf-32-le") for text in (one, other)]
    numbers = vetoed == ("", "") and all(any("0" <= c <= "9" for c in text) for text in letters)
    names = vetoed is not None and vetoed != ("", "") and vetoed == (letters[0], letters[1])
    return Stretch(Part.VETOED if numbers or names else Part.REPLACED, one, other)


def _merged(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Neighbours that both texts have are one stretch."""
    for part, some in groupby(stretches, key=lambda stretch: stretch.part):
        if part is Part.EQUAL:
            own = list(some)
            yield Stretch(part, "".join(one.one for one in own), "".join(one.other for one in own))
        else:
            yield from some


def facts(pair: Pair) -> list[tuple[str, str]]:
    """What there is to say of the pair, as rows for people."""
    told = pair.judgement
    equated = sorted({(_bare(one.one), _bare(one.other)) for one in pair.stretches if one.part is Part.SYNONYM})
    return [
        ("outcome", pair.verdict),
        ("jaccard", f"{told.jaccard:.3f} of the shingles of both"),
        ("containment", f"{told.containment:.3f} of the shorter text's shingles"),
        ("new", f"{told.new:.3f} of A is not in B"),
        ("direction", f"{told.direction}{', fuller' if told.fuller else ''}"),
        ("numbers", "too few to tell" if told.numbers is None else f"{told.numbers:.2f} of the smaller set in common"),
        ("veto", str(told.veto) or "none"),
        ("synonyms", " · ".join(f"{one}={other}" for one, other in equated) or "none"),
    ]


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def as_data(pair: Pair) -> dict[str, object]:
    """The pair for programs."""
    told = pair.judgement
    return {
        "outcome": pair.verdict,
        "copy": told.copy,
        "kind": str(told.kind) if told.copy else "kept",
        "direction": str(told.direction),
        "fuller": told.fuller,
        "jaccard": told.jaccard,
        "containment": told.containment,
        "new": told.new,
        "numbers": told.numbers,
        "veto": str(told.veto) or None,
        "stretches": [{"part": str(one.part), "one": one.one, "other": one.other} for one in pair.stretches],
    }


STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.8 system-ui, sans-serif; }
h1 { font-size: 1.3rem; } table { border-collapse: collapse; }
th { text-align: left; font-weight: 600; vertical-align: top; }
th, td { padding: .1rem 1rem .1rem 0; overflow-wrap: anywhere; }
p { white-space: pre-wrap; overflow-wrap: anywhere; }
del, ins { text-decoration: none; padding: 0 .15rem; border-radius: .2rem; }
.equal { opacity: .65; }
.synonym { background: hsl(140 70% 45% / .25); } .replaced { background: hsl(45 90% 50% / .3); }
.vetoed { background: hsl(0 85% 55% / .4); font-weight: 600; }
.one { background: hsl(210 80% 55% / .25); } .other { background: hsl(280 70% 60% / .25); }
del::after { content: "→"; opacity: .5; } del.one::after { content: ""; }
"""
LEGEND = (
    (Part.EQUAL, "in both"),
    (Part.SYNONYM, "other words that count as one"),
    (Part.REPLACED, "A → B"),
    (Part.VETOED, "A → B, and why they are two"),
    (Part.ONE, "in A alone"),
    (Part.OTHER, "in B alone"),
)


def as_html(pair: Pair, one: str, other: str) -> str:
    """One HTML file that shows the pair; `one` and `other` say where the texts came from."""
    soup, body = new_page(f"taoxi explain: A {one} · B {other}", STYLE)
    add_table(soup, body, facts(pair))
    legend = add(soup, body, "p")
    for part, told in LEGEND:
        add(soup, legend, "span", told, class_=str(part))
        legend.append(" · ")
    text = add(soup, body, "p")
    for stretch in pair.stretches:
        if stretch.part is Part.EQUAL:
            add(soup, text, "span", stretch.one, class_=str(stretch.part))
            continue
        if stretch.one:
            add(soup, text, "del", stretch.one, class_=str(stretch.part))
        if stretch.other:
            add(soup, text, "ins", stretch.other, class_=str(stretch.part))
    return str(soup)
