"""By whom the article is, and where it came from (来源): the candidates in the order of trust."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.stages.lines import letters
from pipelines.stages.metadata.found import Told
from pipelines.stages.metadata.line import PHOTO, named
from pipelines.stages.metadata.names import HAN, HAN_NAME, NO_PERSON, authors_named, is_medium, is_person, source_named
from pipelines.stages.metadata.page import Sight
from pipelines.stages.metadata.shown import (
    IN_LEAD,
    IN_TAIL,
    LEAD,
    SHORTEST_PROSE,
    SIGNED_TAIL,
    TAIL,
    WIRE,
)
from pipelines.stages.metadata.told import AUTHOR_NAMES, SOURCE_NAMES, author_told, is_sites, metas_told, source_told

FIRST = 4  # paragraphs that may begin with the wire's or the reporter's name
LONGEST_ACCOUNT = 160  # characters of a line that names the account which the text comes from
SURE_SITE = 4  # letters of a name with which no other begins by chance
DECLARED = "json-ld.publisher"
CATEGORY = re.compile(r"[/?&_-](?:categor(?:y|ies)|cat|column|channel|section|topic|tags?)[/=_-]", re.IGNORECASE)
REPORTER = re.compile("[记記]者|通[讯訊][员員]")
BRACKET = re.compile("[)）】〕\\]]")
PLACE_AND_DAY = re.compile(  # 林小舟台北6日電, 林小舟／台北報導: where the reporter is, and when
    rf"([{HAN}]{{2,3}})(?:[{HAN}]{{2,4}})?(?:\d{{1,2}}月)?\d{{1,2}}日(?:綜合|综合|專|专)?(?:外)?[电電]$"
)
ACCOUNT = re.compile(  # 本文来自微信公众号“安心说法”（ID：…），作者：林小舟
    r"(?:来自|来源于?|转载?自|首发于|原载于?|發自|出自|來源)\s*[:：]?\s*(?:微信)?(?:公众号|公眾號)\s*[:：]?\s*[“「《\"【]?(?P<name>[^”」》\"】（(，,。；;：:\s]{2,20})"
)
ACCOUNTS_AUTHOR = re.compile(rf"作者\s*[:：|｜]\s*(?P<names>[{HAN}A-Za-z·、 ]{{2,24}})(?=[，。,；;）)]|$)")
CLOSING = ")）】]〕。 "


def authors(sight: Sight) -> Iterator[Told]:
    """Who is named near the title, in the head's data, where the article is signed, and beside the date."""
    labelled = [told for told in sight.shown.authors if letters(told.value) not in sight.own]
    head = [*_linked_authors(sight), *_meta_authors(sight)]
    bare = list(_bare(sight, "author"))
    if not sight.chinese:
        yield from head
    yield from labelled
    yield from head[: len(head) * bool(sight.linked.authors)]
    yield from (Told(name, "line.name") for name, hint in bare if hint == "author")
    yield from _signed(sight)
    yield from head
    yield from (Told(name, "line.name") for name, hint in bare if _stands_for_author(name, hint))


def sources(sight: Sight) -> Iterator[Told]:
    """Which source is named near the title, further down, in the head, beside the date, and at last the site itself."""
    yield from sight.shown.sources
    for value in sight.values_below:
        if value.kind == "source" and (source := named(value)):
            yield Told(source, "line.source")
    for name, content in metas_told(sight.head, SOURCE_NAMES):
        if source := source_told(content):
            yield Told(source, f"meta.{name}")
    yield from (Told(name, "line.name") for name, _ in _bare(sight, "source"))
    yield from sight.shown.papers
    for value in sight.values_below:
        if value.kind == "paper" and (paper := named(value)):
            yield Told(paper, "line.paper")
    texts = sight.document.layout.texts
    prose = sight.shown.prose
    if prose < len(texts) and (wire := WIRE.match(texts[prose])):
        yield Told(wire["name"], "text.wire")
    for n in _naming_accounts(sight):
        if (account := ACCOUNT.search(texts[n])) and (source := source_named(account["name"])):
            yield Told(source, "text.account")
    yield from (site for site in sight.sites if site.rule == DECLARED or _signs_pages(sight, site.value))


def _signs_pages(sight: Sight, name: str) -> bool:
    """Whether a site's name is a medium's, and a line of the page says it, too.

    Half of the names that a <title> alone tells are shops', forums' and blogs', which publish nothing of their own.
    """
    layout = sight.document.layout
    lines = (n for n, text in enumerate(layout.texts) if name in text)
    return is_medium(name) and any(layout.box_tag[layout.boxes[n]] != "title" for n in lines)


def _is_section(sight: Sight, name: str) -> bool:
    """Whether a name is one of the site's sections: linked as a category, or from a menu, too."""
    links = [href for href, text in sight.document.layout.links if text == name]
    return len(links) > len(set(links)) or any(map(CATEGORY.search, links))


def _stands_for_author(name: str, hint: str) -> bool:
    """Whether a name without a label may be the author's, by where it stands."""
    if name.isascii():
        return hint in ("before-date", "link") and " " not in name
    return hint in ("before-date", "after-date", "above-date", "link") or is_person(name)


def _meta_authors(sight: Sight) -> Iterator[Told]:
    title = letters(sight.document.title or "")
    editors = {letters(name) for name in sight.shown.editors}
    for name, value in metas_told(sight.head, AUTHOR_NAMES):
        author = author_told(value, sight.own)
        if author and letters(author) not in editors and letters(author) not in title:
            last, comma, first = author.partition(", ")
            flipped = comma and name.startswith(("citation_", "dc")) and "," not in first
            yield Told(f"{first} {last}" if flipped else author, f"meta.{name}")


def _linked_authors(sight: Sight) -> Iterator[Told]:
    told = (author_told(name, sight.own) for name in sight.linked.authors)
    names = [name for name in told if name]
    if names and sight.linked.persons:
        yield Told(", ".join(names), "json-ld.author")


def _bare(sight: Sight, kind: str) -> Iterator[tuple[str, str]]:
    """Bare names near the title that are people's (author) or media's (source), with the hint at what they are."""
    known = {letters(told.value) for told in sight.shown.authors}
    for _, name, hint in sight.shown.bare:
        own = letters(name)
        if own in known or NO_PERSON.fullmatch(name):
            continue
        medium = is_sites(own, sight.own) or hint == "source" or (is_medium(name) and not name.isascii())
        if not medium and hint != "author" and not is_person(name) and not name.isascii():
            # a portal prints 2012-03-05 10:30 驱动之家, a blog or forum 小舟同学 2012-03-05; where the author is told,
            # any other name is the medium's
            medium = hint == "after-date" or (bool(known) and hint in ("before-date", "above-date"))
            if medium and _is_section(sight, name):
                continue
        desk = any(len(site) >= SURE_SITE and own.startswith(site) for site in sight.own)  # the site's own: both
        if medium == (kind == "source") or desk:
            yield name, hint
        elif medium and not is_sites(own, sight.own) and _posts(sight, own) and hint in ("before-date", "after-date"):
            yield name, hint  # where the source is told, another medium beside the date is who posts it here


def _posts(sight: Sight, own: str) -> bool:
    """Whether another medium is told as the source."""
    below = (named(value) for value in sight.values_below if value.kind == "source")
    sourced = {letters(name) for name in (*(told.value for told in sight.shown.sources), *below) if name}
    return bool(sourced) and own not in sourced


def _signed(sight: Sight) -> Iterator[Told]:
    """The reporter in the first paragraphs' lead, in brackets at a paragraph's end, or on a line below the text."""
    document = sight.document
    texts = document.layout.texts
    start = sight.shown.prose
    for n in range(start, min(start + FIRST, len(texts))):
        lead = texts[n][:LEAD]
        if (match := REPORTER.search(lead) and IN_LEAD.search(lead)) and (
            names := _people(match["names"], sure=bool(match["bracket"]))
        ):
            yield Told(names, "text.reporter")
        if (match := WIRE.match(texts[n])) and match["names"] and (names := _people(match["names"])):
            yield Told(names, "text.wire")
    for n in _naming_accounts(sight):
        if (match := ACCOUNTS_AUTHOR.search(texts[n])) and (names := authors_named(match["names"])):
            yield Told(names, "text.account")
    closing = [n for n in document.kept if len(texts[n]) >= SHORTEST_PROSE and texts[n][-1] in CLOSING]
    for n in closing:
        tail = texts[n][-TAIL:]
        if not BRACKET.search(tail):
            continue
        match = IN_TAIL.search(tail) or SIGNED_TAIL.search(tail)
        if match and (names := _people(match["names"])):
            yield Told(names, "text.signed")
    for value in sight.values_below:
        if value.kind in ("author", "reporter") and (name := named(value)):
            yield Told(name, "line.signed")


def _naming_accounts(sight: Sight) -> Iterator[int]:
    """The first and last blocks of the text that name the WeChat account which it comes from."""
    texts, kept = sight.document.layout.texts, [n for n in sight.document.kept if n > sight.shown.title]
    for n in (*kept[: 2 * FIRST], *kept[-2 * FIRST :]):
        if (
            len(texts[n]) <= LONGEST_ACCOUNT
            and ("公众号" in texts[n] or "公眾號" in texts[n])
            and ACCOUNT.search(texts[n])
        ):
            yield n


def _people(text: str, *, sure: bool = False) -> str | None:
    """The names where they are Chinese people's, and no photographers'; those in brackets need no known surname."""
    text = PLACE_AND_DAY.sub(r"\1", text)
    names = None if PHOTO.search(text) else authors_named(text)
    return names if names and (is_person(names.split()[0]) or (sure and HAN_NAME.fullmatch(names.split()[0]))) else None
