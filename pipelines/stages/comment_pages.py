"""Refuse pages that show readers' comments on an article of another page: its title, linked, and nothing else of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.model import Document, Reason, Rejected, Role
from pipelines.stages.rims import LONGEST_HEAD, is_rim_text

OF_WHOM = "(?:网友|網友|读者|讀者|用户|最新|全部|热门|信息|文章)"
COMMENTS = "(?:评论|評論|点评|點評|跟帖|留言)"
BEFORE = re.compile(rf"(?:查看)?(?:对|關於|关于)?{OF_WHOM}?{COMMENTS}\s*[:：\s]\s*")
BEHIND = re.compile(rf"[\s_\-—|]*(?:的{OF_WHOM}?|{OF_WHOM}){COMMENTS}(?:列表|页面?|区)?(?:$|[\s_\-—|])")
SIGN = re.compile(COMMENTS)


@dataclass(frozen=True, slots=True)
class RefuseCommentPages:
    """A document passes unless its text is comments on an article that its heading leads to.

    Either the heading says so beside the link, or <title> does before or behind the article's title: 评论 alone behind it
    is many a newspaper's section for opinions.
    """

    least_linked: float = 0.8  # of the article's title, in the link
    least_said: float = 0.5  # of the paragraphs, each below a line of who and when or above a button

    def __call__(self, document: Document) -> Document | Rejected:
        if document.layout.plain or not SIGN.search(document.layout.head.title):
            return document
        about = next((told for n in _headings(document) if (told := self._about(document, n))), None)
        if about is None or not (document.posts or self._are_comments(document)):
            return document
        return Rejected(Reason.NO_ARTICLE, f"readers' comments on “{about[:60]}”")

    def _about(self, document: Document, n: int) -> str | None:
        """The title of the article, where the heading leads to it and the page tells that its comments follow."""
        text, title, linked = document.layout.texts[n], document.layout.head.title, document.layout.link_chars[n]
        mark = BEFORE.match(text)
        about = text[mark.end() :] if mark else text
        if not about or about not in title or not self.least_linked * len(about) <= linked <= len(about):
            return None
        before, _, behind = title.partition(about)
        return about if mark or BEFORE.fullmatch(before) or BEHIND.match(behind) else None

    def _are_comments(self, document: Document) -> bool:
        paragraphs = [n for n in document.kept if document.evidence.paragraph[n]]
        signed = sum(_is_signed(document, n) for n in paragraphs)
        return bool(paragraphs) and signed >= self.least_said * len(paragraphs)


def _headings(document: Document) -> list[int]:
    return [n for n, role in enumerate(document.roles) if role is Role.TITLE or n in document.layout.levels]


def _is_signed(document: Document, n: int) -> bool:
    """Whether a short line that is no running text stands right above, as who and when do, or a button's word at the end."""
    texts = document.layout.texts
    if n and len(texts[n - 1]) <= LONGEST_HEAD and not document.evidence.paragraph[n - 1]:
        return True
    return is_rim_text(texts[n].split()[-1])
