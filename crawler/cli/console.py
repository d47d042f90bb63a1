"""Where datasets lie, and how long work shows its progress: on standard error, never on standard output."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pipelines.errors import ConfigurationError

T = TypeVar("T")


def say(message: str) -> None:
    """Print a line for people on standard error."""
    print(message, file=sys.stderr)  # noqa: T201 -- the command line's voice


def show_line(text: str) -> None:
    """On a terminal the last line of standard error now says `text`, "" clears it; elsewhere nothing is shown."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def add_output_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where datasets lie (default: $TAOXI_OUTPUT, else ./output)",
    )


def dataset_path(name: str, output: Path | None) -> Path:
    """The folder of a dataset given by name (under the output folder) or by path (anything with a separator)."""
    if not name or name in {".", ".."}:
        raise ConfigurationError(
            f"{name!r} is no name for a dataset", hint="use a name such as demo, or a path such as ./data/demo"
        )
    if "/" in name or os.sep in name:
        return Path(name)
    return (output or Path(os.environ.get("TAOXI_OUTPUT") or "output")) / name


def tracked(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """The same items; on a terminal a progress line counts them."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(description, total=total)
        for item in items:
            yield item
            progress.advance(task)
