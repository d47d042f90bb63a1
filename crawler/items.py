"""What the spider yields: one page as cleaned. The dataset's rows come from the captures, not from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageItem:
    """`status` is "kept" or "rejected"; a rejected page has its `reason` and no text. `published` is ISO 8601."""

    url: str
    status: str
    reason: str | None = None
    detail: str | None = None
    title: str | None = None
    text: str = ""
    published: str | None = None
    author: str | None = None
    source: str | None = None
