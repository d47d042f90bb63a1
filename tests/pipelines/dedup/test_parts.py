"""The parts of the comparison: shingles, sketches, numbers, synonyms, alignment."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.alignment import align
from pipelines.dedup.fold import fold_batch, fold_codes
from pipelines.dedup.numbers import number_sets, overlap
from pipelines.dedup.ragged import Ragged
from pipelines.dedup.shingles import GRAM, gram_hashes, gram_sets, shared
from pipelines.dedup.sketch import BINS, KEY_BITS, band_keys, passage_keys, signatures
from pipelines.dedup.substitution import renamed
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, of_groups, packaged, parse, read, write
from pipelines.errors import ConfigurationError
from tests.pipelines.dedup.articles import article

TEXTS = st.lists(st.text(st.sampled_from("银行贷款a1。 "), max_size=30), max_size=8)


def shingles(text: str) -> set[str]:
    return {text[n : n + GRAM] for n in range(len(text) - GRAM + 1)}


def sets_of(texts: Sequence[str]) -> Ragged[np.uint32]:
    folded = fold_batch(texts)
    return gram_sets(folded, gram_hashes(folded.values))


def text_of(codes: np.ndarray) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le")


@given(TEXTS)
def test_a_batch_folds_as_its_texts_one_by_one(texts: list[str]) -> None:
    assert [row.tolist() for row in fold_batch(texts)] == [fold_codes(text).tolist() for text in texts]


@given(TEXTS)
def test_shingle_sets_are_those_of_each_text_alone(texts: list[str]) -> None:
    sets, folded = sets_of(texts), [text_of(row) for row in fold_batch(texts)]
    assert [len(row) for row in sets] == [len(shingles(text)) for text in folded]
    for n, row in enumerate(sets):
        assert row.tolist() == sorted(row.tolist()) == sets_of([texts[n]])[0].tolist()
        assert shared(row, sets[0]) == len(shingles(folded[n]) & shingles(folded[0]))


def test_signatures_agree_as_often_as_the_sets_are_alike() -> None:
    errors = []
    for seed in range(60):
        one, other = article(seed), article(seed + 1000)
        cut = len(one) * (seed % 10 + 1) // 11
        sets = sets_of([one, one[:cut] + other[cut:]])
        common = shared(sets[0], sets[1])
        jaccard = common / (len(sets[0]) + len(sets[1]) - common)
        signed = signatures(sets)
        errors.append(float((signed[0] == signed[1]).mean()) - jaccard)
    assert abs(float(np.mean(errors))) < 0.02  # no bias: the standard error of this mean is .005
    assert float(np.std(errors)) < 1.5 * (0.25 / BINS) ** 0.5


def test_keys_do_not_depend_on_the_batch_and_fit_their_bits() -> None:
    texts = [article(n, sentences=n + 3) for n in range(9)]
    folded = fold_batch(texts)
    hashes = gram_hashes(folded.values)
    bands, passages = band_keys(signatures(gram_sets(folded, hashes))), passage_keys(folded, hashes)
    for n, text in enumerate(texts):
        alone = fold_batch([text])
        assert band_keys(signatures(sets_of([text])))[0].tolist() == bands[n].tolist()
        assert passage_keys(alone, gram_hashes(alone.values))[0].tolist() == passages[n].tolist()
    assert max(bands.max(), passages.values.max()) < 1 << KEY_BITS


def test_a_passage_leads_from_a_part_to_the_whole() -> None:
    whole = fold_batch([article(1, sentences=40), article(1, sentences=40)[400:900]])
    keys = passage_keys(whole, gram_hashes(whole.values))
    assert set(keys[1].tolist()) <= set(keys[0].tolist())
    assert len(keys[1]) > 0


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("逾期16天欠93500元", 2), ("１２期 12期", 1), ("利率4.35%", 1), ("3次 5次", 0), ("", 0), ("2024", 1), ("12", 1)],
)
def test_numbers_of_two_digits_and_more_count_once(text: str, numbers: int) -> None:
    assert [len(row) for row in number_sets(fold_batch(["99", text, "7", "77"]))] == [1, numbers, 0, 1]


def test_numbers_disagree_where_most_differ() -> None:
    sets = number_sets(fold_batch(["11天22元33期", "11天22元44期", "55天66元77期", "88天"]))
    assert not overlap(sets[0], sets[1]).disagree
    assert overlap(sets[0], sets[2]).disagree
    assert overlap(sets[0], sets[3]).share is None


# --- synonyms


def replaced_slowly(text: str, of_word: dict[str, int]) -> list[int]:
    symbols, at = [], 0
    while at < len(text):
        found = next((text[at : at + n] for n in (4, 3, 2) if text[at : at + n] in of_word), text[at])
        symbols.append(0xF0000 + of_word[found] if len(found) > 1 else ord(found))
        at += len(found)
    return symbols


@given(st.lists(st.text(st.sampled_from("甲乙丙丁"), max_size=20), max_size=6), st.data())
def test_words_are_replaced_from_the_left_the_longest_first(texts: list[str], data: st.DataObject) -> None:
    words = data.draw(st.sets(st.text(st.sampled_from("甲乙丙丁"), min_size=2, max_size=4), max_size=8))
    table = of_groups([word] for word in words)
    got = [row.tolist() for row in table.replace(fold_batch(texts))]
    assert got == [replaced_slowly(text, dict(table.of_word)) for text in texts]


def test_a_table_is_read_as_it_was_written(tmp_path) -> None:  # type: ignore[no-untyped-def]  # a fixture of pytest
    table = of_groups([["用户", "使用者"], ["方法", "办法", "方式"]])
    write(table, tmp_path / "synonyms.json")
    assert read(tmp_path / "synonyms.json") == table
    assert table.id != NO_SYNONYMS.id == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 9, "groups": []}',
        '{"version": 1, "groups": [["a"]]}',
        '{"version": 1, "groups": [["用户", "用户"]]}',
    ],
)
def test_a_table_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no table of synonyms"):
        parse(text)


def test_the_packaged_table_is_whole_and_holds_no_product() -> None:
    table = packaged()
    assert isinstance(table, Synonyms)
    assert len(table.of_word) > 1000
    assert not [word for word in table.of_word if any(name in word for name in ("借呗", "微粒贷", "花呗", "京东金条"))]


# --- alignment


def test_alignment_finds_what_was_swapped() -> None:
    one = article(5)
    a, b = fold_codes(one), fold_codes(one.replace("用户", "使用者"))
    gaps = align(a, b).gaps
    swapped = {(text_of(a[g[0] : g[1]]), text_of(b[g[2] : g[3]])) for g in gaps}
    assert swapped == {("户", "者"), ("用户", "使用者")} or swapped == {("用户", "使用者")}


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 99))
def test_runs_say_the_same_in_both_texts_and_do_not_overlap(cut: int, other_cut: int, seed: int) -> None:
    text, strange = article(seed), article(seed + 500)
    a = fold_codes(text[:cut] + strange[:30] + text[cut:])
    b = fold_codes(text[other_cut:] + strange[40:60] + text[:other_cut])
    found = align(a, b)
    for start, end, shift in zip(found.starts, found.ends, found.shifts, strict=True):
        assert a[start:end].tolist() == b[start + shift : end + shift].tolist()
    assert (found.starts[1:] >= found.ends[:-1]).all()
    for gap in found.gaps:
        assert 0 <= gap.first_one <= gap.last_one <= len(a)
        assert 0 <= gap.first_other <= gap.last_other <= len(b)


@pytest.mark.parametrize(("one", "other"), [("", ""), ("银行", ""), ("银行贷款逾期怎么办", "天气很好适合出门散步")])
def test_texts_without_a_shared_passage_align_nowhere(one: str, other: str) -> None:
    found = align(fold_codes(one), fold_codes(other))
    assert found.shared == 0
    assert found.gaps == ()


def test_a_name_swapped_throughout_is_a_name_and_a_word_swapped_here_and_there_is_none() -> None:
    rng = random.Random(1)  # noqa: S311 -- a text, no secret
    lines = article(3, sentences=12).split("\n")
    named = [f"{line[:9]}微粒贷{line[9:]}" for line in lines]
    one = "\n".join(named)
    a = fold_codes(one)
    other_product = fold_codes(one.replace("微粒贷", "京东金条"))
    swap = renamed(a, other_product, align(a, other_product))
    assert swap is not None
    assert {swap.one, swap.other} == {"微粒贷", "京东金条"}
    some = fold_codes("\n".join(line.replace("微粒贷", "京东金条") if rng.random() < 0.4 else line for line in named))
    assert renamed(a, some, align(a, some)) is None
