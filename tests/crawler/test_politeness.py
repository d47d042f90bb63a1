"""Retry-After in all its forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import seconds_of

NOW = datetime(2024, 5, 6, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 06 May 2024 12:00:30 GMT", 30.0),
        ("Mon, 06 May 2024 20:00:30 +0800", 30.0),
        ("Mon, 06 May 2024 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Mon, 99 Foo 2024", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert seconds_of(value, NOW) == seconds


@given(st.text())
def test_any_value_is_survived(value: str) -> None:
    seconds = seconds_of(value, NOW)
    assert seconds is None or seconds >= 0
