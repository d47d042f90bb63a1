"""A crawl from its options to committed rows, in this process. Scrapy's reactor runs once: so does `crawl`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import health
from crawler.capture_files import capture_files
from crawler.commit import commit
from crawler.examples import NothingLearned, texts
from crawler.frontier import joining, recovery
from crawler.frontier.redis_client import public
from crawler.learned import templates_for
from crawler.links import is_url
from crawler.options import OTHER_EXAMPLES, CrawlOptions, check, resumes, starts_of
from crawler.privacy import keep_key, privacy_for
from crawler.result import ENDED, CrawlResult, Progress, Watch
from crawler.running import run
from crawler.spiders.advice import AdviceSpider
from crawler.state import CrawlState, read_state, write_state
from pipelines.dataset import Dataset, Manifest, Version, learned
from pipelines.dataset.places import is_dataset, remove
from pipelines.dataset.privacy import require_same
from pipelines.errors import ConfigurationError
from pipelines.model import Outcome
from pipelines.personal.privacy import Privacy
from pipelines.templates import Templates
from pipelines.topic import Topic, learn

WatchCommit = Callable[[Iterable[Outcome]], Iterable[Outcome]]


def plan(folder: Path, options: CrawlOptions) -> dict[str, Any]:
    """What `crawl` would do, checked in the same way."""
    last = read_state(folder)
    options = check(options, last)
    rows = _Rows(Dataset(folder), options, last)
    spider = AdviceSpider(start=options.start, source=options.source, like=options.like, topic=rows.topic)
    shared: dict[str, Any] = {}
    if options.frontier:
        shared = {"shared at": public(options.frontier), "warnings": joining.warnings_of(options.frontier) or "none"}
    due = {} if options.due_within is None else {"due": recovery.due_pages(folder, time.time() + options.due_within)}
    return {
        "dataset": str(folder),
        "resumes": resumes(options, last),
        **due,
        **shared,
        "templates": rows.templates.id or "none",
        "topic": "to be learned of the examples" if rows.topic is None else rows.topic.id or "none",
        "leaves out": sorted(rows.privacy.told) or "nothing",
        "start": spider.start_urls,
        "hosts": sorted(spider.hosts.exact) + [f"*.{name}" for name in spider.hosts.domains],
    }


def crawl(
    folder: Path,
    options: CrawlOptions,
    *,
    watch: Watch = lambda _: None,
    watch_commit: WatchCommit = lambda outcomes: outcomes,
    warn: Callable[[str], None] = lambda _: None,
) -> CrawlResult:
    """Pages are captured and committed to the dataset in `folder`; an interrupted crawl of the same pages is resumed.

    To be called once in a process, in its main thread. Ctrl-C and SIGTERM end the crawl, not the commit.
    """
    last = read_state(folder)
    options = check(options, last)
    dataset = Dataset(folder)
    rows = _Rows(dataset, options, last)
    resumed = resumes(options, last)
    new = _new_folders(folder)
    with dataset.locked("crawl", _now()), _gone_if_in_vain(dataset, new):
        if options.frontier:
            _join(options, warn, refetch=options.refetch and not resumed)
        dataset.captures.mkdir(parents=True, exist_ok=True)
        _mend(dataset, last, options.frontier)
        keep_key(folder, rows.privacy)
        before = rows.commit(watch_commit, ended=not resumed)
        rows.begin(_state(dataset, options, last))
        recovery.begin(
            folder,
            rows.state.run,
            keep_queue=last is not None and last.asked == rows.state.asked,
            articles=() if options.refetch else _articles(dataset),
            now=_now().timestamp(),
            due_within=options.due_within,
            frontier=options.frontier,
        )
        looked_for = {"templates": rows.templates, "topic": rows.topic, "settle": rows.settle}
        reason, counts, told = run(dataset, options, rows.state, looked_for, watch)
        manifest = rows.commit(watch_commit, ended=reason in ENDED)
        write_state(folder, replace(rows.state, finished=reason in ENDED))
        if options.frontier:
            joining.tell_articles(options.frontier, _articles(dataset))
        alarms = _alarms(dataset, options, rows.state.run, reason, counts, before, manifest)
    told |= {"errors": counts.errors, "waiting": counts.waiting, "pages_before": counts.pages_before, "alarms": alarms}
    return CrawlResult(counts.pages, counts.kept, counts.rejected, reason, resumed, manifest, counts.visits, **told)


class _Rows:
    """What the rows of a run are made with, and its state; the topic is None until it is learned of the examples."""

    state: CrawlState

    def __init__(self, dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> None:
        self._dataset, self._force = dataset, options.force
        self.templates = _templates(dataset, options, last)
        self.topic = _topic(dataset, options, last)
        self.privacy = _privacy(dataset, options, last)

    def begin(self, state: CrawlState) -> None:
        """The run has this state, and the next one finds what the rows were made with."""
        learned.keep(self._dataset.path, self.templates)
        self.state = replace(state, templates=self.templates.id, privacy=self.privacy.told, topic=None)
        if self.topic is None:
            write_state(self._dataset.path, self.state)
        else:
            self.settle(self.topic)

    def settle(self, found: Topic) -> None:
        """It is known what the rows are to be about, and the next run will know."""
        self.topic, self.state = found, replace(self.state, topic=found.id)
        learned.keep_topic(self._dataset.path, found)
        write_state(self._dataset.path, self.state)

    def commit(self, watch: WatchCommit, *, ended: bool) -> Manifest | None:
        """What is captured and no row yet is one, as soon as it is known what the rows are to be about."""
        if self.topic is None:
            return None
        made_with = {"templates": self.templates, "topic": self.topic, "privacy": self.privacy}
        files = _uncommitted(self._dataset)
        return commit(self._dataset, files, now=_now(), ended=ended, force=self._force, watch=watch, **made_with)


def _now() -> datetime:
    return datetime.now(UTC)


def _join(options: CrawlOptions, warn: Callable[[str], None], *, refetch: bool) -> None:
    """The crawl is shared, on the terms that its options tell."""
    always, together = joining.terms(
        starts_of(options), options.source, delay=options.delay, per_day=options.per_day, refetch=options.refetch
    )
    for warning in joining.join(options.frontier, always, together, refetch=refetch):
        warn(warning)


def _new_folders(folder: Path) -> list[Path] | None:
    """The folders that a new dataset there brings about, itself first; None where there is a dataset already."""
    return None if is_dataset(folder) else [one for one in (folder, *folder.parents) if not one.exists()]


@contextmanager
def _gone_if_in_vain(dataset: Dataset, new: list[Path] | None) -> Iterator[None]:
    """All is as it was before where nothing could be learned of the examples of a new dataset."""
    try:
        yield
    except NothingLearned:
        if new is not None and dataset.last() is None:
            for path in list(dataset.path.iterdir()):
                remove(path)
            with suppress(OSError):  # others have put something into a new folder meanwhile
                for folder in new:
                    folder.rmdir()
        raise


def _alarms(
    dataset: Dataset,
    options: CrawlOptions,
    run: str,
    reason: str,
    counts: Progress,
    before: Manifest | None,
    manifest: Manifest | None,
) -> list[str]:
    """What is amiss with a run, and with the rows that were made before and after it."""
    if not options.checks:
        return []
    found = []
    if reason in ENDED and not options.frontier:
        found += _compared(dataset.path, run, counts, due=options.due)
    if manifest:
        found += health.one_text(Version(dataset.path, [manifest]))
    if not options.force:
        found += [breach for made in (before, manifest) if made for breach in made.forced]
    return found


def _compared(folder: Path, run: str, counts: Progress, *, due: bool) -> list[str]:
    """What is worse than in the runs before; this run is one of them from now on."""
    hosts = {one.host: (one.pages, one.errors) for one in counts.hosts if one.pages or one.errors}
    this = health.Run(run, sum(one.pages for one in counts.hosts), counts.kept, counts.errors, hosts, due)
    found = health.alarms(this, health.read_runs(folder))
    if hosts:  # a run for which nothing was due tells nothing
        health.remember(folder, this)
    return found


def _templates(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Templates:
    """The site templates of this run. Raises ConfigurationError where the dataset's rows were made with others."""
    dataset.require_current()
    lineage = dataset.lineage()
    if options.templates is None and not lineage and last is not None:
        return learned.kept(dataset.path, last.templates)
    templates = templates_for(options.templates, dataset)
    if lineage:
        learned.require_same(dataset.path, lineage[-1].templates, templates)
    return templates


def _topic(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Topic | None:
    """What the pages of this run are to be about: as the rows before, else as the examples; without any, anything.

    None where it is to be learned, as some of the examples have to be fetched. Raises ConfigurationError.
    """
    if dataset.lineage():
        return dataset.topic()
    if last is not None and last.like == options.like and last.topic is not None:
        return learned.kept_topic(dataset.path, last.topic)
    if any(map(is_url, options.like)):
        return None
    found = learn(texts(options.like))
    if options.like and not found.id:
        raise ConfigurationError("no example is an article", where=", ".join(options.like), hint=OTHER_EXAMPLES)
    return found


def _privacy(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Privacy:
    """What of people this run leaves out. Raises ConfigurationError where it is not what the rows before left out."""
    lineage = dataset.lineage()
    own = lineage[-1].privacy if lineage else last.privacy if last else {}
    privacy = privacy_for(dataset.path, options.privacy, own)
    if lineage or (last and not last.finished):
        require_same(dataset.path, own, privacy)
    return privacy


def _uncommitted(dataset: Dataset) -> list[Path]:
    captures = set(capture_files(dataset.captures))
    return [path for path in dataset.uncommitted() if path in captures]


def _mend(dataset: Dataset, last: CrawlState | None, frontier: str) -> None:
    """Captures of a killed run agree with the frontier; files that are not the last run's own are not touched."""
    if last is not None:
        own = set(capture_files(dataset.captures, last.run))
        recovery.mend(
            dataset.path, [path for path in _uncommitted(dataset) if path in own], _now().timestamp(), frontier
        )


def _state(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> CrawlState:
    if last is not None and resumes(options, last):
        return last
    run = _unused_run(dataset.captures, _now())
    frontier = ""
    if options.frontier:  # captures of several machines lie side by side in the end: their names differ
        run, frontier = f"{run}{secrets.token_hex(4)}", public(options.frontier)
    return CrawlState(run, options.start, options.source, options.like, due=options.due, frontier=frontier)


def _unused_run(captures: Path, now: datetime) -> str:
    run = now.strftime("%Y%m%dT%H%M%SZ")
    taken = {path.name.partition("-")[0] for path in capture_files(captures)}
    return run if run not in taken else now.strftime("%Y%m%dT%H%M%S%fZ")


def _articles(dataset: Dataset) -> Iterator[str]:
    """The URLs of the dataset's articles, copies and parts included; not those of articles that lack a part."""
    if dataset.lineage():
        wanted = ["url", "parts", "parts_missing"]
        for name in ("documents", "duplicates"):
            for batch in dataset.table(name, wanted).to_batches(max_chunksize=4096):
                for row in batch.to_pylist():
                    if not row["parts_missing"]:
                        yield from (row["url"], *row["parts"])
