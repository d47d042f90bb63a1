"""`taoxi dedup`: which rows of a table are copies, and of which."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from crawler.cli.console import say, tracked
from pipelines.dedup.table import mark_duplicates
from pipelines.errors import ConfigurationError

EXAMPLE = "  taoxi dedup pages.parquet -o decisions.parquet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, metavar="IN.parquet", help="a table with an id and a text column")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT.parquet", help="id, kept_id, kind, score")
    parser.add_argument("--id", default="id", metavar="COLUMN", help="the id column (default: id)")
    parser.add_argument("--text", default="text", metavar="COLUMN", help="the text column (default: text)")
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")


def run(args: argparse.Namespace) -> int:
    """The decisions are written: exact copies for now, near ones come later."""
    if not args.table.is_file():
        raise ConfigurationError("no such file", where=str(args.table))
    if not args.out.parent.is_dir():
        raise ConfigurationError("no such folder", where=str(args.out.parent))
    if args.out.resolve() == args.table.resolve():
        raise ConfigurationError("is the table itself", where=str(args.out), hint="write the decisions to another file")
    counts = mark_duplicates(
        args.table,
        args.out,
        id_column=args.id,
        text_column=args.text,
        watch=lambda batches: tracked(batches, "hashing"),
    )
    if args.json:
        sys.stdout.write(json.dumps(counts) + "\n")
    else:
        say(f"{counts['kept']} kept, {counts['exact']} exact copies: {args.out}")
    return 0
