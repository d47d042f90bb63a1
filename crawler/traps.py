"""URL traps, recognized cheaply: calendars without end, paths that repeat, queries that explode."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from urllib.parse import parse_qsl, urlsplit

MOST_SEGMENTS = 16
MOST_PARAMETERS = 8
MOST_REPEATS = 3  # of one path segment
FIRST_YEAR = 1990
PATH_MONTH = re.compile(r"(?:^|/)(\d{4})[/-](?:0?[1-9]|1[0-2])(?=[/-]|$)")
YEAR_KEYS = re.compile(r"(year|y|date|month|day|ym)", re.IGNORECASE)
LEADING_YEAR = re.compile(r"(\d{4})(?!\d{5})")


def is_trap(url: str, today: date) -> bool:
    """The URL looks like one of an endless number: a far month, a path that turns in circles, too long a query."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    repeats = max(Counter(segments).values(), default=0)
    if len(segments) > MOST_SEGMENTS or len(parameters) > MOST_PARAMETERS or repeats > MOST_REPEATS:
        return True
    years = [int(year) for year in PATH_MONTH.findall(parts.path)]
    for key, value in parameters:
        if YEAR_KEYS.fullmatch(key) and (leading := LEADING_YEAR.match(value)):
            years.append(int(leading[1]))
    return any(not FIRST_YEAR <= year <= today.year + 1 for year in years)
