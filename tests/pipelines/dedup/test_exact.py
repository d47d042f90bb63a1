"""Duplicates are decided by the earliest kept page, in any number of runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.exact import Decision, ExactLeaders, Leader

NOTHING = bytes(16)
Hashed = tuple[Leader, bytes]


def page(n: int) -> Leader:
    return Leader(f"{n:032x}", f"http://a.example/{n}")


def decided(pages: list[Hashed], kept: list[Hashed]) -> list[Decision | None]:
    leaders = ExactLeaders([(digest, leader) for leader, digest in kept], nothing=NOTHING)
    return [leaders.decide(leader, digest) for leader, digest in pages]


def test_the_earliest_kept_page_stands_for_the_later_ones() -> None:
    first, second, third = page(1), page(2), page(3)
    assert decided([(first, b"a"), (second, b"b"), (third, b"a")], []) == [None, None, Decision(first, "exact", 1.0)]


def test_empty_texts_match_nothing() -> None:
    assert decided([(page(1), NOTHING), (page(2), NOTHING)], []) == [None, None]


def test_the_same_response_read_twice_is_a_duplicate_of_itself() -> None:
    assert decided([(page(1), b"a"), (page(1), b"a")], []) == [None, Decision(page(1))]


@given(st.lists(st.sampled_from([b"a", b"b", b"c", NOTHING]), max_size=12), st.integers(0, 12))
def test_two_runs_decide_as_one(hashes: list[bytes], cut: int) -> None:
    pages = [(page(n), digest) for n, digest in enumerate(hashes)]
    whole = decided(pages, [])
    early = decided(pages[:cut], [])
    kept = [one for one, decision in zip(pages[:cut], early, strict=True) if decision is None]
    assert early + decided(pages[cut:], kept) == whole
    for one, decision in zip(pages, whole, strict=True):
        assert decision is None or (decision.kept, one[1]) in [(leader, digest) for leader, digest in pages]
