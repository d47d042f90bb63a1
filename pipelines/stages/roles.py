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
LONGEST_CELL = 80  # characters: longer text in a cell is a layout table's paragraph


def starting_roles(layout: Layout) -> tuple[Role, ...]:
    """One role a block."""
    tags = [layout.box_tag[box] for box in layout.boxes]
    roles = [ROLE_OF_TAG.get(tag, Role.PARAGRAPH) for tag in tags]
    for n in layout.levels:
        if roles[n] is Role.PARAGRAPH:
            roles[n] = Role.LIST_ITEM
    if Role.TABLE in roles:
        cells = Counter(layout.box_parent[layout.boxes[n]] for n, role in enumerate(roles) if role is Role.TABLE)
        for n, role in enumerate(roles):
            alone = role is Role.TABLE and cells[layout.box_parent[layout.boxes[n]]] < 2
            if alone or (role is Role.TABLE and len(layout.texts[n]) > LONGEST_CELL):
                roles[n] = Role.PARAGRAPH
    return tuple(roles)
