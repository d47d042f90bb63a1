"""What the spider yields: one page as cleaned. The dataset's rows come from the captures, not from here."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.model import Outcome, Rejected


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


def item_of(outcome: Outcome) -> PageItem:
    """The outcome as one flat row."""
    result, url = outcome.result, outcome.page.url
    if isinstance(result, Rejected):
        return PageItem(url, "rejected", reason=str(result.reason), detail=result.detail or None)
    published = result.published.isoformat() if result.published else None
    return PageItem(url, "kept", None, None, result.title, result.text, published, result.author, result.source)
