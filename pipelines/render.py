"""Document → Record: the kept blocks, their plain text, and the removed ones beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.model import Block, Document, Record, Role
from pipelines.script import to_simplified

NONE = -1


def record(document: Document) -> Record:
    """The record of a document that has passed every stage."""
    blocks = document.blocks
    kept = tuple(_kept(document, blocks))
    text = "\n".join(block.text for block in kept)
    return Record(
        title=document.title,
        text=text,
        blocks=kept,
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


def _kept(document: Document, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks that nothing removed; cells of tables know their column and row, as far as these were kept."""
    layout = document.layout
    table = row = NONE  # boxes around the cell before
    number = column = 0  # its place in the table
    for n in document.kept:
        block = blocks[n]
        if block.role is not Role.TABLE:
            table = row = NONE
            yield block
            continue
        around, within = layout.table_around(n), layout.box_parent[layout.boxes[n]]
        same_table, same_row = around == table, within == row
        number = (number if same_row else number + 1) if same_table else 1
        column = column + 1 if same_row else 1
        table, row = around, within
        yield block._replace(level=column, number=number)
