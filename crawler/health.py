"""A run compared with the last ones: the yield fell, errors rose, a host is gone. DATASET/runs.jsonl remembers the runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

FILE = "runs.jsonl"
REMEMBERED = 5  # earlier runs that count
LEAST_RUNS = 3  # earlier runs before shares are compared: a second run often sees lists alone
LEAST_PAGES = 20  # of a run whose shares are compared
YIELD_FELL = 0.5  # kept pages among all, of the earlier runs' median
LEAST_ERRORS, ERRORS_ROSE = 0.1, 3.0  # of requests, and of the earlier runs' median


@dataclass(frozen=True, slots=True)
class Run:
    """One run's counts; `hosts`: host → pages that it answered with, and requests that failed."""

    run: str
    pages: int
    kept: int
    errors: int
    hosts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def share_kept(self) -> float:
        return self.kept / self.pages if self.pages else 0.0

    @property
    def share_failed(self) -> float:
        return self.errors / max(1, self.pages + self.errors)


def alarms(run: Run, before: Sequence[Run]) -> list[str]:
    """What is worse than in the runs before, in words; none where all is well, or too little is known to say."""
    before = before[-REMEMBERED:]
    return [*_shares(run, before), *_gone(run, before)]


def _shares(run: Run, before: Sequence[Run]) -> list[str]:
    fair = [one for one in before if one.pages + one.errors >= LEAST_PAGES]
    if len(fair) < LEAST_RUNS or run.pages + run.errors < LEAST_PAGES:
        return []
    found = []
    kept, failed = median(one.share_kept for one in fair), median(one.share_failed for one in fair)
    if run.pages >= LEAST_PAGES and run.share_kept < YIELD_FELL * kept:
        found.append(f"the yield fell: {run.share_kept:.0%} of the pages were kept, {kept:.0%} in the runs before")
    if run.share_failed >= max(LEAST_ERRORS, ERRORS_ROSE * failed):
        found.append(f"errors rose: {run.share_failed:.0%} of the requests failed, {failed:.0%} in the runs before")
    return found


def _gone(run: Run, before: Sequence[Run]) -> list[str]:
    answered = {host for one in before for host, (pages, _) in one.hosts.items() if pages}
    return [
        f"{host} is gone: none of {failed} requests was answered, it answered in the runs before"
        for host, (pages, failed) in sorted(run.hosts.items())
        if failed and not pages and host in answered
    ]


def read_runs(dataset: Path) -> list[Run]:
    """The last runs, the earliest first; a line that cannot be read is left out."""
    try:
        lines = (dataset / FILE).read_text("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return []
    return [run for line in lines[-4 * REMEMBERED :] if (run := _run(line))]


def _run(line: str) -> Run | None:
    try:
        told: dict[str, Any] = json.loads(line)
        hosts = {host: (int(pages), int(failed)) for host, (pages, failed) in told.pop("hosts").items()}
        return Run(**told, hosts=hosts)
    except (ValueError, TypeError, KeyError, AttributeError):  # torn by a full disk, or of another version
        return None


def remember(dataset: Path, run: Run) -> None:
    """The run is the last line of the file."""
    with (dataset / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
