"""`taoxi clean`: pages in, one JSON object a line out, or the plain text."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from crawler.cli.console import (
    MASK_HELP,
    add_templates_argument,
    count,
    counts_told,
    harmless,
    say,
    standard_input,
    tracked,
)
from crawler.learned import templates_for
from pipelines import engine
from pipelines.errors import ConfigurationError
from pipelines.markdown import markdown
from pipelines.model import Block, Outcome, Page, Reason, Record, Rejected
from pipelines.recipe import clean_many
from pipelines.report.explanation import comment_data, has_clock, moment
from pipelines.signals import columns, signals
from pipelines.sources import files, holds_one_page, read

EXAMPLE = """  taoxi clean saved/*.html --json > pages.jsonl
  taoxi clean crawl.warc.gz --json --processes 2 | jq .title
  curl -s https://example.org/a.html | taoxi clean -"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="HTML, text, WARC, WET, JSON Lines, Parquet, a folder; - for standard input",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a page (default: the plain text)")
    parser.add_argument(
        "--id",
        choices=("stem", "path"),
        default="stem",
        help="what names a file's page: its name without suffix, or its path",
    )
    add_templates_argument(parser)
    parser.add_argument("--mask-personal", action="store_true", help=MASK_HELP)
    parser.add_argument("--processes", type=count, default=1, metavar="N", help="worker processes (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Print each page's outcome, in the order of the arguments; 1 where an input could not be read."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [standard_input(Path(folder)) if path == "-" else Path(path) for path in args.paths]
        ids: deque[str] = deque()
        washed = partial(clean_many, templates=templates_for(args.templates))
        outcomes = engine.run(_named_pages(paths, args.id, ids), clean=washed, processes=args.processes)
        masked: Counter[str] = Counter()
        unread = 0
        for outcome in tracked(outcomes, "cleaning"):
            name, result = ids.popleft(), outcome.result
            if isinstance(result, Rejected) and result.reason in (Reason.UNREADABLE, Reason.DAMAGED):
                unread += 1
                say(f"taoxi clean: {harmless(outcome.page.url)}: {harmless(result.detail)}")
            line = _line(name, outcome, row=args.json, masked=masked if args.mask_personal else None)
            _print(line, sys.stdout)
    if masked:
        say(f"taoxi clean: masked {counts_told(masked)}")
    return 1 if unread else 0


def _named_pages(paths: list[Path], by: str, ids: deque[str]) -> Iterator[Page]:
    """The pages of the files; each one's name is put to `ids`, in the same order."""
    sources = [(file, holds_one_page(file)) for file in files(paths)]
    names: dict[str, Path] = {}
    for file, single in sources:
        other = names.setdefault(file.stem, file) if single else file
        if by == "stem" and other != file:
            raise ConfigurationError(
                f"{other} and {file} have one stem, {file.stem!r}", hint="name them by path: --id path"
            )
    for file, single in sources:
        for n, page in enumerate(read([file]), start=1):
            one = file.stem if by == "stem" else file.as_posix()
            ids.append(one if single else page.url or f"{file.as_posix()}#{n}")
            yield page


def _print(line: str, out: TextIO) -> None:
    out.flush()
    out.buffer.write(f"{line}\n".encode("utf-8", "replace"))  # UTF-8, whatever the terminal's locale
    out.buffer.flush()


def _line(name: str, outcome: Outcome, *, row: bool, masked: Counter[str] | None) -> str:
    """What is printed of a page, as a row or as text; where `masked` is given, personal data is masked and counted."""
    if masked is None:
        return as_json(name, outcome) if row else shown(as_text(name, outcome))
    from pipelines.personal.privacy import Privacy  # its patterns' tenth of a second is for those who mask

    whole = as_row(name, outcome) if row else {"text": as_text(name, outcome)}
    (told,), counts = Privacy(mask=True).page([whole])
    masked.update(counts)
    return json.dumps(told | {"masked": counts}, ensure_ascii=False) if row else shown(told["text"])


def as_text(name: str, outcome: Outcome) -> str:
    """The title and the text, or the reason why there is none, for people."""
    result = outcome.result
    if isinstance(result, Record):
        return f"{result.title or name}\n\n{result.text}\n"
    return f"{name}: rejected, {result.reason}: {result.detail}\n"


def shown(text: str) -> str:
    """The text as it is; for a terminal without what would command it."""
    if not sys.stdout.isatty():
        return text
    return "\n".join(harmless(line.expandtabs()) for line in text.split("\n"))


def as_json(name: str, outcome: Outcome) -> str:
    return json.dumps(as_row(name, outcome), ensure_ascii=False)


def as_row(name: str, outcome: Outcome) -> dict[str, Any]:
    """One line of the command-line contract (docs: README, "taoxi clean")."""
    result, page = outcome.result, outcome.page
    row: dict[str, Any] = {"id": name, "url": page.url}
    if isinstance(result, Record):
        row |= {
            "status": "kept",
            "reason": None,
            "kind": result.kind,
            "text": result.text,
            "title": result.title,
            "published": moment(result.published, result.published_has_time),
            "modified": moment(result.modified, has_clock(result.modified)),
            "author": result.author,
            "source": result.source,
            "section": result.section,
            "canonical": result.canonical,
            "provenance": dict(result.provenance),
            "comments": [comment_data(comment) for comment in result.comments],
            "removed": [{"rule": block.removed_by, "text": block.text} for block in result.removed],
            "blocks": [_block(block) for block in result.blocks],
            "markdown": markdown(result.title, result.blocks),
            "script": result.script,
            "text_simplified": result.text_simplified,
            "encoding": result.encoding,
            "signals": columns(signals(result.text, result.script)),
            "embedded": result.embedded or None,
        }
    else:
        row |= {
            "status": "rejected",
            "reason": result.reason,
            "detail": result.detail,
            "stage": result.stage,
            "text": "",
        }
    return row


def _block(block: Block) -> dict[str, str | int | None]:
    return {"role": block.role, "level": block.level, "number": block.number, "text": block.text}
