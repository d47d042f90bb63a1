"""The `taoxi` command: one small module a command, imported only when it is called, so that --help answers at once.

A command module has `add_arguments(parser)`, `run(args) -> exit code` and `EXAMPLE`, shown under its --help. Standard
output carries data alone. Exit codes: 0 done, 1 done with failures, 2 usage or configuration, 3 a quality gate failed,
4 another run holds the lock, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipelines.errors import TaoxiError

COMMANDS = {
    "demo": "the main job on an embedded site: crawl, clean, deduplicate, Parquet, report",
    "crawl": "collect pages into a dataset, or resume an interrupted crawl",
    "schedule": "have a dataset crawled again and again, by systemd, cron or GitHub Actions",
    "build": "rebuild a dataset from captures, folders and files",
    "clean": "clean pages and print them as JSON Lines or text",
    "explain": "show what was removed from a page, and why; or why two texts are copies",
    "learn": "learn a table from many pages: the templates of their sites, the synonyms of spinners",
    "dedup": "mark duplicates in any Parquet table of (id, text)",
    "dataset": "look at a dataset's versions, check, export, tidy up, forget pages",
    "doctor": "say what is missing on this machine",
    "version": "print the versions of taoxi and what it stands on",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    _open_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    try:
        code = _run(arguments, wanted)
        sys.stdout.flush()
        return code
    except TaoxiError as error:
        _tell(wanted, str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _tell(wanted, "interrupted")
        return 130
    except BrokenPipeError:  # the reader of our output has gone (taoxi … | head): no fault
        _drop_output()
        return 0
    except OSError as error:  # a full disk, a path too long or forbidden
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        _tell(wanted, f"{where}{error.strerror or error}")
        _drop_output()
        return 1


def _run(arguments: list[str], wanted: str | None) -> int:
    parser = argparse.ArgumentParser(
        prog="taoxi",
        description="淘洗: collect Chinese advice pages, wash off the boilerplate, drop the copies, keep Parquet datasets.",
        epilog="start with: taoxi demo        help on a command: taoxi COMMAND --help",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
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
    from pipelines.engine.work import settle  # not for --help, which answers at once

    settle()
    return int(args.run(args))


def _tell(command: str | None, message: str) -> None:
    with suppress(OSError):  # standard error may be full or gone as well
        print(f"taoxi {command}: {message}", file=sys.stderr)  # noqa: T201 -- the command line's voice


def _open_streams() -> None:
    """A standard stream that the caller closed reads as empty, and takes what is written to it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 -- open as long as we run
            setattr(sys, name, stream)


def _drop_output() -> None:
    """What is still to be written to standard output goes nowhere, so that its end raises nothing more."""
    with suppress(io.UnsupportedOperation):  # a stand-in without a file behind it, as in tests and notebooks
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
