"""JSON Lines: one object a line, `html` or `text` in it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipelines.model import Capture, Page, Reason
from pipelines.sources.compression import opened
from pipelines.sources.faults import MAX_BODY, fault, named, too_large, why
from pipelines.sources.rows import page_of

_MAX_LINE = 4 * MAX_BODY  # escapes make a line longer than its page
_BOM = b"\xef\xbb\xbf"


def pages(path: Path) -> Iterator[Page]:
    """A page a line, in order; a line that is no such object gives a page with a fault. Empty lines are passed over."""
    number = 0
    try:
        with opened(path) as stream:
            while line := stream.readline(_MAX_LINE):  # by b"\n" alone: U+2028 and the like are text
                number += 1
                short = line.endswith(b"\n") or len(line) < _MAX_LINE
                while not short:
                    rest = stream.readline(_MAX_LINE)
                    short = rest.endswith(b"\n") or len(rest) < _MAX_LINE
                    line = b""
                place = Capture(path.name, number)
                if not line:
                    yield too_large(f"{named(path)}#{number}", place)
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield _page(line.removeprefix(_BOM), f"{named(path)}#{number}", place)
    except (OSError, EOFError, zlib.error) as error:
        yield fault(named(path), Reason.DAMAGED, f"{why(error)} (after line {number})", Capture(path.name, number))


def _page(line: bytes, name: str, place: Capture) -> Page:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return fault(name, Reason.UNREADABLE, f"line {place.offset}: {why(error)}", place)
    if not isinstance(row, dict):
        return fault(name, Reason.UNREADABLE, f"line {place.offset}: one JSON object a line is expected", place)
    return page_of(row, name, place)
