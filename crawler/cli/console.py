"""Where datasets lie, and how long work shows its progress: on standard error, never on standard output."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pipelines.errors import ConfigurationError

MASK_HELP = "mask telephone numbers, 身份证, bank cards, e-mail, QQ, 微信 and number plates: «手机＊＊＊＊＊＊＊»"

T = TypeVar("T")
Line = tuple[tuple[str, str], ...]  # (text, rich's style), side by side

# what a page's text may not do to a terminal: move, recolour and rename it, or turn the reading direction
COMMANDING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def say(message: str) -> None:
    """Print a line for people on standard error."""
    print(message, file=sys.stderr)  # noqa: T201 -- the command line's voice


def show_line(text: str) -> None:
    """On a terminal the last line of standard error now says `text`, "" clears it; elsewhere nothing is shown."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def print_lines(lines: Iterable[Line], *, cut: bool = False) -> None:
    """Print lines on standard output; on a terminal coloured, unless NO_COLOR, and with `cut` none wider than it is."""
    if not sys.stdout.isatty():
        sys.stdout.flush()
        for line in lines:
            text = "".join(harmless(text) for text, _ in line).rstrip()
            sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))  # UTF-8, whatever the locale
        sys.stdout.buffer.flush()
        return
    from rich.console import Console
    from rich.text import Text

    encoding = sys.stdout.encoding
    console = Console()
    for line in lines:
        shown = Text()
        for text, style in line:
            shown.append(harmless(text).encode(encoding, "replace").decode(encoding), style)
        if cut:
            shown.truncate(console.width, overflow="ellipsis")
        console.print(shown, soft_wrap=True, highlight=False)


class LiveTable:
    """A table on the terminal that standard error is, redrawn in place; gone when closed."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        from rich.console import Console
        from rich.live import Live

        self._columns = columns
        self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)

    def show(self, title: str, rows: Iterable[tuple[str, ...]]) -> None:
        """The table holds these rows now."""
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(title), title_justify="left", box=None)
        for number, column in enumerate(self._columns):
            table.add_column(column, justify="right" if number else "left", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(harmless(text)) for text in row))
        if not self._live.is_started:
            self._live.start()
        self._live.update(table, refresh=True)

    def close(self) -> None:
        """The terminal is as it was."""
        if self._live.is_started:
            self._live.stop()


def counts_told(counts: Mapping[str, int]) -> str:
    """Counts for people, the highest first: mobile 12, email 3."""
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items(), key=lambda item: -item[1]))


def harmless(text: str) -> str:
    """The text with U+FFFD for each character that commands a terminal, line breaks included."""
    return COMMANDING.sub("\ufffd", text)


def count(text: str) -> int:
    """An argument's type: a number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def tell_parts(in_parts: Mapping[str, int], held: int) -> None:
    """What there is to say of articles over several pages is on standard error."""
    if in_parts.get("incomplete"):
        say(
            f"{in_parts['incomplete']:,} of {in_parts['joined']:,} articles over several pages lack a part: parts_missing"
        )
    if in_parts.get("early"):
        say(f"{in_parts['early']:,} of these went on early: more parts waited than memory may hold")
    if held:
        say(f"{held:,} pages wait for other parts of their articles, until the interrupted crawl goes on")


def add_output_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where datasets lie (default: $TAOXI_OUTPUT, else ./output)",
    )


def add_force_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--force",
        action="store_true",
        help="publish rows that break a rule of the dataset, and record that it was forced",
    )


def add_templates_argument(parser: argparse.ArgumentParser, otherwise: str = "none") -> None:
    parser.add_argument(
        "--templates",
        metavar="FILE",
        help=f"remove what the sites repeat, as taoxi learn templates found it; none: no table (default: {otherwise})",
    )


def add_topic_argument(parser: argparse.ArgumentParser, otherwise: str = "none") -> None:
    parser.add_argument(
        "--topic",
        metavar="FILE",
        help="reject articles that are not on this topic, DATASET/tables/topic-ID.json of a crawl --like;"
        f" none: keep any (default: {otherwise})",
    )


def add_privacy_arguments(parser: argparse.ArgumentParser) -> None:
    """The parser takes --mask-personal and --hash-names, and a --no- for each."""
    parser.add_argument(
        "--mask-personal",
        action=argparse.BooleanOptionalAction,
        help=f"{MASK_HELP} (default: as the dataset was made); captures stay as served",
    )
    parser.add_argument(
        "--hash-names",
        action=argparse.BooleanOptionalAction,
        help="put keyed hashes for the names of commenters (default: as the dataset was made);"
        " DATASET/names.key holds the key and is made once",
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


def standard_input(folder: Path) -> Path:
    """What comes on standard input lies in a file of `folder`, named by what it looks like: JSON Lines, text or HTML.

    The readers tell archives by their content, whatever the name.
    """
    body = sys.stdin.buffer.read()
    suffix = "jsonl" if body.lstrip()[:1] == b"{" else "html" if b"<" in body else "txt"
    place = folder / f"stdin.{suffix}"
    place.write_bytes(body)
    return place


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
