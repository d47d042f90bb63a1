"""The index: greedy leaders, increments, what it refuses, and sudden death."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dedup import index as index_module
from pipelines.dedup import runs, turn
from pipelines.dedup.index import Index
from pipelines.dedup.pairs import Kind, Veto
from pipelines.dedup.synonyms import NO_SYNONYMS
from pipelines.dedup.turn import Decision
from pipelines.errors import ConfigurationError, LockedError, TaoxiError
from tests.pipelines.dedup.articles import KNOWN, Rows, article, corpus, product, spun

KILLS = 50
ROOT = Path(__file__).parents[3]


def decided(folder: Path, rows: Rows, cuts: Sequence[int] = (), batches: Sequence[int] = ()) -> list[Decision]:
    """All decisions; `cuts` end a run and its commit, `batches` a call within a run."""
    found: list[Decision] = []
    for first, last in pairwise([0, *sorted(set(cuts)), len(rows)]):
        with Index(folder, KNOWN) as index:
            bounds = [first, *sorted({n for n in batches if first < n < last}), last]
            for start, end in pairwise(bounds):
                found += index.decide(rows[start:end])
            index.commit()
    return found


def test_a_copy_is_compared_with_kept_texts_only_and_the_earliest_stands_for_it(tmp_path: Path) -> None:
    parts = [article(n, sentences=24) for n in (1, 2)]
    bridge = parts[0][:500] + parts[1][:500]
    rows: Rows = [("a", parts[0]), ("bridge", bridge + "甲"), ("b", parts[1]), ("a again", parts[0] + "乙")]
    kept = {one.id: one.kept_id for one in decided(tmp_path, rows)}
    assert kept["a again"] == "a"
    assert kept["b"] in {"b", "bridge"}
    assert all(kept[leader] == leader for leader in kept.values())


def test_texts_without_a_letter_are_kept_and_lead_nothing(tmp_path: Path) -> None:
    rows: Rows = [("1", ""), ("2", None), ("3", "。。"), ("4", "\ud800")]
    assert [one.kept_id for one in decided(tmp_path, rows)] == ["1", "2", "3", "4"]


def test_short_texts_are_compared_by_their_hash_alone(tmp_path: Path) -> None:
    rows: Rows = [("1", "借款合同纠纷一审"), ("2", "借款合同纠纷一审。"), ("3", "借款合同纠纷二审")]
    assert [one.kept_id for one in decided(tmp_path, rows)] == ["1", "1", "3"]


def test_a_traditional_copy_is_told_as_such(tmp_path: Path) -> None:
    plain, traditional = (
        "银行贷款逾期后会产生罚息，影响个人征信记录" * 4,
        "銀行貸款逾期後會產生罰息，影響個人徵信記錄" * 4,
    )
    kinds = [one.kind for one in decided(tmp_path, [("1", plain), ("2", traditional), ("3", plain + "！")])]
    assert kinds == [Kind.KEPT, Kind.SCRIPT, Kind.EXACT]


def test_a_copy_of_a_copy_has_the_same_leader_and_measures(tmp_path: Path) -> None:
    text = article(4)
    rows: Rows = [("1", text), ("2", spun(text)), ("3", spun(text) + "！")]
    found = decided(tmp_path, rows, cuts=[2])
    assert found[2].kept_id == "1"
    assert found[2].kind is Kind.SPUN
    assert found[2].judgement == found[1].judgement


def test_a_look_alike_is_named_with_the_veto(tmp_path: Path) -> None:
    rows: Rows = [
        ("1", product("微粒贷", [115, 36, 990, 412, 87], 7)),
        ("2", product("微粒贷", [230, 54, 120, 777, 65], 7)),
    ]
    one = decided(tmp_path, rows)[1]
    assert (one.kept_id, one.kind, one.look_alike) == ("2", Kind.KEPT, "1")
    assert one.judgement is not None
    assert one.judgement.veto is Veto.NUMBERS


def test_a_run_that_is_repeated_keeps_what_it_kept(tmp_path: Path) -> None:
    rows = corpus(3, 60)
    assert [(d.id, d.kept_id) for d in decided(tmp_path, rows)] == [(d.id, d.kept_id) for d in decided(tmp_path, rows)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 119), max_size=8), st.lists(st.integers(1, 119), max_size=8))
def test_increments_decide_as_one_run(seed: int, cuts: list[int], batches: list[int]) -> None:
    rows = corpus(seed, 120)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert decided(Path(one), rows, cuts, batches) == decided(Path(other), rows)


def test_increments_decide_as_one_run_where_buckets_are_full_and_runs_lie_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "LARGEST_BUCKET", 3)
    monkeypatch.setattr(turn, "COMMON", 2)
    monkeypatch.setattr(turn, "MOST_CANDIDATES", 4)
    monkeypatch.setattr(runs, "IN_MEMORY", 100)
    monkeypatch.setattr(runs, "AT_A_TIME", 64)
    monkeypatch.setattr("pipelines.dedup.kept.MOST_CHARACTERS", 2000)
    rows: Rows = [
        (str(n), product("微粒贷", [n * 7 + 100 + k * 13 for k in range(6)], seed=n % 2)) for n in range(60)
    ] + corpus(8, 120)
    whole = decided(tmp_path / "whole", rows)
    for step in (1, 7, 50):
        cuts = range(step, len(rows), step) if step > 1 else range(40, 80)
        assert decided(tmp_path / f"by-{step}", rows, cuts) == whole
    with Index(tmp_path / "whole") as index:
        assert index.oversized > 0


def test_many_copies_of_one_text_take_no_longer_each(tmp_path: Path) -> None:
    text = article(1)
    rows: Rows = [(str(n), text + "。" * (n % 3)) for n in range(20_000)]
    found = decided(tmp_path, rows)
    assert {one.kept_id for one in found} == {"0"}
    with Index(tmp_path) as index:
        assert index.count == 1


def test_an_index_of_another_version_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(tmp_path, corpus(1, 20))
    monkeypatch.setitem(index_module.VERSIONS, "sketch", "oph-9")
    with pytest.raises(ConfigurationError, match=r"another version \(sketch.*\n.*remove the folder"):
        Index(tmp_path)


def test_an_index_keeps_its_synonyms(tmp_path: Path) -> None:
    decided(tmp_path, corpus(1, 20))
    with pytest.raises(ConfigurationError, match="other synonyms"):
        Index(tmp_path, NO_SYNONYMS)
    with Index(tmp_path) as index:
        assert index.synonyms == KNOWN


def test_a_second_run_is_told_that_the_index_is_held(tmp_path: Path) -> None:
    with Index(tmp_path, KNOWN), pytest.raises(LockedError):
        Index(tmp_path, KNOWN)


@pytest.mark.parametrize("name", ["run-00000000.u64", "index.sqlite"])
def test_a_damaged_index_is_told(tmp_path: Path, name: str) -> None:
    decided(tmp_path, corpus(1, 40))
    if name.endswith("sqlite"):
        (tmp_path / name).write_bytes(b"no database, but long enough to be read as one" * 99)
    else:
        (tmp_path / name).unlink()
    with pytest.raises(TaoxiError, match=r"the index (is damaged|lacks a file).*\n.*remove the folder"):
        Index(tmp_path)


CHILD = """
import sys
from pathlib import Path
from pipelines.dedup import runs, turn
from pipelines.dedup.fold import fold
from pipelines.dedup.index import Index
from tests.pipelines.dedup.articles import KNOWN, corpus
runs.IN_MEMORY, runs.AT_A_TIME = 100, 50  # so that runs lie in files, and merges are many
rows = corpus(5, 100)
fold("a")
with Index(Path(sys.argv[1]), KNOWN) as index:
    print("ready", flush=True)
    for start in range(5 * index.commits, len(rows), 5):
        index.decide(rows[start : start + 5])
        index.commit()
"""


def test_whenever_the_process_dies_nothing_is_lost(tmp_path: Path) -> None:
    """Killed at random moments, the index goes on from its last commit, and decides as one that was never killed."""
    rows, rng = corpus(5, 100), random.Random(4)  # noqa: S311 -- moments, no secret
    whole = [(one.id, one.kept_id, one.kind) for one in decided(tmp_path / "whole", rows)]
    finished = done = 0
    for kill in range(KILLS):
        folder = tmp_path / f"index-{finished}"
        died = run_and_kill(folder, rng.uniform(0.0, 0.2))
        with Index(folder, KNOWN) as index:
            assert 5 * index.commits >= done
            done = 5 * index.commits
            assert {path.name for path in folder.glob("run-*")} == set(index._runs.files)
            again = index.decide(rows[:done]) if kill % 10 == 9 or not died else []
        assert [one.kept_id for one in again] == [kept_id for _, kept_id, _ in whole[: len(again)]]
        if done >= len(rows):
            finished, done = finished + 1, 0
    assert finished > 0


def run_and_kill(folder: Path, seconds: float) -> bool:
    """Whether the run, which goes on where the last one ended, was killed before it was done."""
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            return True
    assert child.returncode == 0
    return False
