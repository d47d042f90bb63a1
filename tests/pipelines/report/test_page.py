"""The HTML file shows every block, and whatever a page says in it is text."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model import Media, Page
from pipelines.report.explanation import explain
from pipelines.report.page import as_html

ELEMENTS = set(
    "html head meta title style body h1 h2 table tr th td fieldset legend label input ol li small span del".split()
)
ATTRIBUTES = set("lang charset http-equiv content name scope class type id checked autocomplete title".split())

HOSTILE = """<!doctype html><html><head><meta charset="utf-8"><title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>
</head><body><h1>&lt;script&gt;alert('标题里的脚本')&lt;/script&gt;</h1>
<p>来源：&lt;img&#32;src=x&#32;onerror=alert(2)&gt; 2024-05-06 10:20</p>
<p>&lt;img src=x onerror="alert(3)"&gt; 逾期之后先不要慌张，
把每一笔欠款的本金、利息和还款日写在一张纸上，再排出还款的顺序。</p>
<p>&lt;/span&gt;&lt;/li&gt;&lt;/ol&gt;&lt;style&gt;*{display:none}&lt;/style&gt; 与其借新还旧，不如主动联系客服说明困难，
申请延期或者分期。</p>
<div class="share">分享到：&lt;a href="javascript:alert(4)"&gt;微博&lt;/a&gt;</div>
<footer>版权所有 &lt;!-- &amp;lt;script&amp;gt; "' onmouseover='alert(5)</footer></body></html>"""


class Seen(HTMLParser):
    """A file's elements, its attributes, and the text of each block."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.blocks: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "input"}:
            self.open.append(tag)
        if tag == "li":
            self.blocks.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["span"], ["del"]):
            self.blocks[-1] += data


def page(html: str) -> Page:
    return Page("https://example.org/<script>\"'.html", html.encode())


def test_a_hostile_page_is_shown_and_runs_nothing() -> None:
    explanation = explain(page(HOSTILE))
    seen = Seen(as_html(explanation))
    assert set(seen.elements) <= ELEMENTS
    assert {name for name, _ in seen.attributes} <= ATTRIBUTES
    assert seen.blocks == [block.text for block in explanation.blocks]
    assert any("onerror" in text for text in seen.blocks)
    assert any("<script>" in text for text in seen.blocks)


def test_its_own_policy_forbids_scripts_and_everything_from_elsewhere() -> None:
    policies = [value for name, value in Seen(as_html(explain(page(HOSTILE)))).attributes if name == "content"]
    assert any(policy and policy.startswith("default-src 'none'; style-src 'unsafe-inline'") for policy in policies)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))), min_size=1))
def test_any_text_is_shown_as_it_is(lines: list[str]) -> None:
    explanation = explain(Page("a.txt", "\n".join(["第一行总有字", *lines]).encode(), media=Media.TEXT))
    seen = Seen(as_html(explanation))
    assert seen.blocks == [block.text for block in explanation.blocks]
    assert set(seen.elements) <= ELEMENTS


def test_each_family_has_a_box_that_hides_its_blocks() -> None:
    told = as_html(explain(page(HOSTILE)))
    boxes = [value for name, value in Seen(told).attributes if name == "id"]
    assert len(boxes) > 2
    assert [box for box in boxes if f"body:has(#{box}:not(:checked)) li.{box} {{ display: none; }}" not in told] == []


def test_the_same_page_gives_the_same_file() -> None:
    assert as_html(explain(page(HOSTILE))) == as_html(explain(page(HOSTILE)))


def test_removed_blocks_are_struck_and_say_why() -> None:
    told = as_html(explain(page(HOSTILE)))
    assert "<small>footer." in told
    assert "footer.copyright: Copyright © 2010-2024, 版权所有: the site's own line" in told
    assert "<del>版权所有" in told


def test_a_page_without_a_document_still_says_why() -> None:
    told = as_html(explain(Page("https://example.org/", b"")))
    assert "rejected, empty: there are no bytes to read" in told
    assert "<ol>" not in told
