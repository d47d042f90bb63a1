"""Pages that say in words that they hold no article: logins, captchas, missing pages, blocks, parked domains, redirects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.evidence import CONTROLS
from pipelines.model import Document, Reason, Rejected, Role
from pipelines.shells import refreshes_to
from pipelines.tables.notices import Notice, message, notices, notices_id

SEPARATOR = re.compile(r"\s*[-_|·–—>»:：,，。]+\s*|\s{2,}")
CLAUSE = re.compile(r"[^，。！？；,.!?;…\s]+(?:[ .,'’][^，。！？；,.!?;…\s]+)*")
SHOWN_ON_DEMAND = re.compile(
    r"modal|dialog|popup|pop-|toast|layer|mask|tooltip|dropdown|hidden|hide|cookie|footer|header", re.IGNORECASE
)
LOGIN_FORM = re.compile(
    r"忘记密码|忘了密码|找回密码|记住(?:我|密码|登录)|自动登录|密码登录|短信登录|扫码登录|验证码登录|(?:用户名|账号|帐号|手机号|邮箱)[:：]?|密码[:：]?"
    r"|忘記密碼|記住我|使用者名稱|密碼[:：]?|forgot.{0,12}password\W*|remember me|user ?name|password",
    re.IGNORECASE,
)
TOLD_AMONG_LINKS = (Reason.CAPTCHA, Reason.BLOCKED, Reason.SOFT_404)  # on a page of links, the others are its frame's
FORM_LINES = 3  # such lines make a login form
NEAR = 4  # boxes around a block that may be shown on demand only


@dataclass(frozen=True, slots=True)
class RefuseNotices:
    """A document whose kept text is no article passes only if nothing on its page says why there is none.

    Sizes are characters of kept running text beside the notice: a page that says more is an article about such things, or an
    article with a login box beside it. A message that software shows in place of any page is refused as a thread's, too: its
    box may be called as a post's.
    """

    table: str = field(default_factory=notices_id)
    most: int = 400  # no page with more is looked at
    most_titled: int = 150  # where the title or a heading is the notice
    most_said: int = 60  # where a short block is
    longest: int = 120  # characters of such a block
    least_said: float = 0.3  # of the block, in clauses that say so
    least_in_clause: float = 0.25  # of a clause, in the words that do
    most_links: float = 0.65  # of the page's text: what is said on a list page is no notice
    most_blocks: int = 60  # … nor on one with more blocks, unless its title says so

    def __call__(self, document: Document) -> Document | Rejected:
        if document.layout.plain:
            return document
        kept = np.array(document.kept, dtype=np.int64)
        prose = document.evidence.prose[kept]
        if prose.sum() < self.most_titled and self._is_message(document):
            lines = [document.layout.texts[n] for n in self._lines(document)]
            return _first(lines, self._says, "a message says") or Rejected(
                Reason.NO_ARTICLE, "a message of the software's"
            )
        if document.posts or prose.sum() >= self.most:
            return document
        rest = 0.0
        for k in np.argsort(-prose, kind="stable").tolist():  # the longest first: they soon are enough
            if rest >= self.most_titled or not prose[k]:
                break
            rest += 0.0 if self._is_notice(document.layout.texts[kept[k]]) else float(prose[k])
        found = self._titled(document) if rest < self.most_titled else None
        if found is None and rest < self.most_said:
            found = self._said(document) or _refreshed(document)
        return document if found is None else found

    def _is_message(self, document: Document) -> bool:
        """Whether two of three tell: the title, a line that leads back, the name of a box, which has to hold that line."""
        layout, told = document.layout, message()
        is_titled = any(told.titles.fullmatch(line) for line in self._titles(document))
        back = [n for n, text in enumerate(layout.texts) if len(text) <= self.longest and told.back.search(text)]
        if not (is_titled or back):  # as of most pages
            return False
        boxes = [
            b for b, name in enumerate(layout.box_name) if any(told.boxes.fullmatch(part) for part in name.split())
        ]
        if is_titled:
            return bool(boxes or back)
        return any(layout.box_first[b] <= n < layout.box_last[b] for b in boxes for n in back)

    def _titled(self, document: Document) -> Rejected | None:
        return _first(self._titles(document), _titled, "the title says")

    def _titles(self, document: Document) -> list[str]:
        """The parts of <title> and of the first headings."""
        layout = document.layout
        headings = [
            layout.texts[n]
            for n, role in enumerate(document.roles)
            if role in (Role.HEADING, Role.TITLE) and layout.levels.get(n, 1) <= 2
        ]
        title = layout.head.title
        return [
            line.strip(" !！.。…")
            for text in (title, *headings[:4])
            for line in (text, *SEPARATOR.split(text)[:2])
            if 0 < len(line) <= self.longest
        ]

    def _said(self, document: Document) -> Rejected | None:
        layout = document.layout
        if len(layout.texts) > self.most_blocks:
            return None
        among_links = document.evidence.links_in(0, len(layout.texts)) >= self.most_links
        if not among_links and sum(LOGIN_FORM.fullmatch(text) is not None for text in layout.texts) >= FORM_LINES:
            return Rejected(Reason.LOGIN_REQUIRED, "the page is a login form")
        lines = [layout.texts[n] for n in self._lines(document)]
        found = _first(lines, self._says, "the page says")
        return None if found and among_links and found.reason not in TOLD_AMONG_LINKS else found

    def _lines(self, document: Document) -> Iterator[int]:
        """The short blocks that every reader sees."""
        layout = document.layout
        for n, text in enumerate(layout.texts):
            box = layout.boxes[n]
            if len(text) > self.longest or layout.box_tag[box] in CONTROLS or document.evidence.link[n] > 0.5:
                continue
            around = [box]
            while len(around) < NEAR and around[-1]:
                around.append(layout.box_parent[around[-1]])
            if not any(b in layout.hidden or SHOWN_ON_DEMAND.search(layout.box_name[b]) for b in around):
                yield n

    def _is_notice(self, text: str) -> bool:
        return any(self._says(notice, text) for notice in notices())

    def _says(self, notice: Notice, text: str) -> bool:
        """Whether a short block says hardly anything else."""
        if len(text) > self.longest or not notice.says.search(text):
            return False
        clauses = [clause for clause in CLAUSE.findall(text) if self._is_clause(notice, clause)]
        return sum(map(len, clauses)) >= self.least_said * len(text) if clauses else False

    def _is_clause(self, notice: Notice, clause: str) -> bool:
        match = notice.says.search(clause)
        return match is not None and match.end() - match.start() >= self.least_in_clause * len(clause)


def _titled(notice: Notice, line: str) -> bool:
    return notice.titles.fullmatch(line) is not None


def _refreshed(document: Document) -> Rejected | None:
    to = refreshes_to(document.layout.head.metas.get("refresh", ""))
    return Rejected(Reason.REDIRECT, f"the page leads on to {to[:200]}") if to else None


def _first(lines: Sequence[str], fits: Callable[[Notice, str], bool], told: str) -> Rejected | None:
    """The first notice, in the table's order, that one of the lines is."""
    for notice in notices():
        for line in lines:
            if fits(notice, line):
                return Rejected(notice.reason, f"{told} “{line[:60]}”")
    return None
