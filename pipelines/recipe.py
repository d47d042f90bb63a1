"""The recipe: what happens to a page, in which order. Read this first."""

from __future__ import annotations

from pipelines.model import Outcome, Page


def clean(page: Page) -> Outcome:
    """The page's outcome: a `Record` to publish or the reason why not. Never raises on account of the page."""
    raise NotImplementedError
