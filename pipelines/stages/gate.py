"""Let only articles through: lists, home pages and pages without an article are rejected with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pipelines.evidence import CAPITAL, HAN, LATIN, LATIN_WEIGHT, Ints
from pipelines.model import Document, Reason, Rejected, Role
from pipelines.stages.lines import is_teaser

# an article's own button, not a link to another page
OPENED_HERE = re.compile(r"展[开開].{0,2}(?:全文|更多|全部)?\W*$")


@dataclass(frozen=True, slots=True)
class RequireArticle:
    """Documents whose kept text reads as an article pass, others are rejected with what speaks against them.

    Sizes are in characters of Chinese, the other settings are shares.
    """

    min_prose: int = 60  # running text that an article has
    min_alone: int = 12  # … that one has which its page shows under a title, with little else and no list of links
    least_alone: float = 0.5  # of the page's text beside links, in such an article
    surely_alone: float = 0.7  # its probability
    min_post: int = 10  # text that a thread has
    longest_teaser: int = 150  # a list's paragraphs are no longer
    min_page_links: float = 0.65  # of a page that shows no title of its own
    min_spread: float = 0.6  # distinct boxes to paragraphs: teasers have a box each
    min_led: float = 0.3  # of spread paragraphs, those that follow a linked line
    few_led: float = 0.45  # of many paragraphs, wherever they stand
    min_broken_off: float = 0.5  # of the running text
    most_between: int = 3  # lines between a linked title and its teaser
    few_led_by_all: int = 3  # paragraphs that make a list where each of them follows a linked line
    scattered: float = 0.5  # of the text from the first kept block to the last: less is kept from among other things
    little: float = 0.25  # of the page's text, kept from a page that tells neither title nor date of its own
    unsure: float = 0.75  # probability of the kept text up to which it may be such a page's
    doubtful: float = 0.5  # … up to which it may be pieces
    few: int = 5
    many: int = 12
    linked: float = 0.3  # of a line that is no running text, but may be body all the same
    sure: float = 0.8  # probability of the kept text from which on no shape of paragraphs speaks against it
    surest: float = 0.9  # … nor that it breaks off

    def __call__(self, document: Document) -> Document | Rejected:
        evidence = document.evidence
        kept = np.array(document.kept, dtype=np.int64)
        if document.posts and evidence.size[kept].sum() >= self.min_post:
            return document
        prose, sure = self._prose(document, kept)
        if prose < self.min_prose and not self._short(document, kept, sure):
            reason = Reason.LIST if self._mostly_links(document) else Reason.NO_ARTICLE
            return Rejected(reason, f"{prose:.0f} characters of running text; an article has {self.min_prose}")
        if sure < self.sure and "title.heading" not in document.removed_by and self._mostly_links(document):
            return Rejected(Reason.LIST, f"no title, and {self.min_page_links:.0%} or more of the text is linked")
        paragraphs = kept[evidence.paragraph[kept]]
        teasers = sum(float(evidence.size[n]) for n in paragraphs if is_teaser(document.layout.texts[n]))
        if sure < self.surest and teasers >= self.min_broken_off * prose:
            return Rejected(Reason.LIST, f"{teasers / prose:.0%} of the text breaks off to be read elsewhere")
        if len(paragraphs) and all(self._is_teaser(document, int(n)) for n in paragraphs):
            return Rejected(Reason.LIST, "each paragraph breaks off below a linked line")
        if self._teasers(document, paragraphs, sure):
            return Rejected(Reason.LIST, "short paragraphs, each with a box or a link of its own")
        if sure < self.unsure and (told := self._pieces(document, kept, sure)):
            return Rejected(Reason.LIST, told)
        return document

    def _prose(self, document: Document, kept: Ints) -> tuple[float, float]:
        """The size of the kept running text, or of what is probably body where that is more; and how probable it is."""
        evidence = document.evidence
        prose = float(evidence.prose[kept].sum())
        if not document.probability or not len(kept):
            return prose, 0.0
        probability, size = np.array(document.probability)[kept], evidence.size[kept]
        body = float((size * probability)[(probability > 0.5) & (evidence.link[kept] < self.linked)].sum())
        return max(prose, body), float((size * probability).sum() / size.sum())

    def _pieces(self, document: Document, kept: Ints, sure: float) -> str:
        """Why the kept text is but pieces of a page about many things; "" where it is not."""
        if document.layout.plain:
            return ""
        evidence = document.evidence
        size, sums = float(evidence.size[kept].sum()), evidence.size_sum
        if sure < self.doubtful and size < self.scattered * (sums[kept[-1] + 1] - sums[kept[0]]):
            return "pieces from among other things"
        signed = "title.heading" in document.removed_by or document.published is not None
        return "" if signed or size >= self.little * sums[-1] else "no title, no date, and little of the page's text"

    def _short(self, document: Document, kept: Ints, sure: float) -> bool:
        """Whether the few words that are kept are what the page is there for."""
        evidence = document.evidence
        if document.title is None or document.part is not None or document.layout.plain:
            return False  # a part of a longer article waits for the others
        if sure < self.surely_alone or self._mostly_links(document):
            return False
        counts = evidence.counts
        letters = counts[:, HAN] + LATIN_WEIGHT * (counts[:, LATIN] + counts[:, CAPITAL])  # numbers alone say nothing
        said = float((letters * (1 - evidence.link))[kept].sum())
        others = [n for n, rule in enumerate(document.removed_by) if rule == "body.unlikely"]
        rest = float((letters * (1 - evidence.link))[others].sum())
        return said >= self.min_alone and said >= self.least_alone * (said + rest)

    def _mostly_links(self, document: Document) -> bool:
        count = len(document.layout.texts)
        return not document.layout.plain and document.evidence.links_in(0, count) >= self.min_page_links

    def _is_teaser(self, document: Document, n: int) -> bool:
        """Whether the line breaks off below another page's linked title, with at most who and when between them."""
        text = document.layout.texts[n]
        if not is_teaser(text) or OPENED_HERE.search(text):
            return False
        for k in range(n - 1, max(n - 2 - self.most_between, -1), -1):
            if not document.removed_by[k] or document.roles[k] is Role.TITLE:
                return False
            if _is_linked_line(document, k) and document.layout.texts[k] != document.source:
                return True
        return False

    def _teasers(self, document: Document, paragraphs: Ints, sure: float) -> bool:
        """Whether the kept paragraphs are teasers of other articles."""
        evidence, count = document.evidence, len(paragraphs)
        if (
            document.layout.plain
            or count < self.few_led_by_all
            or evidence.size[paragraphs].max() > self.longest_teaser
        ):
            return False
        led = sum(_follows_link(document, int(n)) for n in paragraphs) / count
        if led == 1:
            return True
        if sure >= self.sure or document.published is not None or count < self.few:
            return False
        spread = len(set(evidence.nearest[paragraphs].tolist())) / count
        return (spread >= self.min_spread and (document.title is None or led >= self.min_led)) or (
            count >= self.many and led >= self.few_led
        )


def _is_linked_line(document: Document, n: int) -> bool:
    return document.evidence.link[n] > 0.8 and len(document.layout.texts[n]) >= 6


def _follows_link(document: Document, n: int) -> bool:
    """Whether the line before it leads elsewhere, or the one before that where only a line that went lies between."""
    for k in (n - 1, n - 2):
        if k < 0 or not document.removed_by[k]:
            return False
        if _is_linked_line(document, k):
            return True
    return False
