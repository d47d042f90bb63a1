"""Actions that change nothing: schema, log, diff, verify."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from crawler.cli.console import Line, counts_told, dataset_path, print_lines, say
from pipelines.dataset import Manifest, Version, open_dataset
from pipelines.dataset.difference import Change, differences
from pipelines.dataset.maintenance import newest_first, readable
from pipelines.dataset.reading import require_table
from pipelines.dataset.schema import SCHEMA_VERSION, TABLES, about, columns
from pipelines.dataset.verification import verify as findings


def print_json(value: object) -> None:
    """One JSON value a line on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def opened(args: argparse.Namespace, version: str | None = None) -> Version:
    """The dataset's version that the arguments name."""
    return open_dataset(dataset_path(args.dataset, args.output), version)


def schema(args: argparse.Namespace) -> int:
    """The columns are on standard output."""
    if args.table:
        require_table(args.table, dataset_path("schema", None))
    tables = (args.table,) if args.table else TABLES
    if args.json:
        told = {
            name: {
                "description": about(name),
                "columns": [dict(zip(("name", "type", "description"), c, strict=True)) for c in columns(name)],
            }
            for name in tables
        }
        print_json({"schema_version": SCHEMA_VERSION, "tables": told})
        return 0
    for name in tables:
        width = max(len(column) for column, _, _ in columns(name))
        rows: list[Line] = [((name, "bold"), (f"  {about(name)}", ""))]
        rows += [
            ((f"  {column:<{width}}  ", "cyan"), (sentence, ""), (f"  {kind}", "dim"))
            for column, kind, sentence in columns(name)
        ]
        print_lines([*rows, (("", ""),)])
    return 0


def log(args: argparse.Namespace) -> int:
    """The versions are on standard output, newest first."""
    root = opened(args).root
    for commit in newest_first(root):
        told = _told(commit) | {"readable": readable(root, commit)}
        if args.json:
            print_json(told)
        else:
            print_lines([_line(commit, bool(told["readable"]))])
    return 0


def _told(commit: Manifest) -> dict[str, object]:
    told = asdict(commit)
    kept = ("number", "parent", "snapshot", "kind", "package_version", "schema_version", "recipe", "templates", "topic")
    more = ("privacy", "masked", "rows", "content_id", "in_parts", "forced")
    return {"created_at": commit.created_at.isoformat()} | {name: told[name] for name in (*kept, *more)}


def _line(commit: Manifest, is_readable: bool) -> Line:
    notes = [
        *([] if is_readable else ["vacuumed"]),
        *(f"forced: {breach}" for breach in commit.forced),
    ]
    pages = {name: commit.rows.get(name, 0) for name in ("documents", "duplicates", "rejects")}
    return (
        (f"{commit.number:>5}  ", "bold"),
        (f"{commit.created_at:%Y-%m-%d %H:%M}  {commit.kind:<8}", ""),
        (f"{'new rows' if commit.sequence else 'all rows'}: {counts_told(pages)}", ""),
        (f"  recipe {commit.recipe[:8]}  content {commit.content_id[:12]}", "dim"),
        (f"  {'; '.join(notes)}" if notes else "", "yellow"),
    )


def diff(args: argparse.Namespace) -> int:
    """The changes are on standard output, and their summary on standard error."""
    before, after = opened(args, args.a), opened(args, args.b)
    kinds: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for change in differences(before, after):
        kinds[change.kind] += 1
        rules.update({f"-{rule}": n for rule, n in change.no_longer.items()})
        rules.update({f"+{rule}": n for rule, n in change.newly.items()})
        if args.json:
            print_json({"kind": change.kind, **asdict(change)})
        elif kinds.total() <= args.most:
            print_lines([_changed(change)])
    if kinds.total() > args.most and not args.json:
        say(f"… and {kinds.total() - args.most:,} pages more (--most N, --json)")
    a, b = before.manifest, after.manifest
    for name, was, now in (
        ("recipe", a.recipe, b.recipe),
        ("templates", a.templates, b.templates),
        ("topic", a.topic, b.topic),
    ):
        if was != now:
            say(f"{name}: {was or 'none'} → {now or 'none'}")
    say(f"version {before.number} → {after.number}: {counts_told(kinds) or 'the same pages with the same texts'}")
    if rules:
        say(f"blocks removed by (+) and no longer by (-): {counts_told(rules)}")
    return 0


def _changed(change: Change) -> Line:
    where = f"{change.was} → {change.became}" if change.kind == "moved" else change.became or change.was or ""
    rules = [f"-{rule} ×{n}" for rule, n in change.no_longer.items()]
    rules += [f"+{rule} ×{n}" for rule, n in change.newly.items()]
    return (
        (f"{change.kind:<8}", {"added": "green", "gone": "red"}.get(change.kind, "yellow")),
        (f"{change.url}  {where}", ""),
        (f"  {change.why}" if change.why else "", "dim"),
        (f"  {' '.join(rules)}" if rules else "", "dim"),
    )


def verify(args: argparse.Namespace) -> int:
    """0 where all is well, 1 where something is damaged: each finding is a line on standard output."""
    version = opened_as_it_is(args)
    harmed = 0
    for finding in findings(version, captures=not args.no_captures, deep=args.deep):
        harmed += finding.harm
        if args.json:
            print_json(asdict(finding))
        else:
            style = "red" if finding.harm else "yellow"
            print_lines(
                [((f"{'damaged' if finding.harm else 'note':<8}", style), (f"{finding.where}: {finding.what}", ""))]
            )
    files = sum(part.bytes for part in version.parts)
    told = (
        f"version {version.number}: {len(version.parts):,} files, {files:,} bytes, {sum(version.rows.values()):,} rows"
    )
    say(f"{told}: {'all as it was written' if not harmed else f'{harmed:,} things are damaged'}")
    return int(harmed > 0)


def opened_as_it_is(args: argparse.Namespace) -> Version:
    """The version, be it that files of it are missing: they are to be found."""
    return open_dataset(dataset_path(args.dataset, args.output), args.version, whole=False)
