"""`taoxi learn synonyms`: words that spinners swap for each other, from the copies among many texts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.cli.console import add_output_argument, count, dataset_path, say, tracked
from pipelines.dataset.learned import place_of_synonyms
from pipelines.dedup.learning import ROUNDS, Learned, learn
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged, read, write
from pipelines.dedup.table import texts_of_tables
from pipelines.errors import ConfigurationError, TaoxiError

SUBJECT = "synonyms"
EXAMPLE = """  taoxi learn synonyms advice
  taoxi learn synonyms --from pages.parquet -o synonyms.json
  taoxi build advice --synonyms output/advice/tables/synonyms-0123456789abcdef.json
  taoxi dedup pages.parquet -o decisions.parquet --synonyms synonyms.json"""
TABLES = ("documents", "duplicates")  # of a dataset, where texts are
SHOWN = 8  # groups, for people


def add_subject(subjects: Any) -> None:
    """`taoxi learn` knows the subject."""
    told = "words that spinners swap for each other, from the copies among a dataset's texts"
    one = subjects.add_parser(
        SUBJECT,
        help=told,
        description=told,
        epilog=f"example:\n{EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("dataset", nargs="?", metavar="DATASET", help="learn from its texts, write to its folder")
    one.add_argument(
        "--from",
        dest="tables",
        metavar="TABLE.parquet",
        type=Path,
        nargs="+",
        action="extend",
        help="learn from the texts of these tables instead",
    )
    one.add_argument("--text", default="text", metavar="COLUMN", help="the text column of the tables (default: text)")
    one.add_argument("-o", "--out", type=Path, metavar="FILE", help="default: DATASET/tables/synonyms-ID.json")
    one.add_argument(
        "--base",
        default="none",
        metavar="FILE|package|none",
        help="groups to start from, which stay in the table (default: none)",
    )
    one.add_argument(
        "--rounds",
        type=count,
        default=ROUNDS,
        metavar="N",
        help="how often the texts are gone through: what was learned leads to more copies (default: %(default)s)",
    )
    add_output_argument(one)
    one.add_argument("--json", action="store_true", help="print the summary as one JSON object on standard output")


def learn_synonyms(args: argparse.Namespace) -> int:
    """The table is written; nothing is where no copies show a synonym and no file is named."""
    dataset = dataset_path(args.dataset, args.output) if args.dataset else None
    if dataset is None and not (args.tables and args.out):
        raise ConfigurationError("nothing to learn from", hint="name a DATASET, or --from TABLE… and -o FILE")
    tables = args.tables or _tables(dataset or Path())
    if missing := next((path for path in tables if not path.is_file()), None):
        raise ConfigurationError("no such file", where=str(missing))

    def texts() -> Iterator[str | None]:
        return tracked(texts_of_tables(tables, args.text), "texts")

    learned = learn(texts, _base(args.base), args.rounds)
    _tell(learned, _written(learned.synonyms, dataset, args.out), as_json=args.json)
    return 0


def _tables(dataset: Path) -> list[Path]:
    found = [path for name in TABLES for path in sorted((dataset / name).glob("*.parquet"))]
    if not found:
        raise ConfigurationError("is no dataset, or holds no rows yet", where=str(dataset))
    return found


def _base(told: str) -> Synonyms:
    if told == "none":
        return NO_SYNONYMS
    return packaged() if told == "package" else read(Path(told))


def _written(synonyms: Synonyms, dataset: Path | None, out: Path | None) -> Path | None:
    """Where the table went; an empty one is written only where a file is named."""
    target = out or (place_of_synonyms(dataset, synonyms.id) if dataset and synonyms.id else None)
    if target:
        try:
            write(synonyms, target)
        except OSError as error:
            raise TaoxiError(f"cannot be written: {error.strerror}", where=str(target)) from error
    return target


def _tell(learned: Learned, target: Path | None, *, as_json: bool) -> None:
    table = learned.synonyms
    if as_json:
        told = {
            "id": table.id or None,
            "file": str(target) if target else None,
            "words": len(table.of_word),
            "groups": len(table.groups),
            "pairs": learned.pairs,
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for group in sorted(table.groups, key=lambda group: (-len(group), group))[:SHOWN]:
        say("  " + " = ".join(group))
    say(
        f"{len(table.of_word):,} words in {len(table.groups):,} groups, from {learned.pairs:,} pairs; id {table.id or 'none'}"
    )
    say(f"written to {target}" if target else "nothing was written: no two copies show the same swap")
