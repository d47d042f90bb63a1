"""Articles in the manner of Chinese consumer-finance advice, from a stock of sentence patterns.

In a pattern every `[a|b]` takes one of its sides and every `{name}` a word of that slot; the product, the bank, the day
and the amounts stay the same through an article, the rest varies from sentence to sentence.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from crawler.demo.model import Article, Line, Remark

STOCK = Path(__file__).parent / "stock"
TOPICS = ("overdue", "collection", "credit", "negotiate", "lawsuit", "quota", "prepay", "fraud", "fees", "mortgage")
OTHER_TOPICS = ("recipe", "football")
NUMERALS = "一二三四五六七八九十"
CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
HALF_TO_FULL = str.maketrans(",:?;()!", "\uff0c\uff1a\uff1f\uff1b\uff08\uff09\uff01")
EPOCH = datetime(2024, 3, 1, 8, 0, 0)  # noqa: DTZ001 -- wall-clock time of Asia/Shanghai, as pages print it


@cache
def stock() -> Mapping[str, Any]:
    """All tables of the stock files by name."""
    tables: dict[str, Any] = {}
    for path in sorted(STOCK.glob("*.toml")):
        tables |= tomllib.loads(path.read_text(encoding="utf-8"))
    return tables


def letters(text: str) -> str:
    """Letters and digits alone: what two copies have in common whatever their spacing and punctuation."""
    return "".join(filter(str.isalnum, text))


def clipped(text: str, size: int) -> str:
    """A teaser's excerpt: cut at `size` characters, ending with …"""
    return text if len(text) <= size else text[:size] + "…"


@dataclass(frozen=True)
class Voice:
    """One writer: fixed words for an article, chance for the rest."""

    rng: random.Random
    fixed: Mapping[str, str]
    spin: float = 0.0  # the share of choices that a spinner makes anew
    spinner: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 -- no secret

    def choose(self, found: re.Match[str]) -> str:
        """One side of `[a|b]`. The writer chooses in any case, so that a spun copy goes on like its original."""
        sides: list[str] = found[1].split("|")
        chosen = self.rng.choice(sides)
        return self.spinner.choice(sides) if self.spin and self.spinner.random() < self.spin else chosen

    def say(self, pattern: str) -> str:
        """A sentence made from the pattern, punctuation in full width."""
        slots = stock()["slots"]
        while "[" in pattern or "{" in pattern:
            pattern = CHOICE.sub(self.choose, pattern)
            pattern = SLOT.sub(lambda found: self.fixed.get(found[1]) or self.rng.choice(slots[found[1]]), pattern)
        return pattern.translate(HALF_TO_FULL)

    def telling(self, **fixed: str) -> Voice:
        return replace(self, fixed={**self.fixed, **fixed})


def person(rng: random.Random) -> str:
    """A made-up name."""
    names = stock()["names"]
    return str(rng.choice(names["surnames"]) + rng.choice(names["given"]))


def voice(rng: random.Random, product: str, spin: float) -> Voice:
    """What one text says throughout: its product, names and numbers."""
    names, other = stock()["names"], stock()["other_slots"]
    teams = rng.sample(other["teams"], 2)
    fixed = {
        "p": product,
        "c": rng.choice(names["companies"]),
        "g": rng.choice(names["cities"]),
        "n": str(rng.choice((2, 3, 5, 6, 7, 9, 10, 12, 15, 18, 20, 25))),
        "a": str(rng.choice((800, 1500, 3000, 4200, 5000, 6800, 8000, 12000, 18000, 25000, 36000))),
        "m": str(rng.choice((3, 6, 9, 12, 18, 24))),
        "r": rng.choice(("7.2", "9.8", "12", "14.4", "15.6", "18", "21.6", "23.8")),
        "d": rng.choice(other["d"]),
        "t1": teams[0],
        "t2": teams[1],
        "s": rng.choice(other["scores"]),
    }
    return Voice(rng, fixed, spin)


def paragraphs(sentences: Sequence[str]) -> list[Line]:
    """The sentences in one paragraph, or in two where they would run over some 200 characters."""
    if sum(map(len, sentences)) <= 200:
        return [Line("p", "".join(sentences))]
    half = len(sentences) // 2
    return [Line("p", "".join(sentences[:half])), Line("p", "".join(sentences[half:]))]


def table(speaker: Voice) -> list[Line]:
    """A small repayment table."""
    amount, rate = int(speaker.fixed["a"]), float(speaker.fixed["r"])
    rows = [("期数", "每期应还(元)", "利息合计(元)")]
    for months in sorted(speaker.rng.sample((3, 6, 9, 12, 18, 24, 36), 4)):
        interest = amount * rate / 1200 * (months + 1) / 2
        rows.append((f"{months}期", f"{(amount + interest) / months:.2f}", f"{interest:.2f}"))
    return [Line("row", " ".join(row), row) for row in rows]


def points(speaker: Voice, patterns: Sequence[str]) -> list[Line]:
    """A list of advice, numbered by hand or with bullets."""
    chosen = speaker.rng.sample(patterns, speaker.rng.randint(3, min(5, len(patterns))))
    said = [speaker.say(pattern) + "。" for pattern in chosen]
    if speaker.rng.random() < 0.6:
        return [Line("n", f"{number}. {text}") for number, text in enumerate(said, 1)]
    return [Line("b", text) for text in said]


def heading(number: int, text: str, style: int) -> Line:
    return Line("h", (f"{NUMERALS[number]}、{text}", text, f"({NUMERALS[number]}){text}")[style])


def body(speaker: Voice, topic: Mapping[str, Any], sections: int, depth: int) -> list[Line]:
    """An opening, `sections` headed sections of about `depth` sentences, at times a list or table, a closing."""
    rng, common = speaker.rng, stock()["common"]
    lines = [Line("p", speaker.say(rng.choice(topic.get("opening", common["openings"]))))]
    facets = rng.sample(topic["facet"], min(sections, len(topic["facet"])))
    bridges = rng.sample(common["bridges"], len(facets))
    style, listed = rng.randrange(3), rng.randrange(len(facets))
    for number, facet in enumerate(facets):
        lines.append(heading(number, speaker.say(rng.choice(facet["heads"])), style))
        said = [speaker.say(pattern) for pattern in rng.sample(facet["says"], min(depth, len(facet["says"])))]
        if rng.random() < 0.5 and "opening" not in topic:
            said.insert(rng.randrange(len(said)), speaker.say(bridges.pop()))
        lines += paragraphs(said)
        if number == listed and "points" in topic:
            lines += points(speaker, topic["points"])
        elif number == listed and "opening" not in topic and rng.random() < 0.6:
            lines += table(speaker)
    if rng.random() < 0.5:
        lines.append(heading(len(facets), rng.choice(("总结", "结语", "写在最后")), style))
    endings = topic.get("closing", common["closings"])
    return [*lines, Line("p", "".join(map(speaker.say, rng.sample(endings, min(2, len(endings))))))]


def remarks(speaker: Voice, day: datetime) -> tuple[Remark, ...]:
    """Two to four comments, half of the threads signed by people with roles."""
    rng, names = speaker.rng, stock()["names"]
    with_roles = rng.random() < 0.5
    made = []
    for pattern in rng.sample(stock()["common"]["comments"], rng.randint(2, 4)):
        role = rng.choice(names["roles"]) if with_roles else ""
        author = person(rng) if role else rng.choice((person(rng), rng.choice(names["nicknames"])))
        made.append(Remark(author, speaker.say(pattern), f"{day + timedelta(days=rng.randrange(2)):%Y-%m-%d}", role))
    return tuple(made)


def write_article(
    seed: str, topic_name: str, product: str, *, sections: int = 0, depth: int = 0, spin: float = 0.0
) -> Article:
    """The article of this seed, which is its id: the same text for the same arguments.

    `sections` and `depth` (sentences a section) are left to chance at 0; `spin` is the share of wordings chosen anew.
    """
    rng = random.Random(seed)  # noqa: S311 -- reproducible prose, no secret
    topic, names = stock()[topic_name], stock()["names"]
    speaker = voice(rng, product, spin)
    title = speaker.say(rng.choice(topic["titles"]))
    published = EPOCH + timedelta(days=rng.randrange(600), seconds=rng.randrange(14 * 3600))
    speaker = speaker.telling(t=title.rstrip("\uff1f"))
    lines = body(speaker, topic, sections or rng.choice((3, 4, 4)), depth or rng.randint(5, 6))
    return Article(
        id=seed,
        topic=topic_name,
        label=topic["label"],
        title=title,
        lines=tuple(lines),
        published=published,
        author=person(rng),
        source=rng.choice(names["sources"]),
        remarks=remarks(speaker, published),
        tags=(product, topic["label"], speaker.fixed["c"]) if "opening" not in topic else (topic["label"],),
        province=rng.choice(names["provinces"]),
    )
