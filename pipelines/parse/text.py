"""Which characters are text."""

from __future__ import annotations

import re

ZERO_WIDTHS = "\u200b\u200c\u200d\u2060\ufeff"
ZERO_WIDTH = re.compile(f"[{ZERO_WIDTHS}]")
HAS_TEXT = re.compile("[0-9A-Za-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff10-\uff5a]")
ASTRAL = re.compile("[\U00020000-\U0003ffff]")


def has_text(text: str) -> bool:
    """The text holds a letter or a digit, and is no decoration alone."""
    return text[:1].isalnum() or HAS_TEXT.search(text) is not None or ASTRAL.search(text) is not None
