"""Spawned worker processes with a bounded queue of chunks, read in the order of submission."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import TracebackType

from pipelines.engine.work import Clean, cleaned_all, started
from pipelines.errors import TaoxiError
from pipelines.model import Outcome, Page, Reason, Record, Rejected

Results = Future[list[Record | Rejected]]
DIED = Rejected(Reason.FAULT, "the worker process died", "engine")


class Pool:
    """Chunks go in by `submit` and their outcomes come out by `oldest`; leaving the context ends the workers."""

    def __init__(self, clean: Clean, processes: int) -> None:
        self._clean, self._processes = clean, processes
        self._workers = _workers(processes)
        self._flight: deque[tuple[list[Page], Results]] = deque()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        return bool(self._flight)

    @property
    def full(self) -> bool:
        return len(self._flight) > 2 * self._processes

    def submit(self, chunk: list[Page]) -> None:
        self._flight.append((chunk, self._sent(chunk)))

    def oldest(self) -> Iterator[Outcome]:
        """The outcomes of the chunk that was submitted first."""
        chunk, future = self._flight.popleft()
        try:
            results = future.result()
        except BrokenProcessPool:
            self._renew()
            results = _one_by_one(self._clean, chunk)
        return (Outcome(page, result) for page, result in zip(chunk, results, strict=True))

    def _sent(self, chunk: list[Page]) -> Results:
        try:
            return _submitted(self._workers, self._clean, chunk)
        except BrokenProcessPool as error:  # broken before its turn: told when the chunk is asked for
            failed: Results = Future()
            failed.set_exception(error)
            return failed

    def _renew(self) -> None:
        """Fresh workers; chunks that went down with the old ones are sent again."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        self._workers = _workers(self._processes)
        self._flight = deque((chunk, future if _whole(future) else self._sent(chunk)) for chunk, future in self._flight)


def _whole(future: Results) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _workers(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=started)


def _submitted(workers: ProcessPoolExecutor, clean: Clean, pages: list[Page]) -> Results:
    """Sent whole: a worker that is started for this gets all it needs to start, whenever Ctrl-C is pressed."""
    with _ctrl_c_waits():
        return workers.submit(cleaned_all, clean, pages)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Ctrl-C takes effect at the end; workers started meanwhile never see it.

    The blocked signal is what they inherit. It does not keep the signal from this process's other threads, and what any
    thread receives Python raises in the main one: there the handler has to wait too.
    """
    pressed: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number)) if is_main else None
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if pressed:
        signal.raise_signal(signal.SIGINT)


def _lone_worker(clean: Clean) -> ProcessPoolExecutor:
    workers = _workers(1)
    try:
        _submitted(workers, clean, []).result()
    except BrokenProcessPool as error:
        raise TaoxiError("worker processes cannot be started", hint="run with one process") from error
    return workers


def _one_by_one(clean: Clean, pages: list[Page]) -> list[Record | Rejected]:
    """One result a page, each page alone in a worker: the one that kills it is rejected."""
    results: list[Record | Rejected] = []
    workers = _lone_worker(clean)
    try:
        for page in pages:
            try:
                results += _submitted(workers, clean, [page]).result()
            except BrokenProcessPool:
                results.append(DIED)
                workers.shutdown(wait=True)
                workers = _lone_worker(clean)
    finally:
        workers.shutdown(wait=True, cancel_futures=True)
    return results
