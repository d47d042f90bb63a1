"""A run compared with the last ones: the yield fell, errors rose, a host is gone. DATASET/runs.jsonl remembers the runs.

And what needs no comparison: many pages show one text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from pipelines.dataset import Version
from pipelines.dataset.rows import SIGHTINGS

FILE = "runs.jsonl"
REMEMBERED = 5  # earlier runs that count: of a host, those that asked it
READ_BACK = (
    200  # the lines of the file that are read: between two crawls of everything there may be many of what is due
)
LEAST_RUNS = 3  # earlier runs before shares are compared: a second run often sees lists alone
LEAST_PAGES = 20  # of a run whose shares are compared
YIELD_FELL = 0.5  # kept pages among all, of the earlier runs' median
LEAST_ERRORS, ERRORS_ROSE = 0.1, 3.0  # of requests, and of the earlier runs' median
LEAST_ALIKE, ALIKE = 20, 0.1  # pages that show one text; share of those that show any
LEAST_GONE = 3  # requests of a run of what is due, which may ask a host for one page alone, and that page fails


@dataclass(frozen=True, slots=True)
class Run:
    """One run's counts; `hosts`: host → pages that it answered with, and requests that failed.

    `due`: it asked for what was due alone, and kept what had changed.
    """

    run: str
    pages: int
    kept: int
    errors: int
    hosts: dict[str, tuple[int, int]] = field(default_factory=dict)
    due: bool = False

    @property
    def share_kept(self) -> float:
        return self.kept / self.pages if self.pages else 0.0

    @property
    def share_failed(self) -> float:
        return self.errors / max(1, self.pages + self.errors)


def alarms(run: Run, before: Sequence[Run]) -> list[str]:
    """What is worse than in the runs before, in words; none where all is well, or too little is known to say."""
    return [*_yield_fell(run, before), *_errors_rose(run, before), *_gone(run, before)]


def _yield_fell(run: Run, before: Sequence[Run]) -> list[str]:
    fair = _fair([one for one in before if not one.due])
    if run.due or run.pages < LEAST_PAGES or len(fair) < LEAST_RUNS:
        return []
    share, usual = run.share_kept, median(one.share_kept for one in fair)
    told = f"the yield fell: {share:.0%} of the pages were kept, {usual:.0%} in the runs before"
    return [told] if share < YIELD_FELL * usual else []


def _errors_rose(run: Run, before: Sequence[Run]) -> list[str]:
    fair = _fair(before)
    if not _fair([run]) or len(fair) < LEAST_RUNS:
        return []
    share, usual = run.share_failed, median(one.share_failed for one in fair)
    told = f"errors rose: {share:.0%} of the requests failed, {usual:.0%} in the runs before"
    return [told] if share >= max(LEAST_ERRORS, ERRORS_ROSE * usual) else []


def _fair(runs: Sequence[Run]) -> list[Run]:
    """The last ones with requests enough to compare their shares."""
    return [one for one in runs if one.pages + one.errors >= LEAST_PAGES][-REMEMBERED:]


def _gone(run: Run, before: Sequence[Run]) -> list[str]:
    found = []
    for host, (pages, failed) in sorted(run.hosts.items()):
        answered = max([one.hosts[host][0] for one in before if host in one.hosts][-REMEMBERED:], default=0)
        if not pages and answered and failed >= (min(LEAST_GONE, answered) if run.due else 1):
            told = f"{host} is gone: none of {failed} requests was answered, it answered in the runs before"
            found.append(told)
    return found


def one_text(commit: Version) -> list[str]:
    """Where many of the commit's pages show one text, what is told of it: a wall may stand under any number of URLs.

    Each of them is kept, or a copy of one that is, so neither yield nor rejects tell.
    """
    pages: Counter[str] = Counter()
    first: dict[str, str] = {}
    for batch in commit.batches(SIGHTINGS, ["url", "kept_id"]) if SIGHTINGS in commit.tables else ():  # all may be held
        for row in batch.to_pylist():
            if row["kept_id"] is not None:
                pages[row["kept_id"]] += 1
                first.setdefault(row["kept_id"], row["url"])
    return [
        f"one text: {number} of {pages.total()} pages show what {first[text]} shows"
        for text, number in pages.most_common()
        if number >= max(LEAST_ALIKE, ALIKE * pages.total())
    ]


def read_runs(dataset: Path) -> list[Run]:
    """The last runs, the earliest first; a line that cannot be read is left out."""
    try:
        lines = (dataset / FILE).read_text("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return []
    return [run for line in lines[-READ_BACK:] if (run := _run(line))]


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
