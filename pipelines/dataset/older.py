"""Rows of schemas before 5, which stored Markdown, and blocks with their texts, as rows of today."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.dataset.rows import Row
from pipelines.markdown import escaped
from pipelines.model import Role

_NUMBER = re.compile(r"([0-9]+)\. $")
_CELL = re.compile(r"(?<!\\)\|")  # what stands in front of one


def of_today(row: Row) -> Row:
    """The page's row; what Markdown alone told, the numbers of list items and the places of cells, stands in its blocks."""
    blocks = list(_blocks(row["markdown"], row["blocks"]))
    return {name: value for name, value in row.items() if name != "markdown"} | {"blocks": blocks}


def _blocks(markdown: str, blocks: list[Row]) -> Iterator[Row]:
    at = line = 0
    for block in blocks:
        role, text = block["role"], escaped(block["text"])
        level, number = block["level"], None
        if (found := markdown.find(text, at)) >= 0:
            at = found + len(text)
            before = markdown[markdown.rfind("\n", 0, found) + 1 : found]
            if role == Role.LIST_ITEM and (told := _NUMBER.search(before)):
                number = int(told[1])
            elif role == Role.TABLE:
                level = len(_CELL.findall(before))
                if level == 1:
                    line = 1 if markdown.find("\n| --- |", at) == markdown.find("\n", at) >= 0 else line + 1
                number = line
        yield {"role": role, "level": level, "number": number, "lines": block["text"].count("\n") + 1}
