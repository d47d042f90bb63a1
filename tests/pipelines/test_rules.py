"""Each boilerplate rule keeps the promise of its own examples, and needs each of its conditions for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.layout import Layout
from pipelines.model import Document, Page
from pipelines.parse import parse_html
from pipelines.recipe import document_of
from pipelines.stages.boilerplate import ApplyRules
from pipelines.tables import Rule, boilerplate_rules, parse_rules

RULES = boilerplate_rules()
WITHOUT: dict[str, Any] = {
    "says": ".*",
    "max_prose": 1.0,
    "tags": (),
    "name": None,
    "max_chars": 100_000,
}


def washed(rule: Rule, html: str) -> Document:
    layout = parse_html(html)
    assert isinstance(layout, Layout)
    return ApplyRules((rule,))(document_of(Page("http://example.test/"), layout, "utf-8"))


def kept_by_main(layout: Layout) -> set[int]:
    mains = [box for box, tag in enumerate(layout.box_tag) if tag == "main"]
    return {n for box in mains for n in range(layout.box_first[box], layout.box_last[box])}


def broken_promises(rule: Rule) -> Iterator[str]:
    """The blocks of the rule's examples with which it does not do what they say."""
    for html in rule.removes:
        document = washed(rule, html)
        for n in range(len(document.layout.texts)):
            if (document.removed_by[n] == rule.id) == (n in kept_by_main(document.layout)):
                yield f"removes: {document.layout.texts[n]}"
    for html in rule.keeps:
        document = washed(rule, html)
        yield from (f"keeps: {document.layout.texts[n]}" for n, by in enumerate(document.removed_by) if by)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert rule.why
    assert rule.removes
    assert rule.keeps
    assert not list(broken_promises(rule))


@pytest.mark.parametrize(
    ("rule", "condition"),
    [pytest.param(rule, condition, id=f"{rule.id}-{condition}") for rule in RULES for condition in rule.conditions],
)
def test_each_condition_is_earned(rule: Rule, condition: str) -> None:
    """Without the condition, an example must fail."""
    assert list(broken_promises(replace(rule, **{condition: WITHOUT[condition]})))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.cues], ids=lambda rule: rule.id)
def test_cues_find_the_examples(rule: Rule) -> None:
    assert all(any(cue in html for cue in rule.cues) for html in rule.removes)


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) > 15


def test_the_first_rule_in_the_tables_order_removes_a_block() -> None:
    one, other = (Rule(id=f"a.{name}", why="", says="分享本页") for name in "bc")
    layout = parse_html("<p>分享本页</p>")
    assert isinstance(layout, Layout)
    document = document_of(Page("http://example.test/"), layout, "utf-8")
    assert ApplyRules((one, other))(document).removed_by == ("a.b",)
    assert ApplyRules((other, one))(document).removed_by == ("a.c",)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[a\n", "family.toml"),
        ('[a]\nwhy = "x"\nsay = "y"\n', "unknown key 'say'"),
        ('[a]\nwhy = "x"\nsays = "("\n', "family.a"),
        ('[a]\nwhy = "x"\nreach = "everything"\n', "everything"),
        ("[a]\n", "why"),
    ],
)
def test_a_mistake_in_a_table_names_the_rule(table: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match="family") as told:
        parse_rules(table, "family.toml")
    assert message in str(told.value)
