"""`taoxi explain`: what was removed from one page, and why."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from crawler.cli.console import (
    MASK_HELP,
    Line,
    add_templates_argument,
    add_topic_argument,
    harmless,
    print_lines,
    say,
    standard_input,
)
from crawler.learned import templates_for, topic_for
from pipelines.errors import ConfigurationError
from pipelines.model import Block, Page, Reason
from pipelines.report.explanation import Explanation, as_data, counted, explain, facts, tallies
from pipelines.report.masked import masked
from pipelines.sources import holds_one_page, read
from pipelines.templates import Templates
from pipelines.topic import Topic

EXAMPLE = """  taoxi explain saved/article.html
  taoxi explain crawl.warc.gz --url https://example.org/a.html --html a-explained.html
  taoxi explain https://example.org/a.html --json | jq .rules
  curl -s https://example.org/a.html | taoxi explain -
  taoxi explain --pair copy.html original.html --html side-by-side.html
  taoxi explain pages.parquet --pair 17 4"""

WEB = re.compile(r"https?://", re.IGNORECASE)
STANDARD_INPUT = "standard input"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "page",
        nargs="?",
        metavar="PATH|URL",
        help="a file, a capture, an http(s) URL to fetch; - for standard input. With --pair: a dataset or Parquet table",
    )
    parser.add_argument(
        "--pair",
        nargs=2,
        metavar=("A", "B"),
        help="whether A is a copy of B, and why: two pages or texts, or two ids of the table that is named",
    )
    parser.add_argument(
        "--synonyms", metavar="FILE|none", help="with --pair: words that count as one (default: the package's)"
    )
    parser.add_argument(
        "--url", help="which page of a capture (default: the first that can be read); where a file's one page came from"
    )
    parser.add_argument("--html", type=Path, metavar="OUT", help="write one HTML file that shows it all")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_templates_argument(parser)
    add_topic_argument(parser)
    parser.add_argument("--mask-personal", action="store_true", help=MASK_HELP)
    parser.add_argument("--allow-private", action="store_true", help="permit loopback and intranet addresses")


def run(args: argparse.Namespace) -> int:
    """Show the page's blocks, what was found, and the rules at work; 1 where its capture is damaged."""
    if args.pair:
        from crawler.cli.pair import show_pair

        if args.mask_personal:
            raise ConfigurationError("shows a page, not a pair", where="--mask-personal")
        return show_pair(args)
    if args.page is None:
        raise ConfigurationError("nothing to explain", hint="give a PATH or URL, or --pair A B")
    explanation = masked(_explained(args)) if args.mask_personal else _explained(args)
    if args.html:
        _write_html(explanation, args.html)
    if args.json:
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{json.dumps(as_data(explanation), ensure_ascii=False)}\n".encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    elif not args.html:
        _show(explanation)
    rejected = explanation.rejected
    return 1 if rejected and rejected.reason is Reason.DAMAGED else 0


def _explained(args: argparse.Namespace) -> Explanation:
    templates, topic = templates_for(args.templates), topic_for(args.topic)
    if WEB.match(args.page):
        from crawler.fetch import fetch

        return explain(fetch(args.page, allow_private=args.allow_private), templates, topic)
    with _path(args.page) as path:
        pages: Iterable[Page] = read([path])
        if not path.is_dir() and holds_one_page(path):
            named = {path.as_posix(): STANDARD_INPUT} if args.page == "-" else {}
            pages = [replace(page, url=args.url or named.get(page.url, page.url)) for page in pages]
        found = _chosen(pages, args.url, args.page, templates, topic)
    if found.rejected and found.rejected.reason is Reason.UNREADABLE:
        raise ConfigurationError(found.rejected.detail, where=args.page)
    return found


@contextmanager
def _path(told: str) -> Iterator[Path]:
    """The path to read; standard input is put down in a file first, as captures are not read from a stream."""
    if told != "-":
        path = Path(told)
        try:
            path.stat()
        except OSError as error:
            hint = "give a path, an http:// or https:// URL, or - for standard input"
            raise ConfigurationError(error.strerror or str(error), where=told, hint=hint) from error
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield standard_input(Path(folder))


def _chosen(pages: Iterable[Page], url: str | None, where: str, templates: Templates, topic: Topic) -> Explanation:
    """The first page of this URL that has a document, or the first of it at all; of any URL where none is asked for."""
    first: Explanation | None = None
    seen: dict[str, None] = {}
    for page in pages:
        seen[page.url] = None
        if url not in (None, page.url):
            continue
        found = explain(page, templates, topic)
        if found.document is not None:
            return found
        first = first or found
    if first is None:
        near = get_close_matches(url or "", seen, n=3, cutoff=0)
        hint = f"it holds {counted(len(seen), 'page')}, such as {', '.join(map(harmless, near))}" if near else ""
        raise ConfigurationError(f"holds no page {url or ''}".rstrip(), where=where, hint=hint)
    return first


def _write_html(explanation: Explanation, place: Path) -> None:
    from pipelines.report.page import as_html

    try:
        place.write_text(as_html(explanation), encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"cannot be written: {error.strerror}", where=str(place)) from error
    say(f"taoxi explain: written to {place}")


def _show(explanation: Explanation) -> None:
    blocks = explanation.blocks
    width = max((len(block.removed_by or "") for block in blocks), default=0)
    print_lines((_block_line(block, width) for block in blocks), cut=True)
    print_lines([()] if blocks else [])
    print_lines(_fact_lines(explanation))
    print_lines(_rule_lines(explanation))


def _block_line(block: Block, width: int) -> Line:
    """ "+" for kept and "-" for removed, the rule, the role, the text."""
    kept = block.removed_by is None
    mark, style = ("+", "green") if kept else ("-", "red")
    rule = f" {block.removed_by or '':<{width}}  "
    return (mark, style), (rule, "cyan"), (f"{block.role:<12}", "dim"), (block.text, "" if kept else "dim")


def _fact_lines(explanation: Explanation) -> Iterator[Line]:
    for name, value in facts(explanation):
        yield (f"{name:<10} ", "bold"), (value, "bold yellow" if name == "outcome" and value != "kept" else "")


def _rule_lines(explanation: Explanation) -> Iterator[Line]:
    found = tallies(explanation)
    width = max((len(tally.rule) for tally in found), default=0)
    if found:
        yield ()
        yield ((f"{'rule':<{width}}  blocks  characters  why", "bold"),)
    for tally in found:
        counts = f"  {tally.blocks:>6}  {tally.characters:>10}  "
        yield (f"{tally.rule:<{width}}", "cyan"), (counts, ""), (tally.why, "")
