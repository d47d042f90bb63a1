"""When the article was published and last changed: the candidates in the order of trust."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.stages.dates import Dated
from pipelines.stages.metadata.line import Line
from pipelines.stages.metadata.page import Sight
from pipelines.stages.metadata.shown import DATE_BELOW, below, is_sentence
from pipelines.stages.metadata.told import (
    EARLIEST,
    MODIFIED_NAMES,
    PUBLISHED_NAMES,
    day_in_url,
    metas_told,
    moment_told,
)

LONGEST_DATE_LINE = 32  # characters
LONGEST_BESIDES = 6  # letters on a line that is all about a date
Moment = tuple[Dated, str]


def published(sight: Sight) -> Iterator[Moment]:
    """What the head tells of the publication, then the lines near the title, those below, the address."""
    told = [*_told(sight, PUBLISHED_NAMES), *_linked(sight)]
    shown = sorted(sight.shown.published, key=lambda moment: (moment[1] != "line.published", not moment[0].has_time))
    if told and not told[0][0].has_time:  # a line that tells the same day with its time tells more
        yield from (moment for moment in (*told, *shown) if moment[0].has_time and _same_day(moment, told[0]))
    yield from told
    yield from shown
    yield from sight.shown.modified[:1]
    yield from _below(sight)
    yield from modified(sight)
    for rule, address in (("url.date", sight.document.page.url), ("link.canonical", sight.head.canonical or "")):
        if dated := day_in_url(address):
            yield dated, rule


def _same_day(one: Moment, other: Moment) -> bool:
    return bool(one[0].when and other[0].when and one[0].when.date() == other[0].when.date())


def _linked(sight: Sight) -> Iterator[Moment]:
    if dated := moment_told(sight.linked.published, sight.calendar):
        yield dated, "json-ld.datePublished"


def modified(sight: Sight) -> Iterator[Moment]:
    """What the head tells of the last change, then the lines near the title."""
    yield from _told(sight, MODIFIED_NAMES)
    if dated := moment_told(sight.linked.modified, sight.calendar):
        yield dated, "json-ld.dateModified"
    yield from sight.shown.modified


def _told(sight: Sight, names: tuple[str, ...]) -> Iterator[Moment]:
    for name, value in metas_told(sight.head, names):
        if dated := moment_told(value, sight.calendar):
            yield dated, f"meta.{name}"


def _below(sight: Sight) -> Iterator[Moment]:
    """Dates further down that say that they are the publication's, or stand on a line of their own."""
    for n in below(sight.document, sight.shown):
        text = sight.document.layout.texts[n]
        labelled = DATE_BELOW.search(text)
        if not labelled and len(text) > LONGEST_DATE_LINE:
            continue
        dated = next(iter(sight.shown.dates(sight.document, n)), None)
        if not dated or not dated.when or dated.when.year < EARLIEST:
            continue
        if _alone(sight.shown.line(sight.document, n), text) or (labelled and not is_sentence(text)):
            yield dated, "line.below"


def _alone(line: Line, text: str) -> bool:
    """Whether a line says little more than one date."""
    besides = line.rest + sum(len(name.text) for name in line.names)
    return (
        len(line.dates) == 1 and besides <= (LONGEST_BESIDES if line.dates[0].has_time else 0) and not text[0].isalpha()
    )
