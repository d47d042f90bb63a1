"""How well a dataset holds what the demo site offered, and how politely it was got, by the site's own truth."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import combinations
from typing import Any

from crawler.demo.faults import in_trap
from crawler.demo.manners import polite_rows
from crawler.demo.model import Site, Truth
from crawler.demo.report import Report, Row, ratio, shown
from crawler.demo.server import Request

Rows = Sequence[Mapping[str, Any]]
SHANGHAI = timezone(timedelta(hours=8))
SPUN = "/spun"  # after the id of the text that was spun
OVERCOME = {"500 once", "429 twice", "slow", "redirects", "gzip"}  # faults that a crawler gets past


@dataclass(frozen=True)
class DemoRows:
    """A dataset's rows as plain dicts.

    documents: url, text, title, published (datetime, ISO 8601 or None), author, source, comments (list or number), parts,
    parts_missing;
    duplicates: url, kept_url, kind; rejects: url, reason; spared: URLs that were not asked for, as twins of theirs were read.
    """

    documents: Rows
    duplicates: Rows = ()
    rejects: Rows = ()
    spared: frozenset[str] = frozenset()


def letters(text: object) -> str:
    """NFKC letters and digits alone; "" for what is no text, such as None or a table's NaN."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))) if isinstance(text, str) else ""


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
    articles: Mapping[str, Truth] = field(init=False)  # on the topic
    off_topic: Sequence[Truth] = field(init=False)

    def __post_init__(self) -> None:
        articles = {truth.url: truth for truth in self.site.articles()}
        object.__setattr__(self, "articles", {url: one for url, one in articles.items() if one.kind != "off_topic"})
        object.__setattr__(self, "off_topic", [one for one in articles.values() if one.kind == "off_topic"])

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
            return self.text_id(leader).removesuffix(SPUN) == truth.text_id.removesuffix(SPUN)
        return truth.url in self.text_of and text_f1(self.text_of[truth.url], truth.body) >= 0.9

    def copies(self) -> list[Row]:
        """Recall over all pairs of one text, precision over the pairs that were called exact, in either script."""
        groups: dict[str, list[str]] = defaultdict(list)
        for truth in self.articles.values():
            if truth.url not in self.rows.spared:
                groups[truth.text_id].append(truth.url)
        pairs = [pair for urls in groups.values() for pair in combinations(urls, 2)]
        met = sum(one in self.leader and self.leader[one] == self.leader.get(other) for one, other in pairs)
        told = [row for row in self.rows.duplicates if str(row["kind"]).startswith(("exact", "script"))]
        right = sum(self.text_id(row["url"]) == self.text_id(row["kept_url"]) != "" for row in told)
        twins = [truth for truth in self.articles.values() if truth.copy_kind == "twin"]
        return [
            Row("exact copies, recall of pairs", shown(met, len(pairs)), ratio(met, len(pairs)), 1.0),
            Row("exact copies, precision", shown(right, len(told)), ratio(right, len(told)), 1.0),
            self.of_articles("m. twins merged", 1.0, twins, lambda one: self.merged(one, groups[one.text_id])),
        ]

    def merged(self, truth: Truth, others: Sequence[str]) -> bool:
        """Whether one page stands for this one, which need not have been asked for, and all the others."""
        asked = {*others, truth.url} - self.rows.spared
        leaders = {self.leader.get(url, url) for url in asked}
        return len(leaders) == 1 and (truth.url in asked or leaders <= self.leader.keys())

    def text_id(self, url: str) -> str:
        return self.articles[url].text_id if url in self.articles else ""

    def parts(self) -> Row:
        """Of the articles in parts, those whose row names all parts, tells what is missing, and stands for them alone."""
        rows = {str(row["url"]): row for row in self.rows.documents}
        firsts = [truth for truth in self.articles.values() if truth.parts]

        def right(truth: Truth) -> bool:
            row = rows.get(truth.url, {})
            told = (tuple(row.get("parts") or ()), tuple(row.get("parts_missing") or ()))
            return told == (truth.parts, truth.parts_missing) and not self.leader.keys() & set(truth.parts[1:])

        return self.of_articles("parts joined", 1.0, firsts, right)

    def rejected(self) -> Row:
        """Of the pages asked for that are no articles, or stand in another's, those rejected with a reason."""
        reasons = {row["url"]: row["reason"] for row in self.rows.rejects}
        wanted = [
            truth.url
            for truth in self.site.truth.values()
            if truth.expected in {"rejected", "joined"} and truth.kind != "redirect" and truth.url in self.asked
        ]
        good = sum(bool(reasons.get(url)) and url not in self.leader for url in wanted)
        return Row("rejects with a reason", shown(good, len(wanted)), ratio(good, len(wanted)), 0.99)


def kept_rows(seen: Measure) -> list[Row]:
    """What was kept and how well it was read."""
    published = set(seen.leader) - {truth.url for truth in seen.off_topic}  # a row of its own judges them
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
        seen.parts(),
        seen.rejected(),
    ]


def count(comments: object) -> int:
    """How many comments a row tells, whether it holds them or their number."""
    if isinstance(comments, int):
        return comments
    return len(comments) if comments is not None else 0  # type: ignore[arg-type]  # a list or an array of comments


def coming_rows(seen: Measure) -> list[Row]:
    """What later issues bring: measured, not counted."""
    spun = [truth for truth in seen.articles.values() if truth.copy_kind == "spun"]
    originals = {truth.text_id: truth.url for truth in seen.articles.values() if truth.copy_kind == "original"}
    merged = sum(
        seen.found(truth) and seen.leader[truth.url] == seen.leader.get(originals[truth.text_id.removesuffix(SPUN)])
        for truth in spun
    )
    trapped = sum(map(in_trap, seen.asked))
    return [
        Row("near copies merged", shown(merged, len(spun)), ratio(merged, len(spun)), 0.9, counted=False),
        Row("traps avoided", f"{trapped} pages of traps asked for", float(trapped <= 10), 1.0, counted=False),
    ]


def score(site: Site, rows: DemoRows, log: Sequence[Request], *, focused: bool = False) -> Report:
    """The table of every capability, measured from the dataset's rows and the server's log.

    `focused`: the crawl had the site's examples, so that articles off their topic count as faults.
    """
    seen = Measure(site, rows, log)
    off_topic = seen.of_articles("off-topic left out", 0.9, seen.off_topic, lambda truth: not seen.found(truth))
    off_topic = replace(off_topic, counted=focused)
    return Report((*kept_rows(seen), off_topic, *polite_rows(site, log), *coming_rows(seen)))
