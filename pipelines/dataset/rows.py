"""Outcomes become rows: of pages, whether documents or copies is yet to be decided, of rejects, and of removed blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from pipelines.dedup.fold import FOLD_VERSION, content_hash
from pipelines.model import METADATA, Block, Comment, Outcome, Page, Record, Rejected
from pipelines.parts.holding import Holding, run_named
from pipelines.signals import columns, signals

Row = dict[str, Any]
CHINA = timezone(timedelta(hours=8))


SIGHTINGS = "sightings"
UNDECIDABLE = frozenset({"rejects", SIGHTINGS})  # tables of entries without a text


@dataclass(frozen=True, slots=True)
class Entry:
    """All rows of one page: one of `table`, and its removed blocks.

    Of a visit that found the page unchanged there is a sighting and nothing else: its `table` is sightings.
    """

    table: str
    row: Row
    removed: tuple[Row, ...] = ()
    masked: Mapping[str, int] = field(default_factory=dict)  # kind of personal data → pieces


def undecided(
    outcomes: Iterable[Outcome],
    holding: Holding | None = None,
    forgotten: Callable[[Outcome], bool] = lambda _: False,
) -> Iterator[tuple[Entry, str]]:
    """One entry a page, beside it the page's text: rejects, and what may be a document or a copy of one.

    They are in capture order, with the parts of articles joined; there is none for what is `forgotten`. `holding` keeps
    the parts that wait; without one, the run ends with the outcomes.
    """
    gone: set[str] = set()  # addresses whose last row is forgotten: nothing is left for an unchanged visit to stand on
    for outcome in (holding or Holding()).through(outcomes):
        page, result = outcome.page, outcome.result
        as_it_was = _is_as_it_was(page)
        if forgotten(outcome):
            gone.add(page.url)
            continue
        if as_it_was and page.url in gone:
            continue
        gone.discard(page.url)
        if isinstance(result, Rejected):
            if as_it_was:
                yield Entry(SIGHTINGS, _page(page) | {"run": run_of(_place(page))}), ""
                continue
            yield Entry("rejects", _page(page) | _rejected(result) | _place(page)), ""
            continue
        page_row = _page(page)
        row = page_row | _record(result) | _place(page)
        yield Entry("documents", row, tuple(_removed(page_row, result))), row["text"]


def _is_as_it_was(page: Page) -> bool:
    """Whether an earlier row of the same address tells all of the page; one that repeats another address has its own."""
    return page.repeats is not None and page.repeats.url == page.url


def host(url: str) -> str | None:
    """The url's lower-case host, with its port if it gives one; None where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() or None
    except ValueError:
        return None


def run_of(row: Row) -> str | None:
    """The crawl that fetched the row's page, named by its start; None for files of others."""
    return run_named(row["capture_file"] or "") or None


def storable(text: str | None) -> str | None:
    """The text; where it holds lone surrogates, which no file can, they are U+FFFD."""
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _page(page: Page) -> Row:
    url = storable(page.url)
    return {
        "id": page.id,
        "url": url,
        "host": storable(host(page.url)),
        "fetched_at": page.fetched_at and _aware(page.fetched_at, UTC).astimezone(UTC),
        "status": page.status or None,
    }


def _place(page: Page) -> Row:
    place = page.capture
    return {"capture_file": storable(place.file) if place else None, "capture_offset": place.offset if place else None}


def _record(record: Record) -> Row:
    text = storable(record.text) or ""
    return {
        "title": storable(record.title),
        "published": _published(record.published),
        "published_has_time": record.published_has_time,
        "modified": _published(record.modified),
        "author": storable(record.author),
        "source": storable(record.source),
        "section": storable(record.section),
        "canonical": storable(record.canonical),
        "provenance": {field: record.provenance.get(field) for field in METADATA},
        "page_kind": str(record.kind),
        "text": text,
        "text_simplified": storable(record.text_simplified),
        "blocks": [_block(block) for block in record.blocks],
        "comments": [_comment(comment) for comment in record.comments],
        "parts": [storable(url) for url in record.parts],
        "parts_missing": [storable(told) for told in record.parts_missing],
        "script": record.script,
        "encoding": record.encoding,
        "chars": sum(map(len, text.split())),
        "content_hash": content_hash(text).hex(),
        "fold_version": FOLD_VERSION,
    } | columns(signals(text, record.script))


def _block(block: Block) -> Row:
    """What the block is; its text are the next lines of the page's text."""
    lines = block.text.count("\n") + 1
    return {"role": str(block.role), "level": block.level, "number": block.number, "lines": lines}


def _comment(comment: Comment) -> Row:
    return {
        "author": storable(comment.author),
        "role": storable(comment.role),
        "published": _published(comment.published),
        "text": storable(comment.text),
    }


def _removed(page: Mapping[str, Any], record: Record) -> Iterator[Row]:
    page_id, url = page["id"], page["url"]
    for n, block in enumerate(record.removed):
        role, text = block.role.value, storable(block.text)
        yield {"id": page_id, "url": url, "n": n, "rule": block.removed_by, "role": role, "text": text}


def _rejected(rejected: Rejected) -> Row:
    return {"stage": rejected.stage, "reason": str(rejected.reason), "detail": storable(rejected.detail)}


def _published(when: datetime | None) -> datetime | None:
    """The time in China, to the second."""
    return when and _aware(when, CHINA).astimezone(CHINA).replace(microsecond=0)


def _aware(when: datetime, zone: timezone) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=zone)
