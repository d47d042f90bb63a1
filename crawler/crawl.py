"""A crawl from its options to committed rows, in this process. Scrapy's reactor runs once: so does `crawl`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
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
    templates = _templates(Dataset(folder), options, last)
    privacy = _privacy(Dataset(folder), options, last)
    topic = _topic(Dataset(folder), options, last)
    spider = AdviceSpider(start=options.start, source=options.source, like=options.like, topic=topic)
    shared: dict[str, Any] = {}
    if options.frontier:
        shared = {"shared at": public(options.frontier), "warnings": joining.warnings_of(options.frontier) or "none"}
    due = {} if options.due_within is None else {"due": recovery.due_pages(folder, time.time() + options.due_within)}
    return {
        "dataset": str(folder),
        "resumes": resumes(options, last),
        **due,
        **shared,
        "templates": templates.id or "none",
        "topic": "to be learned of the examples" if topic is None else topic.id or "none",
        "leaves out": sorted(privacy.told) or "nothing",
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
    now = partial(datetime.now, UTC)
    templates, topic = _templates(dataset, options, last), _topic(dataset, options, last)
    privacy = _privacy(dataset, options, last)

    def committed(*, ended: bool) -> Manifest | None:
        """What is captured and no row yet is one, as soon as it is known what the rows are to be about."""
        if topic is None:
            return None
        return commit(
            dataset,
            _uncommitted(dataset),
            now=now(),
            ended=ended,
            templates=templates,
            topic=topic,
            privacy=privacy,
            force=options.force,
            watch=watch_commit,
        )

    new = _new_folders(folder)
    with dataset.locked("crawl", now()), _gone_if_in_vain(dataset, new):
        if options.frontier:
            terms = joining.terms(
                starts_of(options),
                options.source,
                delay=options.delay,
                per_day=options.per_day,
                refetch=options.refetch,
            )
            refetch = options.refetch and not resumes(options, last)
            for warning in joining.join(options.frontier, *terms, refetch=refetch):
                warn(warning)
        dataset.captures.mkdir(parents=True, exist_ok=True)
        _mend(dataset, last, now().timestamp(), options.frontier)
        resumed = resumes(options, last)
        keep_key(folder, privacy)
        before = committed(ended=not resumed)
        learned.keep(folder, templates)
        state = replace(_state(dataset, options, last, now()), templates=templates.id, privacy=privacy.told, topic=None)

        def settle(found: Topic) -> None:
            """It is known what the rows are to be about, and the next run will know."""
            nonlocal topic, state
            topic, state = found, replace(state, topic=found.id)
            learned.keep_topic(folder, found)
            write_state(folder, state)

        write_state(folder, state) if topic is None else settle(topic)
        keep = last is not None and last.asked == state.asked
        known = () if options.refetch else _articles(dataset)
        begin = partial(recovery.begin, folder, state.run, keep_queue=keep, articles=known)
        begin(now=now().timestamp(), due_within=options.due_within, frontier=options.frontier)
        looked_for = {"templates": templates, "topic": topic, "settle": settle}
        reason, counts, told = run(dataset, options, state, looked_for, watch)
        manifest = committed(ended=reason in ENDED)
        write_state(folder, replace(state, finished=reason in ENDED))
        if options.frontier:
            joining.tell_articles(options.frontier, _articles(dataset))
        compared = options.checks and reason in ENDED and not options.frontier
        told["alarms"] = _compared(folder, state.run, counts, due=options.due) if compared else []
        if options.checks and manifest:
            told["alarms"] += health.one_text(Version(folder, [manifest]))
        if options.checks and not options.force:
            told["alarms"] += [breach for made in (before, manifest) if made for breach in made.forced]
    told |= {"errors": counts.errors, "waiting": counts.waiting, "pages_before": counts.pages_before}
    return CrawlResult(counts.pages, counts.kept, counts.rejected, reason, resumed, manifest, counts.visits, **told)


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


def _mend(dataset: Dataset, last: CrawlState | None, now: float, frontier: str) -> None:
    """Captures of a killed run agree with the frontier; files that are not the last run's own are not touched."""
    if last is not None:
        own = set(capture_files(dataset.captures, last.run))
        recovery.mend(dataset.path, [path for path in _uncommitted(dataset) if path in own], now, frontier)


def _state(dataset: Dataset, options: CrawlOptions, last: CrawlState | None, now: datetime) -> CrawlState:
    if last is not None and resumes(options, last):
        return last
    run = _unused_run(dataset.captures, now)
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
