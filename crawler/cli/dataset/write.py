"""Actions that write: checkout, export, compact, vacuum, migrate, forget."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from crawler.cli.console import dataset_path, say, tracked
from crawler.cli.dataset.look import opened, print_json
from crawler.frontier import recovery
from crawler.state import read_state
from pipelines.dataset import Dataset, maintenance
from pipelines.dataset import export as forms
from pipelines.dataset.documentation import document
from pipelines.dataset.forgetting import doomed
from pipelines.dataset.forgetting import forget as forget_all
from pipelines.dataset.rows import Entry
from pipelines.dataset.tombstones import target
from pipelines.errors import TaoxiError

T = TypeVar("T")


def checkout(args: argparse.Namespace) -> int:
    """The version's tables lie in a folder of their own."""
    version = opened(args, args.version)
    files = _written(args.out, lambda: forms.checkout(version, args.out))
    return _told(args, {"version": version.number, "files": files, "out": str(args.out)})


def export(args: argparse.Namespace) -> int:
    """The version is written in another form."""
    version = opened(args, args.version)
    if args.to == "jsonl":
        written = _written(args.out, lambda: forms.to_json_lines(version, args.out, args.table))
    else:
        written = _written(args.out, lambda: forms.FORMS[args.to](version, args.out))
    unit = "files" if args.to == "hf" else "records"
    return _told(args, {"version": version.number, unit: written, "out": str(args.out)})


def compact(args: argparse.Namespace) -> int:
    """The rows lie in few files; the version before stays until vacuum."""
    dataset, now = _dataset(args), datetime.now(UTC)
    with dataset.locked("dataset compact", now):
        before = len(dataset.version().parts)
        commit = maintenance.compact(dataset, now=now, watch=_watched("rows of pages"))
        document(dataset.version())
    return _told(args, {"version": commit.number, "files_before": before, "files": len(commit.parts)})


def migrate(args: argparse.Namespace) -> int:
    """The dataset has the current schema."""
    dataset, now = _dataset(args), datetime.now(UTC)
    with dataset.locked("dataset migrate", now):
        before = dataset.last()
        commit = maintenance.migrate(dataset, now=now, watch=_watched("rows of pages"))
        if commit is None:
            say("nothing to do: it has the current schema")
            return 0
        document(dataset.version())
    if before and before.content_id != commit.content_id:
        say(
            "the content id changed: an old dataset does not tell the order of all rows; taoxi build gives the true one"
        )
    return _told(args, {"version": commit.number, "schema": commit.schema_version, "content_id": commit.content_id})


def vacuum(args: argparse.Namespace) -> int:
    """Old snapshots are gone."""
    dataset = _dataset(args)
    with dataset.locked("dataset vacuum", datetime.now(UTC)):
        found = maintenance.vacuum(dataset, keep=args.keep, dry_run=args.dry_run)
    told = {"snapshots": len(found.snapshots), "bytes": found.bytes}
    return _told(args, told | ({"nothing_was_removed": "--dry-run"} if args.dry_run else {}))


def forget(args: argparse.Namespace) -> int:
    """The pages are gone for good."""
    targets = [target(told) for told in args.target]
    dataset, now = _dataset(args), datetime.now(UTC)
    with dataset.locked("dataset forget", now):
        found = doomed(dataset, targets)
        if not args.dry_run:
            forget_all(dataset, found, now=now, watch=_watched("rows of pages"))
            document(dataset.version())
            recovery.forget(dataset.path, lambda url, place: found.forgotten.page(url) or place in found.places)
    for path in found.elsewhere:
        say(f"not ours to rewrite, and a rebuild leaves the page out: {path}")
    if (state := read_state(dataset.path)) and state.frontier:
        say(f"{state.frontier} was not searched: its URLs go when it is emptied (redis-cli flushdb)")
    say("logs/, tables/ and copies of this dataset were not searched")
    told: dict[str, object] = {**found.rows, "captured_records": sum(map(len, found.records.values()))}
    return _told(args, told | ({"nothing_was_changed": "--dry-run"} if args.dry_run else {}))


def _dataset(args: argparse.Namespace) -> Dataset:
    opened(args)
    return Dataset(dataset_path(args.dataset, args.output))


def _written(out: Path, write: Callable[[], int]) -> int:
    try:
        return write()
    except OSError as error:
        raise TaoxiError(f"could not be written ({error.strerror or error})", where=str(out)) from error


def _watched(what: str) -> Callable[[Iterable[Entry]], Iterable[Entry]]:
    return lambda rows: tracked(rows, what)


def _told(args: argparse.Namespace, result: dict[str, object]) -> int:
    if args.json:
        print_json(result)
        return 0
    for name, value in result.items():
        say(f"{name.replace('_', ' '):<12} {format(value, ',') if isinstance(value, int) else value}")
    return 0
