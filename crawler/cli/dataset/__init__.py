"""`taoxi dataset`: look at a dataset's versions, check them, write them elsewhere, tidy up, forget pages."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.cli.console import add_output_argument, count

EXAMPLE = """\
  taoxi dataset log advice                      versions, newest first
  taoxi dataset diff advice 3 5                 which pages changed from version 3 to 5, and by which rules
  taoxi dataset verify advice                   every file as it was written?
  taoxi dataset export advice --to jsonl -o advice.jsonl.gz
"""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done with a dataset; `module` of this package has a function of the action's name."""

    summary: str
    example: str
    module: str
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    has_dataset: bool = True


def _version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", metavar="V", help="a version's number or content id (default: the newest)")


def _schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", nargs="?", metavar="TABLE", help="one table only")


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="a version's number or content id")
    parser.add_argument("b", metavar="B", nargs="?", help="another (default: the newest)")
    parser.add_argument("--most", type=count, default=20, metavar="N", help="pages to show (default: 20; --json: all)")


def _checkout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", metavar="V", help="a version's number or content id")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FOLDER", help="a new folder for its tables")


def _verify(parser: argparse.ArgumentParser) -> None:
    _version(parser)
    parser.add_argument("--no-captures", action="store_true", help="leave out the captures' hashes")
    parser.add_argument("--deep", action="store_true", help="compute the content id anew from all rows, too")


def _vacuum(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep", type=count, default=1, metavar="N", help="snapshots to keep (default: 1, the current)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would go, remove nothing")


def _export(parser: argparse.ArgumentParser) -> None:
    _version(parser)
    parser.add_argument("--to", choices=("jsonl", "hf", "wet"), required=True, help="JSON Lines, Hugging Face, WET")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="PATH", help="a new file (.gz is compressed), or folder for hf"
    )
    parser.add_argument("--table", default="documents", metavar="TABLE", help="for jsonl (default: documents)")


def _forget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="+", metavar="URL|HOST|HASH", help="a page, all of a host, or a content_hash")
    parser.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")


ACTIONS = {
    "schema": Action(
        "print every table's columns, with a sentence each",
        "taoxi dataset schema documents",
        "look",
        _schema,
        has_dataset=False,
    ),
    "log": Action("list the versions, newest first", "taoxi dataset log advice", "look"),
    "diff": Action("say which pages changed, and by which rules", "taoxi dataset diff advice 3 5", "look", _diff),
    "verify": Action("check every file, count, copy and capture", "taoxi dataset verify advice", "look", _verify),
    "checkout": Action(
        "write a version's tables into a folder", "taoxi dataset checkout advice 3 -o advice-3", "write", _checkout
    ),
    "export": Action(
        "write a version as JSON Lines, for Hugging Face, or as WET",
        "taoxi dataset export advice --to jsonl -o advice.jsonl.gz",
        "write",
        _export,
    ),
    "compact": Action("write the rows of many commits into few files", "taoxi dataset compact advice", "write"),
    "vacuum": Action("remove old snapshots", "taoxi dataset vacuum advice --dry-run", "write", _vacuum),
    "migrate": Action("bring an older dataset to the current schema", "taoxi dataset migrate advice", "write"),
    "forget": Action(
        "remove pages for good from tables and captures, and never fetch them again",
        "taoxi dataset forget advice https://www.example.com/a.html",
        "write",
        _forget,
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, action in ACTIONS.items():
        sub = actions.add_parser(
            name,
            help=action.summary,
            description=action.summary,
            epilog=f"example:\n  {action.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if action.has_dataset:
            sub.add_argument("dataset", metavar="DATASET", help="a name under the output folder, or a path")
        action.arguments(sub)
        if action.has_dataset:
            add_output_argument(sub)
        sub.add_argument("--json", action="store_true", help="print JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """What the action gives: 0 done, 1 done with failures (damage found)."""
    module = importlib.import_module(f"crawler.cli.dataset.{ACTIONS[args.action].module}")
    return int(getattr(module, args.action)(args))
