"""A page's explanation as one HTML file: nothing in it runs, and nothing is fetched from elsewhere.

The file is built as a tree and never as a string, so that whatever the page says is text. Families are hidden by CSS
alone, and the file's own policy forbids scripts.
"""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag

from pipelines.model import Block
from pipelines.report.explanation import Explanation, counted, facts, moment, tallies
from pipelines.report.judgement import Judgement
from pipelines.report.tree import add, add_table, new_page
from pipelines.tables.reasons import family, whys

KEPT = "kept"
STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; vertical-align: top; }
th, td { padding: .1rem 1rem .1rem 0; overflow-wrap: anywhere; }
fieldset { position: sticky; top: 0; background: Canvas; border: 1px solid GrayText; }
fieldset label { display: inline-block; margin: .1rem .4rem; padding: 0 .5rem; border-radius: .3rem; }
ol { list-style: none; padding: 0; }
li { margin: .2rem 0; padding: .1rem .6rem; border-left: .3rem solid transparent; overflow-wrap: anywhere; }
small { opacity: .7; margin-right: .6rem; }
.heading > span { font-weight: 600; }
"""
TURN = 137.5  # degrees: the golden angle keeps neighbours' colours apart


def as_html(explanation: Explanation) -> str:
    """The file: the facts, a legend that hides families, the blocks in page order, the rules with their whys."""
    title = f"taoxi explain: {explanation.document.title if explanation.document else explanation.page.url}"
    classes = _classes(explanation)
    soup, body = new_page(title, STYLE + "".join(_rule_of_family(n, name) for name, n in classes.items()))
    add_table(soup, body, facts(explanation))
    if explanation.blocks:
        _legend(soup, body, explanation, classes)
        blocks = add(soup, body, "ol")
        judged = explanation.judgements or (None,) * len(explanation.blocks)
        for block, judgement in zip(explanation.blocks, judged, strict=True):
            item = _block(soup, blocks, block, classes)
            item["title"] = _hover(block, judgement, explanation)
    _tables_below(soup, body, explanation)
    return str(soup)


def _classes(explanation: Explanation) -> dict[str, int]:
    """A number for each family on the page, on every page the same for one that we know; kept blocks have 0."""
    known = dict.fromkeys(map(family, sorted(whys())))
    shown = {_family(block) for block in explanation.blocks}
    numbers = {name: n for n, name in enumerate([KEPT, *known, *sorted(shown - {KEPT, *known})])}
    return {name: n for name, n in numbers.items() if name in shown}


def _family(block: Block) -> str:
    return family(block.removed_by) if block.removed_by else KEPT


def _rule_of_family(number: int, name: str) -> str:
    hidden = f"body:has(#f{number}:not(:checked)) li.f{number} {{ display: none; }}\n"
    if name == KEPT:
        return hidden
    hue = f"{number * TURN % 360:.0f}"
    colour = f".f{number} {{ background: hsl({hue} 80% 50% / .18); border-color: hsl({hue} 80% 45%); }}\n"
    return f"{hidden}{colour}"


def _legend(soup: BeautifulSoup, body: Tag, explanation: Explanation, classes: Mapping[str, int]) -> None:
    """A box to tick for each family, with what it counts."""
    fieldset = add(soup, body, "fieldset")
    add(soup, fieldset, "legend", "shown")
    for name, number in classes.items():
        texts = [block.text for block in explanation.blocks if _family(block) == name]
        label = add(soup, fieldset, "label", class_=f"f{number}")
        add(soup, label, "input", type="checkbox", id=f"f{number}", checked="", autocomplete="off")
        label.append(f" {name}: {counted(len(texts), 'block')}, {counted(sum(map(len, texts)), 'character')}")


def _hover(block: Block, judgement: Judgement | None, explanation: Explanation) -> str:
    """What became of a block and why, and what the classifier saw in it."""
    rule = block.removed_by
    told = f"kept, {block.role}" if rule is None else f"{rule}: {explanation.why(rule)}"
    return f"{told}\n{judgement}" if judgement else told


def _block(soup: BeautifulSoup, blocks: Tag, block: Block, classes: Mapping[str, int]) -> Tag:
    item = add(soup, blocks, "li", class_=f"f{classes[_family(block)]} {block.role}")
    if block.removed_by is None:
        add(soup, item, "span", block.text)
    else:
        add(soup, item, "small", block.removed_by)
        add(soup, item, "del", block.text)
    return item


def _tables_below(soup: BeautifulSoup, body: Tag, explanation: Explanation) -> None:
    if removed := tallies(explanation):
        add(soup, body, "h2", "What removed something, and why")
        rows = [(t.rule, counted(t.blocks, "block"), counted(t.characters, "character"), t.why) for t in removed]
        add_table(soup, body, rows)
    if explanation.document and explanation.document.comments:
        add(soup, body, "h2", "Comments")
        said = []
        for comment in explanation.document.comments:
            who = " · ".join(filter(None, (comment.author, comment.role, moment(comment.published, False))))
            said.append((who or "—", comment.text))
        add_table(soup, body, said)
