"""The same outcomes in the same order on any number of processes, whatever a page does to its worker."""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.util
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.engine import CHUNK_BYTES, CHUNK_PAGES, run
from pipelines.errors import TaoxiError
from pipelines.model import Outcome, Page, Reason, Record, Rejected

HERE = Path(__file__).parent


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(HERE))  # workers import it too
    return importlib.import_module("stand_in")


def pages(count: int, special: dict[int, bytes] | None = None) -> list[Page]:
    bodies = {n: f"page {n}\nad\n".encode() for n in range(count)} | (special or {})
    return [Page(f"http://a.example/{n}", bodies[n]) for n in range(count)]


def told(outcome: Outcome) -> str:
    return outcome.result.text if isinstance(outcome.result, Record) else str(outcome.result.reason)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_outcomes_come_in_the_order_of_pages(recipe: ModuleType, processes: int) -> None:
    many = pages(5 * CHUNK_PAGES + 1, {3: b"", 9: b"x" * CHUNK_BYTES, 200: b"ad"})
    found = list(run(iter(many), clean=recipe.clean, processes=processes))
    assert [outcome.page for outcome in found] == many
    assert found == recipe.clean(many)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_clean_raises_is_a_rejection(recipe: ModuleType, processes: int) -> None:
    found = list(run(pages(3, {1: b"raise"}), clean=recipe.harmful, processes=processes))
    assert [told(outcome) for outcome in found] == ["page 0", "fault", "page 2"]
    assert found[1].result == Rejected(Reason.FAULT, "ValueError: bad page", "engine")


def test_no_page_gives_no_outcome(recipe: ModuleType) -> None:
    assert list(run([], clean=recipe.clean, processes=2)) == []


def test_a_page_that_kills_its_worker_is_rejected_and_no_other(recipe: ModuleType) -> None:
    deadly = {70: b"kill", 71: b"kill too", 200: b"kill"}
    many = pages(4 * CHUNK_PAGES, deadly)
    found = list(run(many, clean=recipe.harmful, processes=2))
    assert [outcome.page for outcome in found] == many
    died = {n for n, outcome in enumerate(found) if isinstance(outcome.result, Rejected)}
    assert died == set(deadly)
    assert found[70].result == Rejected(Reason.FAULT, "the worker process died", "engine")


def test_workers_that_cannot_start_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "only_here.py").write_text(
        "import os, multiprocessing\nif multiprocessing.parent_process():\n    os._exit(3)\n"
        "def clean(pages):\n    return pages\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    clean = importlib.import_module("only_here").clean
    with pytest.raises(TaoxiError, match="cannot be started"):
        list(run(pages(2), clean=clean, processes=2))


def test_pages_are_read_no_further_ahead_than_needed(recipe: ModuleType) -> None:
    taken = 0

    def counted() -> object:
        nonlocal taken
        for page in pages(100 * CHUNK_PAGES):
            taken += 1
            yield page

    outcomes = run(counted(), clean=recipe.clean, processes=2)  # type: ignore[arg-type]  # a generator of pages
    next(iter(outcomes))
    assert taken <= 6 * CHUNK_PAGES
    outcomes.close()  # type: ignore[attr-defined]  # a generator


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
import itertools, stand_in
from pipelines.engine import run
from pipelines.model import Page

if __name__ == "__main__":
    pages = (Page(f"http://a.example/{{n}}", b"text") for n in itertools.count())
    try:
        for n, outcome in enumerate(run(pages, clean=stand_in.clean, processes=2)):
            if n == 0:
                import multiprocessing
                print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "endless.py"
    script.write_text(textwrap.dedent(SCRIPT.format(here=str(HERE))))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            workers = [int(pid) for pid in parent.stdout.readline().split()]
            assert len(workers) == 2
            parent.send_signal(how)
            rest, _ = parent.communicate(timeout=30)
        finally:
            parent.kill()  # where it does not end by itself
    if how is signal.SIGINT:
        assert (parent.returncode, rest) == (130, "interrupted\n")
    while any(alive(pid) for pid in workers):  # the runner's own time limit ends a wait in vain
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_ctrl_c_finds_no_worker_that_is_still_starting(recipe: ModuleType) -> None:
    outcomes = list(run(pages(3), clean=recipe.tell_held_back, processes=2))
    assert {outcome.result.detail for outcome in outcomes if isinstance(outcome.result, Rejected)} == {"SIGINT"}
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_ctrl_c_while_a_worker_is_started_leaves_it_no_half_orders(
    recipe: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Pressed between a worker's start and its orders, and received by another thread, as it may be."""
    started, ended = multiprocessing.util.spawnv_passfds, threading.Event()
    other = threading.Thread(target=ended.wait)
    other.start()

    def interrupted(path: bytes, arguments: Sequence[str], kept: Sequence[int]) -> int:
        pid = started(path, arguments, kept)
        assert other.ident is not None
        signal.pthread_kill(other.ident, signal.SIGINT)
        time.sleep(0.05)
        return pid

    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(run(pages(3), clean=recipe.clean, processes=2))
    finally:
        ended.set()
        other.join()
    assert capfd.readouterr().err == ""
