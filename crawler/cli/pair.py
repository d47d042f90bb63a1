"""`taoxi explain --pair`: whether one text is a copy of another, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from crawler.cli.console import Line, print_lines, say
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged, read
from pipelines.dedup.table import text_of_id
from pipelines.errors import ConfigurationError
from pipelines.model import Page, Record
from pipelines.recipe import clean
from pipelines.report.pair import Pair, Part, as_data, as_html, explain_pair, facts
from pipelines.sources import read as read_pages

STYLES = {
    Part.EQUAL: "dim",
    Part.SYNONYM: "green",
    Part.REPLACED: "yellow",
    Part.VETOED: "bold red",
    Part.ONE: "blue",
    Part.OTHER: "magenta",
}
TABLES = ("documents", "duplicates")  # of a dataset, where texts are


def show_pair(args: argparse.Namespace) -> int:
    """The two texts are shown side by side, or written as HTML or JSON."""
    one, other = (_text(told, args) for told in args.pair)
    pair = explain_pair(one, other, _synonyms(args.synonyms))
    if args.html:
        try:
            args.html.write_text(as_html(pair, *args.pair), encoding="utf-8", errors="replace")
        except OSError as error:
            raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(args.html)) from error
        say(f"taoxi explain: written to {args.html}")
    if args.json:
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{json.dumps(as_data(pair), ensure_ascii=False)}\n".encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    elif not args.html:
        print_lines(_lines(pair))
    return 0


def _synonyms(told: str | None) -> Synonyms:
    if told is None:
        return packaged()
    return NO_SYNONYMS if told == "none" else read(Path(told))


def _text(told: str, args: argparse.Namespace) -> str:
    """The text of an id in the table or dataset that is named; else that of a page."""
    if args.page is not None:
        return text_of_id(_tables(Path(args.page)), told)
    if told.startswith(("http://", "https://")):
        from crawler.fetch import fetch

        return _cleaned(fetch(told, allow_private=args.allow_private), told)
    path = Path(told)
    if not path.is_file():
        raise ConfigurationError("no such file", where=told, hint="give two pages, or a table and two of its ids")
    if path.suffix == ".txt":
        return path.read_text("utf-8", errors="replace")
    return _cleaned(next(iter(read_pages([path]))), told)


def _cleaned(page: Page, told: str) -> str:
    result = clean(page).result
    if isinstance(result, Record):
        return result.text
    raise ConfigurationError(f"holds no article: {result.reason} {result.detail}".rstrip(), where=told)


def _tables(path: Path) -> list[Path]:
    """The Parquet files to look in: a table, or those of a dataset."""
    if path.is_file():
        return [path]
    files = [file for name in TABLES for file in sorted((path / name).glob("*.parquet"))]
    if not files:
        raise ConfigurationError("is neither a table nor a dataset", where=str(path))
    return files


def _lines(pair: Pair) -> Iterator[Line]:
    """The texts as one, with what was swapped as [A→B], what is in one alone as [-A-] or [+B+]; then the facts."""
    line: list[tuple[str, str]] = []
    for stretch in pair.stretches:
        told = stretch.one if stretch.part is Part.EQUAL else _told(stretch.part, stretch.one, stretch.other)
        first, *more = told.split("\n")
        line.append((first, STYLES[stretch.part]))
        for part in more:
            yield tuple(line)
            line = [(part, STYLES[stretch.part])]
    yield tuple(line)
    yield ()
    for name, value in facts(pair):
        yield (f"{name:<12} ", "bold"), (value, "bold yellow" if name == "outcome" else "")


def _told(part: Part, one: str, other: str) -> str:
    if part is Part.ONE:
        return f"[-{one}-]"
    if part is Part.OTHER:
        return f"[+{other}+]"
    mark = {Part.SYNONYM: "=", Part.VETOED: "≠"}.get(part, "→")
    return f"[{one}{mark}{other}]"
