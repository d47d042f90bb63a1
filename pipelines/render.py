"""Document → Record: the kept blocks as plain text and as Markdown, the removed ones beside them."""

from __future__ import annotations

import re
from itertools import groupby

from pipelines.model import Document, Record, Role
from pipelines.script import to_simplified

MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>|])")
LINE_START = re.compile(r"^(\d{1,9}(?=[.)] )|(?=(?:#{1,6}|[-+>]) ))")


def record(document: Document) -> Record:
    """The record of a document that has passed every stage."""
    blocks = document.blocks
    kept = [n for n, block in enumerate(blocks) if block.removed_by is None]
    text = "\n".join(blocks[n].text for n in kept)
    return Record(
        title=document.title,
        text=text,
        markdown=_markdown(document, kept),
        blocks=tuple(blocks[n] for n in kept),
        published=document.published,
        published_has_time=document.published_has_time,
        author=document.author,
        source=document.source,
        comments=document.comments,
        script=document.script,
        encoding=document.encoding,
        removed=tuple(block for block in blocks if block.removed_by is not None),
        text_simplified=to_simplified(text) if document.script == "Hant" else None,
        embedded=document.layout.embedded,
        part=document.part,
        kind=document.kind,
        modified=document.modified,
        section=document.section,
        canonical=document.canonical,
        provenance=document.provenance,
    )


def _markdown(document: Document, kept: list[int]) -> str:
    """CommonMark with GitHub's tables; headings below the title's level."""
    layout = document.layout

    def row_of(n: int) -> int:  # cells of one table row are one line; every other block is its own
        return -layout.box_parent[layout.boxes[n]] if document.roles[n] is Role.TABLE else n + 1

    parts = [f"# {_escaped(document.title)}"] if document.title else []
    before, table_before = None, 0
    for _, group in groupby(kept, row_of):
        numbers = list(group)
        role = document.roles[numbers[0]]
        line = _line(document, numbers, role)
        table = layout.table_around(numbers[0]) if role is Role.TABLE else 0
        if before is Role.TABLE and role is Role.TABLE and table == table_before:
            parts[-1] += f"\n{line}"
        elif role is Role.TABLE:
            parts.append(f"{line}\n|{' --- |' * len(numbers)}")
        elif before is Role.LIST_ITEM and role is Role.LIST_ITEM:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
        before, table_before = role, table
    return "\n\n".join(parts)


def _line(document: Document, numbers: list[int], role: Role) -> str:
    layout = document.layout
    texts = [_escaped(layout.texts[n]) for n in numbers]
    level = layout.levels.get(numbers[0], 1)
    match role:
        case Role.TABLE:
            return f"| {' | '.join(texts)} |"
        case Role.HEADING:
            return f"{'#' * min(level + 1, 6)} {texts[0]}"
        case Role.LIST_ITEM:
            mark = f"{layout.numbers[numbers[0]]}." if numbers[0] in layout.numbers else "-"
            return f"{'   ' * (level - 1)}{mark} {texts[0]}"
        case Role.CODE:
            return f"```\n{layout.texts[numbers[0]]}\n```"
        case _:
            return LINE_START.sub(r"\1\\", texts[0])


def _escaped(text: str) -> str:
    return MARKDOWN_SIGNS.sub(r"\\\1", text)
