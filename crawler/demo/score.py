"""How well a dataset holds what the demo site offered, and how politely it was got, by the site's own truth."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any
from urllib.parse import urlsplit

from crawler.demo.faults import in_trap
from crawler.demo.model import Site, Truth
from crawler.demo.server import Request

Rows = Sequence[Mapping[str, Any]]
SHANGHAI = timezone(timedelta(hours=8))
OVERCOME = {"500 once", "429 twice", "slow", "redirects", "gzip"}  # faults that a crawler gets past
SLACK = 0.95  # timers and sockets are not exact: a pause counts as kept from this share of it on


@dataclass(frozen=True)
class DemoRows:
    """A dataset's rows as plain dicts.

    documents: url, text, title, published (datetime, ISO 8601 or None), author, source, comments (list or number);
    duplicates: url, kept_url, kind; rejects: url, reason.
    """

    documents: Rows
    duplicates: Rows = ()
    rejects: Rows = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One capability: its measured value (None = nothing to measure) and its target. Only counted rows decide."""

    capability: str
    measured: str
    value: float | None
    target: float
    counted: bool = True

    @property
    def ok(self) -> bool:
        return self.value is not None and self.value >= self.target

    @property
    def verdict(self) -> str:
        return ("ok" if self.ok else "MISSED") if self.counted else "not yet"


@dataclass(frozen=True, slots=True)
class Report:
    """The table of capabilities."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every counted capability reached its target."""
        return all(row.ok for row in self.rows if row.counted)

    def row(self, capability: str) -> Row:
        return next(row for row in self.rows if row.capability == capability)

    def __str__(self) -> str:
        lines = [("capability", "measured", "target", "")]
        lines += [(row.capability, row.measured, f"{row.target:g}", row.verdict) for row in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
        return "\n".join("  ".join(cells).rstrip() for cells in padded)


def letters(text: object) -> str:
    """NFKC letters and digits alone."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", str(text or ""))))


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def shown(part: float, whole: float) -> str:
    value = ratio(part, whole)
    return "nothing to measure" if value is None else f"{value:.3f} ({part:g} of {whole:g})"


def grams(text: str, size: int = 4) -> Counter[str]:
    return Counter(text[n : n + size] for n in range(len(text) - size + 1))


def text_f1(found: object, wanted: Iterable[str]) -> float:
    """F1 of the character 4-grams of letters and digits."""
    one, other = letters(found), letters("".join(wanted))
    if one == other:
        return 1.0
    ours, theirs = grams(one), grams(other)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0


def same_moment(found: object, wanted: str | None) -> bool:
    """Whether a time agrees with the truth as far as the truth goes: the day, or the minute, of Shanghai."""
    if not found or not wanted:
        return not found and not wanted
    try:
        moment = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    except ValueError:
        return False
    if moment.tzinfo is not None:
        moment = moment.astimezone(SHANGHAI)
    return moment.isoformat().startswith(wanted)


@dataclass(frozen=True)
class Measure:
    """The site, the rows and the log seen together."""

    site: Site
    rows: DemoRows
    log: Sequence[Request]
    articles: Mapping[str, Truth] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "articles", {truth.url: truth for truth in self.site.articles()})

    @cached_property
    def leader(self) -> dict[str, str]:
        """Every published URL → the URL whose text stands for it."""
        kept = {str(row["url"]): str(row["url"]) for row in self.rows.documents}
        return kept | {str(row["url"]): str(row["kept_url"]) for row in self.rows.duplicates}

    @cached_property
    def kept(self) -> list[tuple[Mapping[str, Any], Truth]]:
        """The documents that are articles, with their truth."""
        return [(row, self.articles[row["url"]]) for row in self.rows.documents if row["url"] in self.articles]

    @cached_property
    def asked(self) -> set[str]:
        return {request.url for request in self.log}

    def share(self, capability: str, target: float, right: Callable[[Mapping[str, Any], Truth], float]) -> Row:
        """The mean of `right` over the kept articles."""
        total = sum(right(row, truth) for row, truth in self.kept)
        return Row(capability, shown(round(total, 2), len(self.kept)), ratio(total, len(self.kept)), target)

    def of_articles(
        self, capability: str, target: float, group: Sequence[Truth], right: Callable[[Truth], bool]
    ) -> Row:
        """How many of a group of articles are right."""
        good = sum(map(right, group))
        return Row(capability, shown(good, len(group)), ratio(good, len(group)), target)

    def found(self, truth: Truth) -> bool:
        return truth.url in self.leader

    @cached_property
    def text_of(self) -> dict[str, object]:
        return {str(row["url"]): row["text"] for row in self.rows.documents}

    def read_right(self, truth: Truth) -> bool:
        """Whether the page's characters came out right: its text agrees, or it was found equal to its own copy."""
        leader = self.leader.get(truth.url, "")
        if leader != truth.url:
            return self.text_id(leader) == truth.text_id
        return truth.url in self.text_of and text_f1(self.text_of[truth.url], truth.body) >= 0.9

    def copies(self) -> list[Row]:
        """Recall over all pairs of one text, precision over the pairs that were called exact."""
        groups: dict[str, list[str]] = defaultdict(list)
        for truth in self.articles.values():
            groups[truth.text_id].append(truth.url)
        pairs = [pair for urls in groups.values() for pair in combinations(urls, 2)]
        met = sum(one in self.leader and self.leader[one] == self.leader.get(other) for one, other in pairs)
        told = [row for row in self.rows.duplicates if str(row["kind"]).startswith("exact")]
        right = sum(self.text_id(row["url"]) == self.text_id(row["kept_url"]) != "" for row in told)
        return [
            Row("exact copies, recall of pairs", shown(met, len(pairs)), ratio(met, len(pairs)), 1.0),
            Row("exact copies, precision", shown(right, len(told)), ratio(right, len(told)), 1.0),
        ]

    def text_id(self, url: str) -> str:
        return self.articles[url].text_id if url in self.articles else ""

    def rejected(self) -> Row:
        """Of the pages asked for that are no articles, those rejected with a reason."""
        reasons = {row["url"]: row["reason"] for row in self.rows.rejects}
        wanted = [
            truth.url
            for truth in self.site.truth.values()
            if truth.expected == "rejected" and truth.kind != "redirect" and truth.url in self.asked
        ]
        good = sum(bool(reasons.get(url)) and url not in self.leader for url in wanted)
        return Row("rejects with a reason", shown(good, len(wanted)), ratio(good, len(wanted)), 0.99)


def kept_rows(seen: Measure) -> list[Row]:
    """What was kept and how well it was read."""
    published = set(seen.leader)
    good = len(published & seen.articles.keys())
    strange = [truth for truth in seen.articles.values() if truth.charset != "utf-8"]
    faulty = [truth for truth in seen.articles.values() if truth.fault in OVERCOME]
    return [
        Row("kept articles, precision", shown(good, len(published)), ratio(good, len(published)), 0.99),
        Row("kept articles, recall", shown(good, len(seen.articles)), ratio(good, len(seen.articles)), 0.99),
        seen.share("body text, 4-gram F1", 0.98, lambda row, truth: text_f1(row["text"], truth.body)),
        seen.share("title", 0.99, lambda row, truth: letters(row.get("title")) == letters(truth.title)),
        seen.share("published", 0.99, lambda row, truth: same_moment(row.get("published"), truth.published)),
        seen.share("author", 0.99, lambda row, truth: letters(row.get("author")) == letters(truth.author)),
        seen.share("source", 0.99, lambda row, truth: letters(row.get("source")) == letters(truth.source)),
        seen.share("comments told", 0.99, lambda row, truth: count(row.get("comments")) == truth.comments),
        *seen.copies(),
        seen.of_articles("encodings read right", 0.99, strange, seen.read_right),
        seen.of_articles("articles behind faults", 1.0, faulty, seen.found),
        seen.rejected(),
    ]


def count(comments: object) -> int:
    if isinstance(comments, int):
        return comments
    return len(comments) if comments is not None else 0  # type: ignore[arg-type]  # a list or an array of comments


def polite_rows(seen: Measure) -> list[Row]:
    """What the server saw of the crawler's manners."""
    forbidden = sum(seen.site.forbidden(request.url) for request in seen.log)
    obeyed = float(not forbidden) if seen.log else None
    first: dict[str, str] = {}
    for request in seen.log:
        first.setdefault(urlsplit(request.url).netloc, urlsplit(request.url).path)
    asked_first = sum(path == "/robots.txt" for path in first.values())
    waits = [again.at - told.at for told, again in retries(seen.log)]
    honoured = sum(wait >= SLACK for wait in waits)
    gaps = [gap / delay for host, delay in seen.site.crawl_delay.items() for gap in pauses(seen.log, host)]
    kept = sum(gap >= SLACK for gap in gaps)
    return [
        Row("robots.txt asked first", shown(asked_first, len(first)), ratio(asked_first, len(first)), 1.0),
        Row("robots.txt obeyed", f"{forbidden} forbidden pages asked for", obeyed, 1.0),
        Row("Retry-After honoured", shown(honoured, len(waits)), ratio(honoured, len(waits)), 1.0),
        Row("Crawl-delay kept", shown(kept, len(gaps)), ratio(kept, len(gaps)), 1.0),
    ]


def retries(log: Sequence[Request]) -> list[tuple[Request, Request]]:
    """Each 429 with the next request for the same URL; every 429 of the site asks for one second."""
    by_url: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        by_url[request.url].append(request)
    return [(told, again) for group in by_url.values() for told, again in pairwise(group) if told.status == 429]


def pauses(log: Sequence[Request], host: str) -> list[float]:
    """Seconds between a host's requests, from the first page on: the delay is not known before robots.txt is read."""
    pages = (request for request in log if not request.url.endswith("/robots.txt"))
    times = sorted(request.at for request in pages if urlsplit(request.url).netloc == host)
    return [later - earlier for earlier, later in pairwise(times)]


def coming_rows(seen: Measure) -> list[Row]:
    """What later issues bring: measured, not counted."""
    spun = [truth for truth in seen.articles.values() if truth.copy_kind == "spun"]
    originals = {truth.text_id: truth.url for truth in seen.articles.values() if truth.copy_kind == "original"}
    merged = sum(
        seen.found(truth) and seen.leader[truth.url] == seen.leader.get(originals[truth.text_id.removesuffix("/spun")])
        for truth in spun
    )
    parts = [truth for truth in seen.articles.values() if truth.kind == "part" and not truth.text_id.endswith("part1")]
    joined = sum(not seen.found(truth) for truth in parts)
    off_topic = [truth for truth in seen.articles.values() if truth.kind == "off_topic"]
    dropped = sum(not seen.found(truth) for truth in off_topic)
    trapped = sum(map(in_trap, seen.asked))
    return [
        Row("near copies merged", shown(merged, len(spun)), ratio(merged, len(spun)), 0.9, counted=False),
        Row("parts joined", shown(joined, len(parts)), ratio(joined, len(parts)), 0.9, counted=False),
        Row("off-topic left out", shown(dropped, len(off_topic)), ratio(dropped, len(off_topic)), 0.9, counted=False),
        Row("traps avoided", f"{trapped} pages of traps asked for", float(trapped <= 10), 1.0, counted=False),
    ]


def score(site: Site, rows: DemoRows, log: Sequence[Request]) -> Report:
    """The table of every capability, measured from the dataset's rows and the server's log."""
    seen = Measure(site, rows, log)
    return Report((*kept_rows(seen), *polite_rows(seen), *coming_rows(seen)))
