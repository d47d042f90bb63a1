"""Tell a page's kind by its shape: an article, a forum thread, or a question with answers; and find the posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipelines.layout import Layout
from pipelines.model import Document, Kind, Post
from pipelines.stages.lines import read_date
from pipelines.stages.posts import (
    Boxes,
    Found,
    alike_boxes,
    author_box,
    called,
    group,
    message_blocks,
    named_boxes,
    rim,
)
from pipelines.stages.quotes import without_quotes
from pipelines.stages.rims import LONGEST_NICKNAME, LONGEST_RIM, floor, is_rim_text, is_sign, name_on
from pipelines.tables.posts import post_table

THREAD_SCHEMA = re.compile(r'"DiscussionForumPosting"')
QA_SCHEMA = re.compile(r'"QAPage"')
MANY_NAMES = 3  # boxes called a thread's: more than a link to the forum


@dataclass(frozen=True, slots=True)
class TellKind:
    """The document has its kind and, where it is a thread or a question with answers, its posts.

    A thread's first post is of the same template as the others; an article stands in a box of its own above its readers'
    comments. Where the first post has a template of its own, too, the page must call itself a forum's or a question's.
    Shares are of the group of posts, sizes in characters of Chinese.
    """

    table: str = field(default_factory=lambda: post_table().id)
    most_before: float = 150.0  # running text above a thread's first post
    least_signed: float = 0.6  # posts that tell a time or a floor
    least_authored: float = 0.9  # … or show a name, where the page calls itself a forum
    most_headlines: float = 0.5  # posts that have a linked line of their own, as in a list of other articles
    most_linked: float = 0.5  # the messages' characters in links
    least_prose: float = 0.5  # of the page's running text, in the posts
    least_alone: float = 0.9  # … in comments on a page that holds nothing else
    least_size: float = 0.3  # of the page's text, in messages that nothing calls so
    few: int = 3
    least_signs_among_comments: int = 3
    least_signs: tuple[tuple[str, int], ...] = (("reply", 2), ("answer", 2), ("comment", 5))  # of a thread, by word

    def __call__(self, document: Document) -> Document:
        if document.layout.plain:
            return document
        boxes = named_boxes(document.layout, document.evidence)
        told = self._told(document, boxes) if boxes else document
        if told is document and _calls_itself_forum(document):
            return self._told(document, alike_boxes(document.layout, document.evidence))
        return told

    def _told(self, document: Document, boxes: Sequence[Boxes]) -> Document:
        """The document with the kind and the posts of the best of these groups of boxes, if any makes a thread."""
        title = document.title_block
        groups = [group(document.layout, document.evidence, word, of, title) for word, of in boxes]
        later = {found.messages for found in groups if found.word in dict(self.least_signs)}
        threads = [
            found
            for found in groups
            if found.word == "own" or (found.messages[1:] not in later and self._is_thread(document, found))
        ]
        replies = [] if threads else [found for found in groups if self._are_replies(document, found)]
        if not threads and not replies:
            return document
        best = max(threads or replies, key=lambda found: (found.word == "own", found.size, len(found.messages)))
        posts = _posts(document, best)
        above = Post(()) if threads else _opening(document, best)
        if above.blocks or best.word in ("comment", "answer"):  # else the first of them is the opening
            posts = [above, *posts]
        opening, *others = without_quotes(document.layout, posts)
        kind = Kind.QA if _is_qa(document, best, groups) else Kind.FORUM
        return replace(document, kind=kind, posts=(opening, *(post for post in others if post.blocks)))

    def _is_thread(self, document: Document, found: Found) -> bool:
        """Whether its first post is of the same template as the others, and no article stands above them."""
        if found.word not in ("post", "alike") or not self._looks_so(document, found):
            return False
        sizes, prose = document.evidence.size_sum, document.evidence.prose_sum
        if found.word == "alike" and found.size < self.least_size * float(sizes[-1]):
            return False
        return float(prose[found.spans[0][0]]) < self.most_before and _share(document, found) >= self.least_prose

    def _are_replies(self, document: Document, found: Found) -> bool:
        """Whether these are replies or answers to what stands above them in a box of another template."""
        least = dict(self.least_signs)
        if found.word not in least or not self._looks_so(document, found):
            return False
        among = _among_comments(document.layout, found.messages[0])
        if signs_of_thread(document, found) >= max(least[found.word], self.least_signs_among_comments * among):
            return True
        return len(found.messages) >= self.few and _share(document, found) >= self.least_alone

    def _looks_so(self, document: Document, found: Found) -> bool:
        """Whether the posts tell who or when, and neither lead to other articles nor consist of links."""
        if found.linked >= self.most_linked or (len(found.messages) > 1 and found.headlines >= self.most_headlines):
            return False
        if found.signed >= self.least_signed:
            return True
        return found.authored >= self.least_authored and signs_of_thread(document, found) > 0


def _is_qa(document: Document, posts: Found, groups: Sequence[Found]) -> bool:
    """Whether the posts are called answers, or the page calls itself a question's and not a forum's."""
    later = (posts.messages, posts.messages[1:])
    if any(found.word == "answer" and found.messages in later for found in groups) or _has_schema(document, QA_SCHEMA):
        return True
    return _count(document, "question") > 0 and _count(document, "forum") == 0


def signs_of_thread(document: Document, found: Found) -> int:
    """How many things say that the page is a forum's, or for answers a question's."""
    names = _count(document, "question" if found.word == "answer" else "forum")
    names = max(names, _count(document, "question")) if found.word == "reply" else names
    software = post_table().software.search(document.layout.head.metas.get("generator", "")) is not None
    schema, title = _has_schema(document, THREAD_SCHEMA), _title_says(document)
    return 2 * software + 2 * schema + title + 2 * (names > 0) + (names >= MANY_NAMES)


def _count(document: Document, what: str) -> int:
    return sum(called(what, name) is not None for name in document.layout.box_name)


def _title_says(document: Document) -> int:
    """2 where <title> names a forum, 1 where it names a community or a Q&A site, which may publish articles, too."""
    title, table = document.layout.head.title, post_table()
    return 2 if table.forums.search(title) else int(table.titles.search(title) is not None)


def _calls_itself_forum(document: Document) -> bool:
    software = post_table().software.search(document.layout.head.metas.get("generator", ""))
    return bool(software) or _title_says(document) > 0


def _has_schema(document: Document, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for text in document.layout.head.json_ld)


def _share(document: Document, found: Found) -> float:
    """The share of the page's running text that stands in the posts."""
    prose = document.evidence.prose_sum
    inside = sum(float(prose[last] - prose[first]) for first, last in found.spans)
    return inside / max(float(prose[-1]), 1.0)


def _among_comments(layout: Layout, box: int) -> bool:
    while box and "comment" not in layout.box_name[box].lower():
        box = layout.box_parent[box]
    return box > 0


def _posts(document: Document, found: Found) -> list[Post]:
    """The posts; behind the first, what tells neither who nor when where the others do is a form or a notice."""
    layout, posts = document.layout, []
    for k, (message, span) in enumerate(zip(found.messages, found.spans, strict=True)):
        around = rim(layout, message, span)
        signed = any(is_sign(layout.texts[n]) for n in around) or author_box(layout, around) is not None
        if not k or signed or found.signed < 1 - 1 / len(found.messages):
            posts.append(_post(document, message, around))
    return posts


def _post(document: Document, message: int, around: Iterable[int]) -> Post:
    layout = document.layout
    lines = [n for n in around if len(layout.texts[n]) <= LONGEST_RIM]
    when = next((date for n in lines if (date := read_date(layout.texts[n]))), None)
    number = next((number for n in lines if (number := floor(layout.texts[n])) is not None), None)
    author = _author(document, lines)
    return Post(message_blocks(layout, message), author, when[0] if when else None, number)


def _author(document: Document, lines: list[int]) -> str | None:
    """Who wrote a post: the name in a box called so, else in a link, else beside the time, else on the rim's first line."""
    layout = document.layout
    texts = [layout.texts[n] for n in lines]
    named = author_box(layout, lines)
    if named is not None:
        return name_on(layout.texts[named]) or layout.texts[named]
    linked = (layout.texts[n] for n in lines if document.evidence.link[n] > 0.8)
    beside = (name for text in texts if (name := name_on(text)))
    first = (text for text in texts[:1] if ":" not in text and "：" not in text)
    plain = (text for text in (*linked, *beside, *first) if len(text) <= LONGEST_NICKNAME)
    return next((text for text in plain if not is_sign(text) and not is_rim_text(text)), None)


def _opening(document: Document, replies: Found) -> Post:
    """The post or question above the replies: the smallest box that holds nearly all of the running text there."""
    layout, title = document.layout, document.title_block
    start, end = 0 if title is None else title + 1, replies.spans[0][0]
    inside = [b for b in range(1, len(layout.box_parent)) if start <= layout.box_first[b] < layout.box_last[b] <= end]
    for sums, boxes in (
        (document.evidence.prose_sum, inside),
        (document.evidence.size_sum, [b for b in inside if called("inner", layout.box_name[b])]),
    ):
        text = {b: float(sums[layout.box_last[b]] - sums[layout.box_first[b]]) for b in boxes}
        most = max(text.values(), default=0.0)
        if most:
            box = min(
                (b for b in boxes if text[b] >= 0.9 * most), key=lambda b: layout.box_last[b] - layout.box_first[b]
            )
            return _post(document, box, range(start, layout.box_first[box]))
    return Post(())
