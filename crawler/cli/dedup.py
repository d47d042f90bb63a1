"""`taoxi dedup`: which rows of a table are copies, and of which."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from crawler.cli.console import counts_told, say, tracked
from pipelines.dedup import synonyms
from pipelines.dedup.table import Marked, list_paragraphs, mark_duplicates
from pipelines.errors import ConfigurationError, TaoxiError

EXAMPLE = """  taoxi dedup pages.parquet -o decisions.parquet
  taoxi dedup monday.parquet -o monday-decided.parquet --index seen/     # and later, against all that was ever kept:
  taoxi dedup tuesday.parquet -o tuesday-decided.parquet --index seen/
  duckdb -c "select * from 'pages.parquet' join 'decisions.parquet' using (id) where kind = 'kept'\""""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, metavar="IN.parquet", help="a table with an id and a text column")
    told = "id, kept_id, kind, score, direction, containment, new, fuller, numbers, veto, look_alike_id"
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT.parquet", help=told)
    parser.add_argument("--id", default="id", metavar="COLUMN", help="the id column (default: id)")
    parser.add_argument("--text", default="text", metavar="COLUMN", help="the text column (default: text)")
    parser.add_argument(
        "--index",
        type=Path,
        metavar="FOLDER",
        help="compare with all rows of earlier runs, too, and remember these (default: with this table's rows alone)",
    )
    parser.add_argument(
        "--synonyms",
        metavar="FILE|learn|package|none",
        help="words that count as one: learn them from the table's own copies, beside the package's (default), the "
        "package's alone (default with --index), or those of a file that taoxi learn synonyms wrote",
    )
    parser.add_argument("--save-synonyms", type=Path, metavar="FILE", help="write the synonyms that were used")
    parser.add_argument(
        "--paragraphs",
        type=Path,
        metavar="FILE.parquet",
        help="write the paragraphs that recur in five texts and more, most frequent first: text, documents, sites, first_id",
    )
    parser.add_argument("--site", metavar="COLUMN", help="with --paragraphs: the column that names a text's site")
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")


def run(args: argparse.Namespace) -> int:
    """The decisions are written, one a row."""
    if not args.table.is_file():
        raise ConfigurationError("no such file", where=str(args.table))
    if not args.out.parent.is_dir():
        raise ConfigurationError("no such folder", where=str(args.out.parent))
    if args.out.resolve() == args.table.resolve():
        raise ConfigurationError("is the table itself", where=str(args.out), hint="write the decisions to another file")
    if args.synonyms == "learn" and args.index:
        hint = "learn them first, taoxi learn synonyms --from TABLE -o FILE, and give --synonyms FILE"
        raise ConfigurationError("an index has one table of synonyms for all its runs", where="--synonyms", hint=hint)
    told = args.synonyms or ("package" if args.index else "learn")
    marked = mark_duplicates(
        args.table,
        args.out,
        id_column=args.id,
        text_column=args.text,
        synonyms=_synonyms(told, args),
        index=args.index,
        watch=tracked,
    )
    if args.save_synonyms:
        _save(marked, args.save_synonyms)
    _tell(marked, args)
    if args.paragraphs:
        columns = {"id_column": args.id, "text_column": args.text, "site_column": args.site}
        number = list_paragraphs(args.table, args.paragraphs, **columns)
        say(f"{number:,} paragraphs recur: {args.paragraphs}")
    return 0


def _synonyms(told: str, args: argparse.Namespace) -> synonyms.Synonyms | None:
    """None where they are to be learned, or the index has its own."""
    if told == "learn" or not args.synonyms:
        return None
    if told == "none":
        return synonyms.NO_SYNONYMS
    return synonyms.packaged() if told == "package" else synonyms.read(Path(told))


def _save(marked: Marked, path: Path) -> None:
    try:
        synonyms.write(marked.synonyms, path)
    except OSError as error:
        raise TaoxiError(f"cannot be written: {error.strerror}", where=str(path)) from error


def _tell(marked: Marked, args: argparse.Namespace) -> None:
    if args.json:
        more = {"vetoes": marked.vetoes, "oversized": marked.oversized, "synonyms": marked.synonyms.id}
        sys.stdout.write(json.dumps(marked.counts | more) + "\n")
        return
    copies = {kind: number for kind, number in marked.counts.items() if kind != "kept" and number}
    say(f"{marked.counts['kept']:,} kept, {sum(copies.values()):,} copies: {args.out}")
    if copies:
        say(f"copies: {counts_told(copies)}")
    if any(marked.vetoes.values()):
        say(f"look-alikes kept for their own: by {counts_told(marked.vetoes)}")
    words = len(marked.synonyms.of_word)
    say(f"synonyms: {words:,} words, id {marked.synonyms.id or 'none'}; learned from {marked.learned_from:,} pairs")
    if marked.oversized:
        say(
            f"{marked.oversized:,} passages stand in more texts than are compared: boilerplate, or one template's pages"
        )
