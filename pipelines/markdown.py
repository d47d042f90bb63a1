"""Blocks as Markdown: CommonMark with GitHub's tables."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.model import Block, Role

SIGNS = re.compile(r"([\\`*_\[\]<>|])")
LINE_START = re.compile(r"^(\d{1,9}(?=[.)] )|(?=(?:#{1,6}|[-+>]) ))")
STARTS = frozenset("#-+>0123456789")  # of lines that LINE_START may change
LEVELS = 6  # of headings


def markdown(title: str | None, blocks: Iterable[Block]) -> str:
    """The text of the blocks under its title, with headings below the title's level, lists, tables and code."""
    pieces = [f"# {escaped(title)}"] if title else []
    before: Role | None = None
    head = 0  # cells of the table's head, until it is ruled off
    for block in blocks:
        role, text = block.role, block.text if block.role is Role.CODE else escaped(block.text)
        if role is Role.TABLE and block.level > 1:
            head += bool(head)
            pieces.append(f" {text} |")
            continue
        if head:
            pieces.append(_rule(head))
            head = 0
        in_line = before is role and (role is Role.LIST_ITEM or (role is Role.TABLE and block.number != 1))
        if pieces:
            pieces.append("\n" if in_line else "\n\n")
        if role is Role.TABLE:
            head = int(not in_line)
            pieces.append(f"| {text} |")
        else:
            pieces.append(_line(block, text))
        before = role
    return "".join(pieces) + (_rule(head) if head else "")


def _rule(cells: int) -> str:
    return f"\n|{' --- |' * cells}"


def _line(block: Block, text: str) -> str:
    match block.role:
        case Role.HEADING:
            return f"{'#' * min(max(block.level, 1) + 1, LEVELS)} {text}"
        case Role.LIST_ITEM:
            mark = "-" if block.number is None else f"{block.number}."
            return f"{'   ' * (block.level - 1)}{mark} {text}"
        case Role.CODE:
            return f"```\n{text}\n```"
        case _:
            return LINE_START.sub(r"\1\\", text) if text[:1] in STARTS else text


def escaped(text: str) -> str:
    """The text as Markdown shows it letter by letter."""
    return SIGNS.sub(r"\\\1", text) if SIGNS.search(text) else text  # most texts have none
