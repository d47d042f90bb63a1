"""Synonyms: words that a spinner swaps for each other, as a table with an id, and texts with one symbol for each group.

On disk the table is JSON that people can read and edit, the same bytes for the same content:

    {"groups": [["使用者", "用户"], ["办法", "方式", "方法"]], "version": 1}

`taoxi learn synonyms` writes it from pairs of copies that the pipeline itself has verified. The id is a hash of its bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.dedup.ragged import Ragged
from pipelines.durable import write_whole
from pipelines.errors import ConfigurationError

VERSION = 1
SYMBOLS = 0xF0000  # the first group's symbol, of a private plane: no folded text has such characters
MOST_GROUPS = 0xFFFD
PACKAGED = "learned/synonyms.json"

_SLOT_BITS = 22
_FIRST = np.uint32(0x9E3779B1)
_BASE = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Synonyms:
    """Groups of words that count as one. Two tables of one id are the same."""

    groups: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def text(self) -> str:
        """The table as it stands on disk, a group a line."""
        lines = ",\n".join("  " + json.dumps(group, ensure_ascii=False) for group in self.groups)
        return f'{{\n "version": {VERSION},\n "groups": [\n{lines}\n ]\n}}\n'

    @cached_property
    def id(self) -> str:
        """16 hex digits; "" of the empty table."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16] if self.groups else ""

    @cached_property
    def of_word(self) -> Mapping[str, int]:
        """Each word's group."""
        return {word: n for n, group in enumerate(self.groups) for word in group}

    @cached_property
    def _table(self) -> _Words:
        return _Words(self.of_word)

    def replace(self, texts: Ragged[np.uint32]) -> Ragged[np.uint32]:
        """The folded texts with one symbol for each word of a group: from the left, the longest word first."""
        if not self.groups or not len(texts.values):
            return texts
        return self._table.replace(texts)

    def __repr__(self) -> str:
        return f"Synonyms({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Synonyms) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


NO_SYNONYMS = Synonyms()


class _Words:
    """The words as arrays, found by their first two characters: a slot of a table leads to a pair, a pair to its words."""

    def __init__(self, of_word: Mapping[str, int]) -> None:
        pairs = sorted({word[:2] for word in of_word})
        self.codes = np.array([[0, 0], *([ord(c) for c in pair] for pair in pairs)], np.uint32)
        self.slots, self.multiplier = _slots(self.codes)
        number = {pair: n for n, pair in enumerate(pairs, start=1)}
        self.symbol = np.zeros(len(self.codes), np.uint32)  # of the word that the pair itself is
        self.begins = np.zeros(len(self.codes), np.bool_)  # a longer word
        self.thirds = np.zeros(0x110000, np.bool_)  # characters that stand third in a word
        by_length: dict[int, list[tuple[str, int]]] = {}
        for word, group in of_word.items():
            if len(word) == 2:
                self.symbol[number[word]] = SYMBOLS + group
            else:
                self.begins[number[word[:2]]] = True
                self.thirds[ord(word[2])] = True
                by_length.setdefault(len(word), []).append((word, group))
        self.longer = {length: _sorted_words(by_length[length], length) for length in sorted(by_length, reverse=True)}

    def replace(self, texts: Ragged[np.uint32]) -> Ragged[np.uint32]:
        at, lengths, symbols = self._found(texts)
        if not len(at):
            return texts
        stand = _leftmost(at, lengths)
        at, lengths, symbols = at[stand], lengths[stand], symbols[stand]
        codes = texts.values.copy()
        codes[at] = symbols
        keep = np.ones(len(codes), np.bool_)
        keep[at + 1] = False
        for n in range(2, int(lengths.max())):
            keep[(at + n)[lengths > n]] = False
        return Ragged(codes, texts.offsets).where(keep)

    def _found(self, texts: Ragged[np.uint32]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.uint32]]:
        """Where words begin, in order, with the longest word that begins there and its symbol."""
        codes = texts.values
        pairs = self.slots.take(_slot(codes[:-1], codes[1:], self.multiplier), mode="wrap")
        rims = texts.offsets[1:-1] - 1  # a pair may not run from one text into the next
        pairs[rims[(rims >= 0) & (rims < len(pairs))]] = 0
        at = (pairs != 0).nonzero()[0]
        pairs = pairs.take(at)
        true = (self.codes[:, 0].take(pairs) == codes.take(at)) & (self.codes[:, 1].take(pairs) == codes.take(at + 1))
        at, pairs = at[true], pairs[true]
        symbols = self.symbol.take(pairs)
        lengths = np.where(symbols, 2, 0)
        open_ = (self.begins.take(pairs)).nonzero()[0]
        open_ = open_[self.thirds.take(codes.take(at[open_] + 2, mode="clip"))]
        for length, (hashes, of_hash) in self.longer.items():
            fits = open_[at[open_] + length <= len(codes)]
            sought = _hashes(codes, at[fits], length)
            place = np.minimum(hashes.searchsorted(sought), len(hashes) - 1)
            hit = (hashes[place] == sought) & (lengths[fits] <= 2)
            inside = texts.offsets[texts.offsets.searchsorted(at[fits[hit]], "right")] >= at[fits[hit]] + length
            lengths[fits[hit][inside]] = length
            symbols[fits[hit][inside]] = of_hash[place[hit][inside]]
        found = lengths > 0
        return at[found], lengths[found], symbols[found]


def _slots(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.uint16], np.uint32]:
    """A table from slots to rows of `codes`, and the multiplier by which no two rows share a slot; slot 0 is free."""
    for turn in range(1000):
        multiplier = np.uint32((0x9E3779B1 + 2 * turn * 0x85EBCA6B) & 0xFFFFFFFF | 1)
        where = _slot(codes[1:, 0], codes[1:, 1], multiplier)
        if len(np.unique(where)) == len(where):
            table = np.zeros(1 << _SLOT_BITS, np.uint16)
            table[where] = np.arange(1, len(codes))
            return table, multiplier
    raise ValueError("too many words")


def _slot(
    first: npt.NDArray[np.uint32], second: npt.NDArray[np.uint32], multiplier: np.uint32
) -> npt.NDArray[np.uint32]:
    slots = first * _FIRST
    slots += second
    slots *= multiplier
    slots >>= np.uint32(32 - _SLOT_BITS)
    return slots


def _sorted_words(words: list[tuple[str, int]], length: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    codes = np.array([[ord(c) for c in word] for word, _ in words], np.uint32)
    hashes = _hashes(codes.ravel(), np.arange(len(words)) * length, length)
    order = np.argsort(hashes)
    return hashes[order], np.array([SYMBOLS + group for _, group in words], np.uint32)[order]


def _hashes(codes: npt.NDArray[np.uint32], at: npt.NDArray[Any], length: int) -> npt.NDArray[np.uint64]:
    hashes = np.zeros(len(at), np.uint64)
    for n in range(length):
        hashes *= _BASE
        hashes += codes[at + n]
    return hashes


def _leftmost(at: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which words stand when one reads from the left and skips what begins inside the word before."""
    ends = at + lengths
    reach = np.maximum.accumulate(ends)
    heads = np.ones(len(at), np.bool_)
    heads[1:] = at[1:] >= reach[:-1]  # nothing before reaches so far
    stand = heads.copy()
    after = at.searchsorted(ends)  # the first word behind each
    now = (heads).nonzero()[0]
    while len(now):
        now = after[now]
        now = now[now < len(at)]
        now = now[~stand[now]]
        stand[now] = True
    return stand


@lru_cache(maxsize=4)
def parse(text: str, where: str = "synonyms") -> Synonyms:
    """The table in this text. Raises ConfigurationError where it is none that this version can read."""
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"version {told['version']!r}, not {VERSION}")
        return of_groups(told["groups"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = "taoxi learn synonyms DATASET writes one"
        raise ConfigurationError(f"no table of synonyms ({error!r})", where=where, hint=hint) from error


def of_groups(groups: Iterable[Sequence[str]]) -> Synonyms:
    """A table of these groups, in an order of its own. Raises ValueError where a word is unfit or in two groups."""
    table = Synonyms(tuple(sorted(tuple(sorted(map(str, group))) for group in groups)))
    words = [word for group in table.groups for word in group]
    if unfit := next((word for word in words if len(word) < 2), None):
        raise ValueError(f"{unfit!r} is no word of two characters or more")
    if len(set(words)) < len(words):
        raise ValueError("a word stands twice")
    if len(table.groups) > MOST_GROUPS:
        raise ValueError(f"{len(table.groups)} groups, of {MOST_GROUPS} at most")
    return table


def read(path: Path) -> Synonyms:
    """The table in the file. Raises ConfigurationError where there is none."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("no table of synonyms (not UTF-8)", where=str(path)) from error


def write(synonyms: Synonyms, path: Path) -> None:
    """The file holds the table, whole: a reader sees what was there before, or this."""
    write_whole(path, synonyms.text)


@lru_cache(maxsize=1)
def packaged() -> Synonyms:
    """The table that stands in the package."""
    return parse(files("pipelines.tables").joinpath(*PACKAGED.split("/")).read_text("utf-8"), PACKAGED)
