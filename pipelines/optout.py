"""What a page's publisher forbids: meta robots, X-Robots-Tag and TDMRep, told as a value.

Sources: Google's robots meta tag specification (agents, unions of what several tags say, `unavailable_after`), and the TDM
Reservation Protocol of the W3C's community group: its meta goes before its header, the header before the host's
/.well-known/tdmrep.json. `noai` is what DeviantArt began; `noimageai` speaks of images, and nothing of it is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pipelines.model import Document, Page, Reason, Rejected
from pipelines.paths import escaped, fits

AGENT = "taoxi"
ROBOTS_HEADER, TDM = "x-robots-tag", "tdm-reservation"
ROBOTS_METAS = ("robots", AGENT)
AI_TXT, TDMREP = "/ai.txt", "/.well-known/tdmrep.json"
POLICIES = (AI_TXT, TDMREP)  # paths of a host's own word on all its pages
REPEATED = frozenset((*ROBOTS_METAS, ROBOTS_HEADER, TDM))  # of several metas of these names, each counts
MOST_SAID = 1 << 16  # characters of the headers or metas of a name that are read: no server takes longer headers
VERDICT, UNKEPT = "warc-opt-out", "warc-opt-out-body"  # a Page's headers: what its capture says beside the response

NOT_SHOWN = frozenset(("noindex", "none"))
NOT_HELD = {"noarchive": "noarchive", "nocache": "noarchive", "noai": "noai"}  # nocache is Bing's word
NOT_FOLLOWED = frozenset(("nofollow", "none"))
MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
AFTER = re.compile(  # its value ends before the next directive, not at a comma before a number or a month
    rf"unavailable[_-]after\s*:\s*((?:(?!\sno[^v])[^,;，；、\n]|,(?=\s*(?:\d|{MONTHS})))*)", re.IGNORECASE
)
VALUED = re.compile(rf"{AFTER.pattern}|max-(?:snippet|(?:image|video)-preview)\s*:\s*[\w-]*", re.IGNORECASE)
DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
WRITTEN = re.compile(r"[-.]|,(?=\d)|(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)  # in dates, by people
PREFIX = re.compile(r"\s*([\w.*-]+)(?:/[\w.]*)?\s*:(.*)", re.DOTALL)  # an agent, of a version or not


@dataclass(frozen=True, slots=True)
class OptOut:
    """What a response's publisher says of its use. `reasons` keep it out of the dataset; each names its signal."""

    reasons: tuple[str, ...] = ()
    holds_body: bool = True  # its body may be kept in a capture
    follows: bool = True  # its links may be followed

    @property
    def detail(self) -> str:
        return "; ".join(self.reasons)


@dataclass(frozen=True)
class ObeyOptOuts:
    """No page is published whose publisher says not to: by header, by meta, or by what its capture says beside it."""

    agent: str = AGENT

    def __call__(self, document: Document) -> Document | Rejected:
        page = document.page
        told = page.headers.get(VERDICT) or opt_out(page, document.layout.head.metas, agent=self.agent).detail
        return Rejected(Reason.OPTED_OUT, told) if told else document


def unkept(page: Page) -> Rejected | None:
    """Why the page has no body: its publisher's word, as its capture tells it."""
    told = page.headers.get(VERDICT)
    return Rejected(Reason.OPTED_OUT, told, "read") if told and not page.body and UNKEPT in page.headers else None


def opt_out(page: Page, metas: Mapping[str, str], *, site_reserves: bool = False, agent: str = AGENT) -> OptOut:
    """What the headers and metas of a page say to the agent; `site_reserves`: what tdmrep.json says of its URL.

    `metas` has lower-case names; headers and metas that are repeated are joined by line breaks or commas. One of the name
    X-Robots-Tag, in http-equiv, is read as the header is.
    """
    told = _robots(page, metas, agent)
    reasons = [
        f"{name} ({', '.join(dict.fromkeys(where for where, words in told if name in words))})"
        for name in dict.fromkeys(word for _, words in told for word in words)
        if name in NOT_SHOWN or name in NOT_HELD
    ]
    holds = not any(NOT_HELD.keys() & words for _, words in told)
    if past := next((when for where, text in _texts(page, metas, agent) if (when := _past(text, page.fetched_at))), ""):
        reasons.append(f"unavailable_after {past}")
    if where := _reserved(page, metas, site_reserves):
        reasons.append(f"{TDM} ({where})")
        holds = False
    return OptOut(tuple(reasons), holds, not any(NOT_FOLLOWED & words.keys() for _, words in told))


def _robots(page: Page, metas: Mapping[str, str], agent: str) -> list[tuple[str, dict[str, None]]]:
    """Where robots directives stand that the agent is meant by, and which they are, in order."""
    return [(where, dict.fromkeys(_words(text))) for where, text in _texts(page, metas, agent)]


def _texts(page: Page, metas: Mapping[str, str], agent: str) -> Iterator[tuple[str, str]]:
    """Where robots directives stand, and what of them is said to the agent."""
    for where, told in (("X-Robots-Tag", page.headers), ("meta X-Robots-Tag", metas)):
        if said := told.get(ROBOTS_HEADER):
            for line in _utf8(said[:MOST_SAID]).split("\n"):
                yield where, ",".join(_meant(line, agent))
    for name in dict.fromkeys(("robots", agent)):
        if said := metas.get(name):
            yield f"meta {name}", said[:MOST_SAID]


def _utf8(header: str) -> str:
    """A header as its webmaster wrote it, where its bytes were read as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return header


def _meant(line: str, agent: str) -> Iterator[str]:
    """The directives of one X-Robots-Tag for the agent: an agent's name goes before those that are its alone."""
    meant = True
    for piece in line.split(","):
        prefix = PREFIX.match(piece)
        if prefix and not VALUED.match(piece, prefix.start(1)):
            meant = prefix[1].lower() in ("*", agent, "robots")
            piece = prefix[2]  # noqa: PLW2901 -- the rest of it
        if meant:
            yield piece


def _words(text: str) -> Iterator[str]:
    """The directives without a value, in lower case. Webmasters separate them by spaces, semicolons and ，, too."""
    for word in re.split(r"[,;，；、\s]+", VALUED.sub(" ", text).lower()):
        if word:
            yield NOT_HELD.get(word, word)


def _past(text: str, now: datetime | None) -> str:
    """The moment of `unavailable_after`, as written, where it was over when the page came."""
    for found in AFTER.finditer(text):
        moment = _moment(found[1].strip())
        if moment and now and moment < now:
            return found[1].strip()
    return ""


def _moment(text: str) -> datetime | None:
    """A date of ISO 8601, RFC 822 or RFC 850, or else the day of one that people write; UTC where it tells no zone."""
    for read in (datetime.fromisoformat, parsedate_to_datetime, _day):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _day(text: str) -> datetime:
    """The beginning of 2020/1/1, 2020年1月1日, 1-Jan-2020, January 1, 2020."""
    if told := DAY.match(text):
        year, month, day = map(int, told.groups())
        return datetime(year, month, day, tzinfo=UTC)
    return parsedate_to_datetime(WRITTEN.sub(" ", text) + " 00:00:00")


def _reserved(page: Page, metas: Mapping[str, str], site_reserves: bool) -> str:
    """What reserves text and data mining: the first that speaks, and what it says holds."""
    for where, text in (("meta", metas.get(TDM, "")), ("header", page.headers.get(TDM, ""))):
        values = {value for value in re.split(r"[,\s]+", text[:MOST_SAID]) if value in ("0", "1")}
        if values:
            return where if "1" in values else ""
    return "tdmrep.json" if site_reserves else ""


@dataclass(frozen=True, slots=True)
class TdmRep:
    """A host's /.well-known/tdmrep.json: locations as in robots.txt, and whether each reserves; the first that fits decides."""

    rules: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def of(cls, text: str) -> TdmRep:
        """The rules in the file; none where it is not one."""
        try:
            entries = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            return cls()
        entries = [entries] if isinstance(entries, dict) else entries
        known = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return cls(
            tuple(
                (escaped("/" + entry["location"].removeprefix("/")), str(entry[TDM]) == "1")
                for entry in known
                if isinstance(entry.get("location"), str) and str(entry.get(TDM)) in ("0", "1")
            )
        )

    def reserves(self, url: str) -> bool:
        """Text and data mining of what is at the URL is reserved."""
        parts = urlsplit(url)
        path = escaped((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        return next((reserved for pattern, reserved in self.rules if fits(pattern, path)), False)


def judged(page: Page, told: OptOut) -> Page:
    """The page with what its capture says beside it."""
    headers = {**page.headers, VERDICT: told.detail} | ({} if told.holds_body else {UNKEPT: "not kept"})
    return replace(page, headers=headers) if told.reasons else page
