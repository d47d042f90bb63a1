"""What tests of stages share: whole pages through the whole recipe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Media, Page, Record, Rejected
from pipelines.recipe import clean


def outcome_of(body: str, media: Media = Media.HTML) -> Record | Rejected:
    return clean(Page("https://a.test/1.html", body.encode(), media=media)).result


@pytest.fixture
def record() -> Callable[[str], Record]:
    """HTML → the record that the recipe makes of it."""

    def made(html: str) -> Record:
        result = outcome_of(html)
        assert isinstance(result, Record), result
        return result

    return made


@pytest.fixture
def text_record() -> Callable[[str], Record]:
    """Plain text → the record that the recipe makes of it."""

    def made(text: str) -> Record:
        result = outcome_of(text, Media.TEXT)
        assert isinstance(result, Record), result
        return result

    return made


@pytest.fixture
def rejected() -> Callable[[str], Rejected]:
    """HTML → the rejection that the recipe makes of it."""

    def made(html: str) -> Rejected:
        result = outcome_of(html)
        assert isinstance(result, Rejected), result.text
        return result

    return made
