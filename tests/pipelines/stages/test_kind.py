"""A page's kind is told by its shape, and a thread's posts are found: who, when, which floor, and the message alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import Document, Kind, Page
from pipelines.recipe import RECIPE, read, wash
from pipelines.stages.kind import TellKind
from pipelines.stages.rims import floor, is_sign
from tests.pipelines.stages.threads import ARTICLES, LIST, POSTS, QUESTIONS, THREAD_LIST, THREADS, TITLE, page

STAGES = RECIPE[: [type(stage) for stage in RECIPE].index(TellKind) + 1]


def told(html: str) -> Document:
    document = wash(Page("https://a.test/1.html", html.encode()), STAGES)
    assert isinstance(document, Document)
    return document


def messages(document: Document) -> list[str]:
    return ["".join(document.layout.texts[n] for n in post.blocks) for post in document.posts]


@pytest.mark.parametrize("html", THREADS.values(), ids=THREADS)
def test_a_thread_has_its_posts(html: str) -> None:
    document = told(html)
    assert document.kind is Kind.FORUM
    assert messages(document) == [post.text for post in POSTS]


@pytest.mark.parametrize("html", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_has_its_answers(html: str) -> None:
    document = told(html)
    assert document.kind is Kind.QA
    assert messages(document) == [post.text for post in POSTS]


ASKED, ANSWERED = POSTS[0], POSTS[1]
ANSWER = (
    f"<div class=answer-item><div class=who><a class=name>{ANSWERED.author}</a>"
    "<p>擅长车贷、抵押与过户，从业十年，答过三千人。</p></div>"
    f"<div class=answer-text><p>{ANSWERED.text}</p></div><p>{ANSWERED.time}</p></div>"
)


def single(
    depth: int = 0, detail: str = f"<p>{ASKED.text}</p><p>{ASKED.time}</p>", heading: str = f"<h1>{TITLE}？</h1>"
) -> str:
    """A question's page with one answer, so many boxes deep."""
    answer = "<div>" * depth + ANSWER + "</div>" * depth
    question = f"<div class=ask-detail>{detail}</div>"
    return page(f"<div class=wrap><div class=main>{heading}{question}{answer}</div></div>", f"{TITLE}？_车友问答")


@pytest.mark.parametrize("depth", range(6))
def test_a_single_answer_leaves_the_question_alone(depth: int) -> None:
    document = told(single(depth))
    assert document.kind is Kind.QA
    assert messages(document) == [ASKED.text, ANSWERED.text]
    assert [post.author for post in document.posts] == [None, ANSWERED.author]


def test_a_single_answer_leaves_a_question_that_no_title_stands_over() -> None:
    assert messages(told(single(heading=""))) == [ASKED.text, ANSWERED.text]


def test_a_question_may_be_the_title_alone() -> None:
    opening, answer = told(single(detail="")).posts
    assert (opening.blocks, answer.author) == ((), ANSWERED.author)


@pytest.mark.parametrize("html", [*ARTICLES.values(), LIST, THREAD_LIST], ids=[*ARTICLES, "a list", "threads"])
def test_what_only_looks_like_a_thread_is_an_article(html: str) -> None:
    document = told(html)
    assert (document.kind, document.posts) == (Kind.ARTICLE, ())


@pytest.mark.parametrize("name", ["tables with floors", "articles with cells", "a topic and replies"])
def test_replies_tell_who_and_when(name: str) -> None:
    replies = told(THREADS[name]).posts[1:]
    assert [reply.author for reply in replies] == [post.author for post in POSTS[1:]]
    times = [reply.published.strftime("%Y-%m-%d %H:%M") for reply in replies if reply.published]
    assert times == [post.time for post in POSTS[1:]]


def test_floors_are_counted_as_the_page_does() -> None:
    assert [post.floor for post in told(THREADS["tables with floors"]).posts] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("楼主", 1),
        ("沙发", 2),
        ("3楼", 3),
        ("第 12 楼", 12),
        ("#7", 7),
        ("5#", 5),
        ("三楼住户", None),
        ("住在3楼的邻居", None),
    ],
)
def test_a_floor_is_a_line_of_its_own(text: str, number: int | None) -> None:
    assert floor(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "发表于 2024-5-18 19:27:00",
        "3小时前",
        "昨天 08:12",
        "Dec 17, 2023",
        "11. Sep 2024, 18:36",
        "posted 2 days ago",
        "7/9/057:57 PM",
    ],
)
def test_a_sign_tells_a_time(text: str) -> None:
    assert is_sign(text)


@given(
    st.lists(
        st.sampled_from(
            ["<div class=post>", "<div class=reply>", "</div>", "甲乙丙。", "<p>2024-01-02 03:04</p>", "<br>"]
        ),
        max_size=40,
    )
)
def test_posts_are_blocks_of_the_page_and_share_none(parts: list[str]) -> None:
    document = read(Page("https://a.test/1.html", "".join(["<title>论坛</title>字", *parts]).encode()))
    assert isinstance(document, Document)
    numbers = [n for post in TellKind()(document).posts for n in post.blocks]
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(range(len(document.layout.texts)))
