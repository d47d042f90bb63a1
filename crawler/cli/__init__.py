"""The `taoxi` command: one small module a command, imported only when it is called, so that --help answers at once.

A command module has `add_arguments(parser)`, `run(args) -> exit code` and `EXAMPLE`, shown under its --help. Standard
output carries data alone. Exit codes: 0 done, 1 done with failures, 2 usage or configuration, 3 a quality gate failed,
4 another run holds the lock, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from pipelines.errors import TaoxiError

COMMANDS = {
    "demo": "the main job on an embedded site: crawl, clean, deduplicate, Parquet, report",
    "crawl": "collect pages into a dataset, or resume an interrupted crawl",
    "build": "rebuild a dataset from captures, folders and files",
    "clean": "clean pages and print them as JSON Lines or text",
    "explain": "show what was removed from a page, and why",
    "dedup": "mark duplicates in any Parquet table of (id, text)",
    "doctor": "say what is missing on this machine",
    "version": "print the versions of taoxi and what it stands on",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="taoxi",
        description="淘洗: collect Chinese advice pages, wash off the boilerplate, drop the copies, keep Parquet datasets.",
        epilog="start with: taoxi demo        help on a command: taoxi COMMAND --help",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == wanted:
            module = importlib.import_module(f"crawler.cli.{name}")
            module.add_arguments(sub)
            sub.epilog = f"example:\n{module.EXAMPLE}"
            sub.set_defaults(run=module.run)
    try:
        args = parser.parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    try:
        return int(args.run(args))
    except TaoxiError as error:
        print(f"taoxi {args.command}: {error}", file=sys.stderr)  # noqa: T201 -- the command line's voice
        return error.exit_code
    except KeyboardInterrupt:
        print(f"taoxi {args.command}: interrupted", file=sys.stderr)  # noqa: T201 -- the command line's voice
        return 130
    except BrokenPipeError:  # the reader of our output has gone (taoxi … | head): no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
