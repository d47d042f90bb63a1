"""What a block is by its markup alone, before any stage has read it."""

from __future__ import annotations

from collections import Counter

from pipelines.layout import Layout
from pipelines.model import Role

ROLE_OF_TAG = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Role.HEADING),
    **dict.fromkeys(("dt", "dd"), Role.LIST_ITEM),
    **dict.fromkeys(("td", "th"), Role.TABLE),
    "caption": Role.CAPTION,
    "figcaption": Role.CAPTION,
    "pre": Role.CODE,
}
CELLS = frozenset(("td", "th"))
LONGEST_CELL = 80  # characters: longer text in a cell is a layout table's paragraph


def starting_roles(layout: Layout) -> tuple[Role, ...]:
    """One role a block."""
    paragraph, item, table = Role.PARAGRAPH, Role.LIST_ITEM, Role.TABLE
    tags = [layout.box_tag[box] for box in layout.boxes]
    roles = [ROLE_OF_TAG.get(tag, paragraph) for tag in tags]
    for n in layout.levels:
        if roles[n] is paragraph:
            roles[n] = item
    if not CELLS.isdisjoint(tags):
        rows = {n: layout.box_parent[layout.boxes[n]] for n, role in enumerate(roles) if role is table}
        cells = Counter(rows.values())
        for n, row in rows.items():
            if cells[row] < 2 or len(layout.texts[n]) > LONGEST_CELL:
                roles[n] = paragraph
    return tuple(roles)
