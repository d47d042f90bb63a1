"""Times as sources write them become aware ones."""

from __future__ import annotations

from datetime import UTC, date, datetime


def moment(told: object) -> datetime | None:
    """The time in UTC; None where there is none or it cannot be read. One without a zone counts as UTC."""
    if isinstance(told, datetime):
        when = told
    elif isinstance(told, date):
        when = datetime(told.year, told.month, told.day, tzinfo=UTC)
    else:
        try:
            when = datetime.fromisoformat(str(told).strip())
        except ValueError:
            return None
    try:
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
