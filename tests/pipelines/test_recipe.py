"""The recipe: whatever comes gets an outcome, nothing is lost, and the same bytes give the same outcome everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.model import Document, Media, Page, Reason, Record, Rejected, Role
from pipelines.recipe import FINGERPRINT, MAX_BYTES, RECIPE, clean, clean_many, finish, read, read_safely, wash
from pipelines.stages.body import SelectBody

PROSE = "逾期之后先核对账单，再联系客服说明情况，把能还的数目和日期写清楚，协商的经过全程留下记录。"
ARTICLE = (
    "<html><head><title>逾期以后怎么协商-安心网</title></head><body><div class=nav><a href=/>首页</a></div>"
    f"<div class=article><h1>逾期以后怎么协商</h1>"
    f"<p>2025-03-05 来源：安心网</p><p>{PROSE}</p><p>第二步，{PROSE}</p></div>"
    "<div id=footer>Copyright © 2020 安心网</div></body></html>"
)


def page(body: str | bytes, **fields: object) -> Page:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return replace(Page("https://a.test/1.html", raw), **fields)  # type: ignore[arg-type]  # fields of Page by name


def reason_of(page: Page) -> Reason | None:
    result = clean(page).result
    return result.reason if isinstance(result, Rejected) else None


# ── bad input ───────────────────────────────────────────────────────────────────────────────────────────────────────

REFUSED: dict[str, tuple[Page, Reason]] = {
    "no bytes": (page(b""), Reason.EMPTY),
    "white space": (page(b" \r\n\t \n"), Reason.EMPTY),
    "a byte order mark alone": (page(b"\xef\xbb\xbf"), Reason.EMPTY),
    "an image": (page(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00" + bytes(range(256)) * 8), Reason.BINARY),
    "a PDF": (page(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 8), Reason.BINARY),
    "a gzip": (page(b"\x1f\x8b\x08\x00" + bytes(reversed(range(256))) * 8), Reason.BINARY),
    "only NULs": (page(b"\x00" * 5_000), Reason.EMPTY),
    "only scripts": (page("<html><script>var a = '逾期';</script><style>p{}</style></html>"), Reason.NO_TEXT),
    "no body": (page("<html><head><title>逾期怎么办</title></head></html>"), Reason.NO_TEXT),
    "only images": (page("<body><img src=1.png><img src=2.png></body>"), Reason.NO_TEXT),
    "10,000 <br>": (page("<body>" + "<br>" * 10_000), Reason.NO_TEXT),
    "too large": (page(b"<p>" + b"a" * MAX_BYTES), Reason.TOO_LARGE),
    "too deep": (page("<div>" * 100_000 + PROSE), Reason.TOO_DEEP),
    "not found": (page(ARTICLE, status=404), Reason.HTTP_ERROR),
    "server error": (page(ARTICLE, status=503), Reason.HTTP_ERROR),
    "status 0": (page(ARTICLE, status=0), Reason.HTTP_ERROR),
    "moved": (page(ARTICLE, status=301, headers={"location": "/2.html"}), Reason.REDIRECT),
    "not modified, which was not asked": (page(ARTICLE, status=304), Reason.HTTP_ERROR),
    "moved to nowhere": (page(ARTICLE, status=302), Reason.REDIRECT),
    "image type": (page(ARTICLE, headers={"content-type": "image/png"}), Reason.NOT_A_PAGE),
    "JSON": (page(ARTICLE, headers={"content-type": "Application/JSON; charset=utf-8"}), Reason.NOT_A_PAGE),
    "feed": (page(f"<?xml version='1.0'?><!-- x -->\n<rss><item>{ARTICLE}</item></rss>"), Reason.LIST),
    "robots.txt": (page("User-agent: *", url="https://a.test/robots.txt"), Reason.NOT_A_PAGE),
    "robots.txt with a query": (page("User-agent: *", url="https://a.test/robots.txt?1"), Reason.NOT_A_PAGE),
    "one word": (page("<p>你好</p>"), Reason.NO_ARTICLE),
    "a fault told by the source": (page(b"", fault=Rejected(Reason.DAMAGED, "cut off", "warc")), Reason.DAMAGED),
}


@pytest.mark.parametrize(("bad", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_page_is_rejected_with_its_reason(bad: Page, reason: Reason) -> None:
    outcome = clean(bad)
    assert outcome.page is bad
    assert isinstance(outcome.result, Rejected)
    assert outcome.result.reason is reason
    assert outcome.result.stage


def test_a_fault_of_the_source_is_told_as_it_was() -> None:
    fault = Rejected(Reason.UNREADABLE, "permission denied", "html")
    assert clean(page(ARTICLE, fault=fault)).result == fault


def test_an_article_passes() -> None:
    record = clean(page(ARTICLE)).result
    assert isinstance(record, Record)
    assert record.text == f"{PROSE}\n第二步，{PROSE}"
    assert (record.title, record.source, record.published_has_time) == ("逾期以后怎么协商", "安心网", False)


KEPT: dict[str, Page] = {
    "as it is": page(ARTICLE),
    "without html, head and body": page(f"<h1>逾期以后怎么协商</h1><p>{PROSE}<p>{PROSE[:-1]}吗？"),
    "with NULs": page(ARTICLE.replace("账单", "账\x00单")),
    "with a lone surrogate": page(ARTICLE.replace("账单", "账\ud800单")),
    "with control characters": page(ARTICLE.replace("账单", "账\x07\x1b单")),
    "cut off": page(ARTICLE[: ARTICLE.index("</div></body>") - 30]),
    "cut off in a character": page(ARTICLE.encode()[: ARTICLE.encode().index(b"Copyright") + 1] + b"\xe5"),
    "text on one endless line": page("标题是这样的\n" + PROSE * 20_000, media=Media.TEXT),
    "HTML on one endless line": page(f"<h1>标题是这样的</h1><p>{PROSE * 20_000}</p>"),
    "an article of 10,000 lines": page(
        "<h1>标题是这样的</h1><div>" + "<br>".join(f"{n}、{PROSE}" for n in range(10_000))
    ),
    "an odd content type": page(ARTICLE, headers={"content-type": "TEXT/HTML ;charset=nonsense"}),
    "no URL at all": page(ARTICLE, url="http://[::1"),
    "status 206": page(ARTICLE, status=206),
}


@pytest.mark.parametrize("fine", KEPT.values(), ids=KEPT)
def test_a_rough_page_is_still_a_page(fine: Page) -> None:
    result = clean(fine).result
    assert isinstance(result, Record), result
    assert "联系客服说明情况" in result.text


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

PIECES = st.one_of(
    st.sampled_from(
        [
            f"<p>{PROSE}</p>",
            "<h1>逾期以后怎么协商</h1>",
            "逾期以后怎么协商",
            "<div class=comments>",
            "<div>",
            "</div>",
            "<ul><li>",
            "</ul>",
            "<table><tr><td>",
            "</table>",
            "<a href=/x>看了又看</a>",
            "大家还在看",
            "精彩评论",
            "头像 林小舟-律师 2025-03-05",
            "2025-03-05 22:51:54",
            "来源：安心网",
            "作者：林小舟",
            "【责任编辑：陈默】",
            "版权与免责声明：",
            "写下你的评论...",
            "<br>",
            "Copyright © 2020",
            "上一篇：没有了",
            "<title>逾期_安心网</title>",
            "首页 > 逾期",
            "逾期是什么？",
            "2025年13月40日",
        ]
    ),
    st.text(max_size=6),
)
PAGES = st.lists(PIECES, max_size=25).map("".join)
LINES = st.lists(PIECES, max_size=25).map("\n".join)
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(dirty: Page) -> None:
    outcome = clean(dirty)
    assert outcome == clean(Page(dirty.url, bytes(dirty.body), media=dirty.media))
    result = outcome.result
    if isinstance(result, Rejected):
        assert result.reason is not Reason.FAULT, result
        assert result.stage
        return
    seen = read(dirty)
    assert isinstance(seen, Document)
    assert result.text == "\n".join(block.text for block in result.blocks)
    assert all(block.removed_by is None for block in result.blocks)
    assert all(block.removed_by for block in result.removed)
    rest = {True: iter(result.blocks), False: iter(result.removed)}
    washed = wash(dirty)
    assert isinstance(washed, Document)
    assert [next(rest[rule is None]).text for rule in washed.removed_by] == list(seen.layout.texts)
    assert list(rest[True]) == list(rest[False]) == []


@QUICK
@given(PAGES)
def test_nothing_of_a_page_is_lost(html: str) -> None:
    check(page(html))


@QUICK
@given(LINES)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    check(page(text, media=Media.TEXT))


@QUICK
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\xd8")
@example(b"<meta charset=utf-16><p>\xff")
@example(b"\x2b\x2f\x76\x38")
def test_no_bytes_break_it(body: bytes) -> None:
    check(page(body))
    check(page(body, media=Media.TEXT))


@QUICK
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_broken_bytes_in_an_article_break_it(noise: bytes, place: int) -> None:
    raw = ARTICLE.encode("gb18030")
    check(page(raw[:place] + noise + raw[place:]))


@QUICK
@given(st.text(), st.text(), st.integers(-5, 1_000), st.sampled_from(Media))
def test_no_url_header_or_status_breaks_it(url: str, header: str, status: int, media: Media) -> None:
    headers = {"content-type": header, "location": header}
    outcome = clean(Page(url, ARTICLE.encode(), status=status, headers=headers, media=media))
    assert not (isinstance(outcome.result, Rejected) and outcome.result.reason is Reason.FAULT)


# ── stages that fail ────────────────────────────────────────────────────────────────────────────────────────────────


class Stumble:
    def __call__(self, document: Document) -> Document | Rejected:
        raise ZeroDivisionError("ours")


class Refuse:
    def __call__(self, document: Document) -> Document | Rejected:
        return Rejected(Reason.LIST, "so it is")


def test_what_a_stage_raises_is_a_fault_of_that_stage() -> None:
    assert wash(page(ARTICLE), [*RECIPE, Stumble()]) == Rejected(Reason.FAULT, "ZeroDivisionError: ours", "Stumble")


def test_a_rejection_names_its_stage_and_ends_the_recipe() -> None:
    assert wash(page(ARTICLE), [Refuse(), Stumble()]) == Rejected(Reason.LIST, "so it is", "Refuse")
    assert wash(page(ARTICLE), [*RECIPE, Refuse()]) == Rejected(Reason.LIST, "so it is", "Refuse")


def test_without_stages_every_block_is_kept() -> None:
    document = wash(page(ARTICLE), [])
    assert isinstance(document, Document)
    assert document.kept == tuple(range(len(document.layout.texts)))
    assert Role.HEADING in document.roles


@pytest.mark.parametrize("body", [ARTICLE, "", "<p>短", b"\x89PNG\r\n"])
def test_a_page_that_was_read_already_has_the_same_outcome(body: str | bytes) -> None:
    one = page(body)
    assert finish(one, read_safely(one)) == clean(one)


def test_many_pages_have_the_outcomes_that_each_has_alone() -> None:
    golden = sorted((Path(__file__).parent.parent / "golden").glob("*/page.*"))
    pages = [page(file.read_bytes(), url=f"https://a.test/{file.parent.name}.html") for file in golden]
    pages[3:3] = [page(""), page(ARTICLE, status=404), page(ARTICLE, media=Media.TEXT), page(b"\x89PNG\r\n")]
    assert clean_many(pages) == [clean(one) for one in pages]
    assert clean_many([]) == []


def test_a_page_that_a_stage_stumbles_over_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = SelectBody.chosen

    def stumbling(self: SelectBody, documents: list[Document], *known: object) -> object:
        if any("stumble" in document.page.url for document in documents):
            raise ZeroDivisionError("ours")
        return chosen(self, documents, *known)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(SelectBody, "chosen", stumbling)
    bad = page(ARTICLE, url="https://a.test/stumble.html")
    first, second, third = (outcome.result for outcome in clean_many([page(ARTICLE), bad, page(ARTICLE)]))
    assert second == Rejected(Reason.FAULT, "ZeroDivisionError: ours", "SelectBody")
    assert isinstance(first, Record)
    assert first == third


def test_a_page_read_before_keeps_its_links() -> None:
    one = page(ARTICLE + '<a href="/next">下一页</a>')
    document = read_safely(one)
    assert isinstance(document, Document)
    before = document.layout.links
    finish(one, document)
    assert document.layout.links == before
    assert "/next" in dict(before)


# ── identity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stage_states_its_settings_and_nothing_that_varies() -> None:
    for stage in RECIPE:
        assert type(stage).__name__ in repr(stage)
        assert re.search(r"0x[0-9a-f]{6,}| at 0x|frozenset|\{", repr(stage)) is None


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_fresh_process_says_the_same(seed: str) -> None:
    code = (
        "import sys; from pipelines.model import Page; from pipelines.recipe import FINGERPRINT, RECIPE, clean;"
        "page = Page('https://a.test/1.html', sys.stdin.buffer.read());"
        "sys.stdout.buffer.write(f'{FINGERPRINT}\\n{RECIPE!r}\\n{clean(page).result!r}'.encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=ARTICLE.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert done.stdout.decode() == f"{FINGERPRINT}\n{RECIPE!r}\n{clean(page(ARTICLE)).result!r}"


# ── too much of one thing: work must grow with the page, not with its square ────────────────────────────────────────

MANY = {
    "short lines of plain text": page("\n".join(f"第{n}行的短句" for n in range(20_000)), media=Media.TEXT),
    "dashes in the title": page(f"<title>{'-' * 20_000}</title><p>{PROSE}</p><p>{PROSE[1:]}</p>"),
    "lines that begin as comments do": page("".join(f"<p>头像 甲{n}</p><p>{n}好说</p>" for n in range(2_000))),
    "titles": page("<title>逾期怎么办呢</title>" + "<p>逾期怎么办呢</p>" * 5_000),
    "boxes in boxes": page("<div>" * 900 + PROSE + "</div>" * 900),
}


@pytest.mark.parametrize("much", MANY.values(), ids=MANY)
def test_much_of_one_thing_is_no_fault(much: Page) -> None:
    assert reason_of(much) is not Reason.FAULT


def test_blank_lines_ahead_of_a_page_take_no_time() -> None:
    body = b"\n" * 4000 + b"<!-- a -->\n\n" * 9 + b"<!DOCTYPE html><p>x"
    result = clean(Page("https://a.test/1", body, status=200, headers={"content-type": "text/html"})).result
    assert isinstance(result, Rejected)
    assert result.detail != "a feed or sitemap"
