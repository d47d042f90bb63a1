"""Label what the rule tables know: navigation, sharing, recommendations, credits, disclaimers, footers."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from pipelines.evidence import Bools, Codes, Evidence, code_points, paired
from pipelines.layout import Layout
from pipelines.model import Document, Role
from pipelines.stages.lines import is_teaser
from pipelines.tables import Reach, Rule, boilerplate_rules

DECORATION = " \t[]【】「」『』()（）<>|·•»›:：-—–_*▼▲↓↑+.…#～~!！,，/"
NEAR = 3  # boxes around a block whose names count as its own
SHORTEST_TEXT = 40  # characters: shorter paragraphs in a list of teasers are titles that ask or exclaim
LONGEST_SAYING = 100  # characters: a rule with neither cues nor max_chars looks at no longer blocks
CALLED_ARTICLE = re.compile(r"(?:^|\s)(?:main|article|content|(?:main|article|post|entry)-content)(?:\s|$)")
ARTICLE_TAGS = frozenset(("main", "article", "body", "html"))
MOST_PROSE = 0.5  # no rule takes more of a page's prose: what does is no boilerplate


@dataclass(frozen=True)
class ApplyRules:
    """Every block that a boilerplate rule reaches is removed by it: by the first in the table's order, vetoes before others."""

    rules: tuple[Rule, ...] = field(default_factory=boilerplate_rules)

    def __repr__(self) -> str:
        told = repr((self.rules, LONGEST_SAYING))
        return f"ApplyRules({hashlib.sha256(told.encode()).hexdigest()[:16]})"

    def __call__(self, document: Document) -> Document:
        page = _Sight(document.layout, document.evidence)
        labels: dict[int, tuple[Role, str | None]] = {}
        for rule, first, last in sorted(self._hits(page), key=lambda hit: self._order[hit[0].id]):
            for n in range(first, last):
                labels.setdefault(n, (rule.role, rule.id))
        return document.labelling(labels)

    def _hits(self, page: _Sight) -> Iterator[tuple[Rule, int, int]]:
        """(rule, first, last) wherever a rule's conditions hold."""
        reached: dict[str, int] = {}  # a heading within what its rule has reached opens nothing new
        for n, rule in self._candidates(page):
            if n >= reached.get(rule.id, 0) and _block_holds(rule, page, n):
                first, last = REACHES[rule.reach](page, n)
                if _range_holds(rule, page, first, last):
                    reached[rule.id] = last
                    yield rule, first, last
        for box, (tag, name) in enumerate(zip(page.layout.box_tag, page.layout.box_name, strict=True)):
            for rule in self._rules_of_box(tag, name):
                first, last = int(page.evidence.first[box]), int(page.evidence.last[box])
                if first < last and _range_holds(rule, page, first, last):
                    yield rule, first, last

    def _candidates(self, page: _Sight) -> Iterator[tuple[int, Rule]]:
        """Blocks that a rule's words may fit: one scan over the page's text, one match a short block."""
        texts, starts = page.layout.texts, page.evidence.start.tolist()
        seen: set[tuple[int, str]] = set()
        for at, cue in self._cues("\n".join(texts), page.evidence.codes):
            n = bisect_right(starts, at) - 1
            for rule in self._rules_of_cue[cue]:
                if (n, rule.id) not in seen:
                    seen.add((n, rule.id))
                    if _says(rule, texts[n].strip(DECORATION)):
                        yield n, rule
        fitting, shortest = self._rules_of_saying
        for n, text in enumerate(texts):
            if len(text) < len(shortest):
                for rule in fitting(text, shortest[len(text)]):
                    yield n, rule

    def _cues(self, text: str, codes: Codes) -> Iterator[tuple[int, str]]:
        """Where the text, whose code points these are, has cues, and which: none within another, the longest first.

        A pattern of all cues takes ten times as long to pass over what is none.
        """
        pairs, alone = self._cue_starts
        begins = pairs.take(paired(codes, np.append(codes[1:], np.uint16(0))))
        for code in alone:
            begins |= codes == code
        end = 0
        for at in np.flatnonzero(begins).tolist():
            if at >= end and (match := self._cue_pattern.match(text, at)):
                end = match.end()
                yield at, match.group()

    @cached_property
    def _order(self) -> Mapping[str, int]:
        vetoes_first = sorted(self.rules, key=lambda rule: rule.says is None or rule.yields)
        return {rule.id: n for n, rule in enumerate(vetoes_first)}

    @cached_property
    def _rules_of_saying(self) -> tuple[Callable[[str, int], tuple[Rule, ...]], list[int]]:
        """The rules without cues that a block's text fits, from one of them on: the longer it is, the fewer need to be tried.

        And that one, by the text's length; none fits a text that is longer.
        """
        rules = sorted((rule for rule in self.rules if rule.says and not rule.cues), key=_longest)
        limits = [_longest(rule) for rule in rules]
        patterns = [_compiled("|".join(f"(?:{rule.says})" for rule in rules[n:])) for n in range(len(rules))]

        @lru_cache(maxsize=50_000)  # a site's pages say the same short things
        def fitting(text: str, shortest: int) -> tuple[Rule, ...]:
            bare = text.strip(DECORATION)
            if not patterns[shortest].fullmatch(bare):
                return ()
            return tuple(rule for rule in rules[shortest:] if _says(rule, bare))

        longest = limits[-1] if limits else -1
        return fitting, [bisect_left(limits, chars) for chars in range(longest + 1)]

    @cached_property
    def _rules_of_cue(self) -> Mapping[str, tuple[Rule, ...]]:
        """Each cue's rules, and those of the shorter cues inside it, which the scan then passes over."""
        cues = sorted({cue for rule in self.rules for cue in rule.cues})
        return {cue: tuple(rule for rule in self.rules if any(own in cue for own in rule.cues)) for cue in cues}

    @cached_property
    def _cue_starts(self) -> tuple[Bools, tuple[int, ...]]:
        """By `paired`, whether a cue may begin with two characters; and the cues that are one character."""
        cues = [code_points(cue) for cue in self._rules_of_cue]
        pairs = np.zeros(1 << 16, np.bool_)
        for cue in cues:
            if len(cue) > 1:
                pairs[paired(cue[:1], cue[1:2])] = True
        return pairs, tuple(int(cue[0]) for cue in cues if len(cue) == 1)

    @cached_property
    def _cue_pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._rules_of_cue, key=lambda cue: (-len(cue), cue))
        return re.compile("|".join(map(re.escape, longest_first)) or NEVER)

    @cached_property
    def _rules_of_box(self) -> Callable[[str, str], tuple[Rule, ...]]:
        rules = tuple(rule for rule in self.rules if not rule.says)

        @lru_cache(maxsize=20_000)  # sites repeat their class names
        def rules_of_box(tag: str, name: str) -> tuple[Rule, ...]:
            return tuple(
                rule
                for rule in rules
                if (not rule.tags or tag in rule.tags) and (rule.name is None or _named(rule.name, name, tag))
            )

        return rules_of_box


NEVER = r"(?!)"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _longest(rule: Rule) -> int:
    """How long a block may be that a rule without cues looks at."""
    return LONGEST_SAYING if rule.max_chars is None else rule.max_chars


def _says(rule: Rule, bare: str) -> bool:
    return rule.says is not None and _compiled(rule.says).fullmatch(bare) is not None


@lru_cache(maxsize=20_000)
def _named(pattern: str, name: str, tag: str) -> bool:
    """Whether a box is called so: by a whole class or id, or by a part of one where nothing calls it the article's."""
    match = _compiled(pattern).search(name) if name else None
    if match is None:
        return False
    whole = name[: match.end()].endswith(" ") or match.end() == len(name)
    whole &= match.start() == 0 or name[match.start()] == " "
    return whole or not (tag in ARTICLE_TAGS or CALLED_ARTICLE.search(name))


@dataclass(frozen=True, slots=True)
class _Sight:
    """A page as conditions and reaches see it."""

    layout: Layout
    evidence: Evidence

    def around(self, n: int) -> Iterator[int]:
        """The block's box and the ones around it, up to NEAR."""
        box = self.layout.boxes[n]
        for _ in range(NEAR + 1):
            yield box
            if box == 0:
                return
            box = self.layout.box_parent[box]


def _block_holds(rule: Rule, page: _Sight, n: int) -> bool:
    text = page.layout.texts[n]
    if rule.max_chars is not None and len(text) > rule.max_chars:
        return False
    if rule.tags and not any(page.layout.box_tag[box] in rule.tags for box in page.around(n)):
        return False
    return rule.name is None or any(
        _named(rule.name, page.layout.box_name[box], page.layout.box_tag[box]) for box in page.around(n)
    )


def _range_holds(rule: Rule, page: _Sight, first: int, last: int) -> bool:
    most = MOST_PROSE if rule.max_prose is None else rule.max_prose
    return last - first <= 1 or _prose_share(rule, page, first, last) <= most


def _prose_share(rule: Rule, page: _Sight, first: int, last: int) -> float:
    """The share of the page's prose in a range; a list's teasers, however long, are none."""
    if rule.reach is not Reach.LIST:
        return page.evidence.prose_in(first, last)
    prose = sum(page.evidence.prose[n] for n in range(first, last) if _is_running_text(page, n))
    return float(prose / max(page.evidence.prose_sum[-1], 1.0))


def _reach_list(page: _Sight, n: int) -> tuple[int, int]:
    """The heading and what it opens, up to the end of its box or to running text that is no teaser."""
    layout, evidence = page.layout, page.evidence
    box = layout.boxes[n]
    if evidence.last[box] - evidence.first[box] <= 1:
        box = int(evidence.outer[box])
    last = int(evidence.last[box])
    if evidence.first[box] == n and not layout.plain:
        return n, last
    end = n + 1
    while end < last and not _is_running_text(page, end):
        end += 1
    # short lines just before running text are its headings, unless they lead elsewhere
    while end < last and end > n + 1 and evidence.link[end - 1] < 0.5 and not is_teaser(layout.texts[end - 1]):
        end -= 1
    return n, end


def _is_running_text(page: _Sight, n: int) -> bool:
    evidence = page.evidence
    return bool(
        evidence.paragraph[n] and evidence.size[n] >= SHORTEST_TEXT and evidence.link[n] <= 0.3
    ) and not is_teaser(page.layout.texts[n])


REACHES: Mapping[Reach, Callable[[_Sight, int], tuple[int, int]]] = {
    Reach.BLOCK: lambda page, n: (n, n + 1),
    Reach.BOX: lambda page, n: (
        int(page.evidence.first[page.layout.boxes[n]]),
        int(page.evidence.last[page.layout.boxes[n]]),
    ),
    Reach.LIST: _reach_list,
    Reach.REST: lambda page, n: (n, len(page.layout.texts)),
}
