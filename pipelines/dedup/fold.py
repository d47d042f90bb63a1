"""Folding: what is left of a text when its form is taken away. Equal folds are the same text for deduplication.

Every character folds by itself, so that nothing depends on what stands beside it: it is decomposed (NFKD), marks,
punctuation and white space are dropped, case, width and script are made one. Accents and vowel signs are marks.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.dedup.ragged import Ragged
from pipelines.script import OPENCC_VERSION, simplify_characters_table

FOLD_VERSION = f"taoxi-1/opencc-{OPENCC_VERSION}/unicode-{unicodedata.unidata_version}"

# Pairs that OpenCC tells apart by phrases or regions; without them every second page differs from its traditional copy.
ALSO_WRITTEN = (
    "覆复 瞭了 俱具 像象 彷仿 藉借 甦苏 揹背 暱昵 座坐 链炼 钜巨 著着 衞卫 敍叙 枱台 睪睾 痺痹 簷檐 腭颚 衹只 粧妆 糭粽"
)

CODES = npt.NDArray[np.uint32]
PLAIN_HAN = (range(0x3400, 0xA000), range(0x20000, 0x2F800), range(0x30000, 0x323B0))  # have neither case nor forms
OTHERS = (range(0x3400), range(0xA000, 0x20000), range(0x2F800, 0x2FA20))
TRADITIONAL_SHARE = 0.05  # of a text; OpenCC knows some 4,000 characters, every fifth of a traditional text
EXPANDED = 0x110000  # table values from here on are numbers of expansions


class _Table(NamedTuple):
    codes: CODES  # code point → folded code point, 0 = dropped, EXPANDED + n = expansions[n]
    expansions: list[CODES]
    lengths: npt.NDArray[np.intp]


def fold(text: str) -> str:
    """Give the folded text: simplified lower-case letters and digits only, in their order. "" where there are none.

    Idempotent; the same for NFC, NFD, NFKC and NFKD forms; blind to spaces and punctuation. Digits are never collapsed.
    """
    return fold_codes(text).tobytes().decode("utf-32-le")


def fold_codes(text: str) -> CODES:
    """Give the folded text as code points."""
    return fold_batch([text]).values


def fold_batch(texts: Sequence[str]) -> Ragged[np.uint32]:
    """Give the folded texts as code points, one row a text. Batches of some 100,000 characters fold fastest."""
    table = _table()
    raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes: CODES = table.codes.take(raw, mode="wrap")  # no code is too high; "wrap" spares numpy its second buffer
    left = np.flatnonzero(codes != 0)
    codes = codes.take(left, mode="wrap")
    offsets = left.searchsorted(np.cumsum([0, *map(len, texts)]))
    if codes.size and codes.max() >= EXPANDED:
        codes, offsets = _expand(codes, offsets, table)
    return Ragged(codes, offsets)


def content_hash(text: str) -> bytes:
    """Give 16 bytes that are the same for texts of the same fold and the same FOLD_VERSION."""
    return hash_codes(fold_codes(text))


def hash_codes(codes: CODES) -> bytes:
    """Give the content hash of a folded text."""
    digest = _seeded_digest().copy()
    digest.update(codes.astype("<u4", copy=False).data)
    return digest.digest()[:16]


@lru_cache(maxsize=1)
def _seeded_digest() -> hashlib._Hash:
    return hashlib.sha256(f"{FOLD_VERSION}\0".encode())  # on today's processors twice as fast as blake2b


def _expand(codes: CODES, offsets: npt.NDArray[np.int64], table: _Table) -> tuple[CODES, npt.NDArray[np.int64]]:
    wide = codes >= EXPANDED
    numbers = codes[wide] - EXPANDED
    lengths = np.ones(codes.size, dtype=np.int64)
    lengths[wide] = table.lengths[numbers]
    folded = np.repeat(codes, lengths)
    folded[np.repeat(wide, lengths)] = np.concatenate([table.expansions[n] for n in numbers])
    return folded, np.concatenate(([0], np.cumsum(lengths)))[offsets]


def is_traditional(texts: Sequence[str]) -> list[bool]:
    """Whether a text has more characters that are traditional alone than TRADITIONAL_SHARE of it."""
    raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    offsets = np.cumsum([0, *map(len, texts)])
    signs = np.flatnonzero(_changed().take(raw, mode="wrap")).searchsorted(offsets)
    return [bool(one) for one in np.diff(signs) > TRADITIONAL_SHARE * np.diff(offsets)]


@lru_cache(maxsize=1)
def _changed() -> npt.NDArray[np.bool_]:
    """Which code points are written otherwise in simplified texts."""
    changed = np.zeros(EXPANDED, np.bool_)
    changed[list(simplify_characters_table())] = True
    return changed


@lru_cache(maxsize=1)
def _table() -> _Table:
    codes = np.zeros(EXPANDED, dtype=np.uint32)
    simplified = dict(simplify_characters_table())
    simplified.update((ord(pair[0]), ord(pair[1])) for pair in ALSO_WRITTEN.split())
    for span in chain(PLAIN_HAN, OTHERS):
        codes[span.start : span.stop] = [code if chr(code).isalnum() else 0 for code in span]
    expansions: list[CODES] = []
    for code in chain(filter(_has_forms, chain(*OTHERS)), simplified):
        folded = _fold_character(chr(code), simplified)
        if len(folded) > 1:
            codes[code] = EXPANDED + len(expansions)
            expansions.append(np.array([ord(c) for c in folded], dtype=np.uint32))
        else:
            codes[code] = ord(folded) if folded else 0
    return _Table(codes, expansions, np.array([len(e) for e in expansions], dtype=np.intp))


def _has_forms(code: int) -> bool:
    """Whether a character may fold to another one, script aside: the other 80,000 need not be tried one by one."""
    character = chr(code)
    return not (unicodedata.is_normalized("NFKD", character) and character == character.casefold())


def _fold_character(character: str, simplified: dict[int, int]) -> str:
    """Fold one character, again and again until nothing changes: 薴 → 苧 → 苎, ϔ → ϒ → υ."""
    before = ""
    while character != before:
        before = character
        if not (character.isascii() or unicodedata.is_normalized("NFKD", character)):
            character = unicodedata.normalize("NFKD", character)
        if not character.isalnum():  # isalnum is true for the categories L* and N* alone
            character = "".join(filter(str.isalnum, character))
        character = character.casefold().translate(simplified)
    return character
