"""`taoxi build`: a dataset anew from captures, folders and files of any kind that can be read."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.cli.console import (
    add_force_argument,
    add_output_argument,
    add_privacy_arguments,
    add_templates_argument,
    add_topic_argument,
    count,
    counts_told,
    dataset_path,
    say,
    tell_parts,
    tracked,
)
from crawler.inherited import Inherited
from crawler.learned import synonyms_for, templates_for, topic_for
from crawler.privacy import Told, keep_key, privacy_for
from crawler.state import read_state
from pipelines import engine, recipe
from pipelines.dataset import Dataset, Manifest, measured
from pipelines.dataset.deciding import entries
from pipelines.dataset.documentation import document
from pipelines.dataset.privacy import private
from pipelines.dataset.staging import Staged
from pipelines.dedup.synonyms import Synonyms
from pipelines.errors import ConfigurationError
from pipelines.model import Outcome, Reason, Rejected
from pipelines.parts.holding import Holding
from pipelines.personal.privacy import Privacy
from pipelines.report.quality import Quality, quality_of, told
from pipelines.sources import is_folder, read, segments
from pipelines.templates import Templates
from pipelines.topic import Topic

EXAMPLE = "  taoxi build laws --from captures/*.warc.gz saved-pages/ notes.jsonl --processes 4"
INHERITED = "what its own rows and those of the datasets among PATH were made with, where they agree"
FAILURES = (Reason.UNREADABLE, Reason.DAMAGED, Reason.FAULT)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a name under the output folder, or a path")
    parser.add_argument(
        "--from",
        dest="sources",
        metavar="PATH",
        type=Path,
        nargs="+",
        action="extend",
        help="WARC, WET, Parquet, JSON Lines, HTML, text; folders; a dataset (default: what it was made from)",
    )
    cores = os.cpu_count() or 1
    parser.add_argument("--processes", type=count, default=cores, metavar="N", help=f"workers (default: {cores})")
    add_templates_argument(parser, otherwise=INHERITED)
    add_topic_argument(parser, otherwise=INHERITED)
    parser.add_argument(
        "--synonyms",
        metavar="FILE|package|none",
        help=f"words that count as one where copies are told, of taoxi learn synonyms (default: {INHERITED})",
    )
    add_privacy_arguments(parser)
    parser.add_argument(
        "--obey-opt-outs",
        action=argparse.BooleanOptionalAction,
        help="reject pages that say noindex, noarchive, noai or tdm-reservation (default: as the datasets were"
        " made; files of others obey); the manifest records it",
    )
    add_force_argument(parser)
    add_output_argument(parser)
    parser.add_argument("--dry-run", action="store_true", help="clean and count, write nothing")
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON object on standard output")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build found, for people and programs."""

    dataset: str
    dry_run: bool
    pages: int
    documents: int
    duplicates: int
    rejects: dict[str, int]  # reason → pages
    removed: int
    masked: dict[str, int]  # kind of personal data → pieces
    content_id: str
    quality: Quality | None  # of the documents; None where nothing was written
    in_parts: dict[str, int]  # articles over several pages: joined; incomplete and early ones of these
    unchanged: int  # later visits that found their page as it was
    held: int  # pages that wait for other parts, until the dataset's interrupted crawl goes on


def run(args: argparse.Namespace) -> int:
    """The dataset holds the rows of these sources and nothing else; 1 where some of them could not be read."""
    dataset = Dataset(dataset_path(args.dataset, args.output))
    sources = sources_of(dataset, args.sources)
    others = tuple(path for path in args.sources or () if _is_dataset(path))
    inherited = Inherited([dataset, *map(Dataset, others)])
    templates = templates_for(args.templates, inherited)
    topic = topic_for(args.topic, inherited)
    synonyms = synonyms_for(args.synonyms, inherited)
    told = Told(args.mask_personal, args.hash_names)
    privacy = privacy_for(dataset.path, told, inherited.privacy(told), others)
    reasons: Counter[Reason] = Counter()
    obeys = inherited.obeys() if args.obey_opt_outs is None else args.obey_opt_outs
    clean = partial(recipe.clean_many, templates=templates, topic=topic, obeys=obeys)
    outcomes = tracked(engine.run(read(sources), clean=clean, processes=args.processes), "pages")
    holding = Holding(
        ended=args.sources is not None or _has_ended(dataset),
        stages=recipe.recipe(templates, topic, obeys),
        watch=partial(_counted, reasons=reasons),
    )
    if args.dry_run:
        done: Staged | Manifest = measured(
            private(entries(outcomes, holding=holding, forgotten=dataset.is_forgotten(), synonyms=synonyms), privacy)
        )
    else:
        done = _built(
            dataset, sources, outcomes, templates, topic, synonyms, privacy, holding, obeys=obeys, force=args.force
        )
    _tell(_summary(dataset, args.dry_run, done, reasons, holding), as_json=args.json)
    return int(any(reasons[reason] for reason in FAILURES))


def _has_ended(dataset: Dataset) -> bool:
    """Whether nothing more is to come to the dataset's own captures: its last crawl was not interrupted."""
    last = read_state(dataset.path)
    return last is None or last.finished


def _built(
    dataset: Dataset,
    sources: list[Path],
    outcomes: Iterable[Outcome],
    templates: Templates,
    topic: Topic,
    synonyms: Synonyms,
    privacy: Privacy,
    holding: Holding,
    *,
    obeys: bool,
    force: bool,
) -> Manifest:
    now = datetime.now(UTC)
    with dataset.locked("build", now):
        keep_key(dataset.path, privacy)
        manifest = dataset.replace(
            outcomes,
            now=now,
            kind="build",
            segments=segments(sources, dataset.captures),
            recipe=recipe.fingerprint(templates, topic, obeys),
            templates=templates,
            topic=topic,
            privacy=privacy,
            synonyms=synonyms,
            holding=holding,
            obeys=obeys,
            force=force,
        )
        document(dataset.version())
        return manifest


def sources_of(dataset: Dataset | None, told: list[Path] | None) -> list[Path]:
    """The files and folders to read; a dataset among them stands for what it was made from."""
    if told is None and dataset is not None:
        sources = dataset.sources()
        if not sources:
            raise ConfigurationError("holds no captures to build from", where=str(dataset.path), hint="use --from PATH")
        return sources
    told = told or []
    if not any(map(os.path.lexists, told)):
        raise ConfigurationError("no such file or folder", where=", ".join(map(str, told)))
    return [file for path in told for file in (Dataset(path).sources() if _is_dataset(path) else [path])]


def _is_dataset(path: Path) -> bool:
    return is_folder(path / "captures") and is_folder(path / "manifests")


def _counted(outcomes: Iterable[Outcome], reasons: Counter[Reason]) -> Iterator[Outcome]:
    for outcome in outcomes:
        if isinstance(outcome.result, Rejected):
            reasons[outcome.result.reason] += 1
        yield outcome


def _summary(
    dataset: Dataset, dry_run: bool, done: Manifest | Staged, reasons: Counter[Reason], holding: Holding
) -> Summary:
    rows = done.rows
    pages = rows["documents"] + rows["duplicates"] + rows["rejects"]
    unchanged = rows["sightings"] - pages
    reasons[Reason.UNCHANGED] -= unchanged
    return Summary(
        dataset=str(dataset.path),
        dry_run=dry_run,
        pages=pages + unchanged + len(holding.held),
        documents=rows["documents"],
        duplicates=rows["duplicates"],
        rejects={str(reason): reasons[reason] for reason in Reason if reasons[reason]},
        unchanged=unchanged,
        removed=rows["removed"],
        masked=dict(done.masked),
        content_id=done.content_id,
        quality=None if dry_run else quality_of(dataset),
        in_parts=dict(holding.counts),
        held=len(holding.held),
    )


def _tell(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(asdict(summary), ensure_ascii=False) + "\n")
        return
    joined = summary.rejects.pop(Reason.JOINED, 0)  # no rejects to people
    reasons = counts_told(summary.rejects)
    say(f"pages       {summary.pages:>9,}")
    say(f"kept        {summary.documents:>9,}")
    say(f"duplicates  {summary.duplicates:>9,}")
    say(f"rejected    {sum(summary.rejects.values()):>9,}" + (f"  ({reasons})" if reasons else ""))
    if joined:
        say(f"joined      {joined:>9,}  (parts of {summary.in_parts['joined']:,} articles, beside their first pages)")
    if summary.unchanged:
        say(f"unchanged   {summary.unchanged:>9,}  (visits that found their page as it was)")
    if summary.masked:
        say(f"masked      {sum(summary.masked.values()):>9,}  ({counts_told(summary.masked)})")
    for name, value in told(summary.quality) if summary.quality else ():
        say(f"{name:<11} {value}")
    tell_parts(summary.in_parts, summary.held)
    say(f"content id  {summary.content_id}")
    say("nothing was written (--dry-run)" if summary.dry_run else f"dataset     {summary.dataset}")
