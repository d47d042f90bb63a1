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
BUDGET = 5_000  # URLs of one pattern that has shown no article: lists name hundreds before the first article is fetched
PER_ARTICLE = 20  # further requests for each article that the pattern has shown
MOST_PATTERNS = 100_000  # held in memory: where there are more, those that were met once are forgotten
PATH_MONTH = re.compile(r"(?:^|/)(\d{4})[/-](?:0?[1-9]|1[0-2])(?=[/-]|$)")
YEAR_KEYS = re.compile(r"(year|y|date|month|day|ym)", re.IGNORECASE)
LEADING_YEAR = re.compile(r"(\d{4})(?!\d{5})")
DIGITS = re.compile(r"\d+")


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


def pattern(url: str) -> str:
    """Host and path with every number as N, and the names of the query's parameters."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{DIGITS.sub('N', parts.path)}?{'&'.join(names)}"


class Budgets:
    """Each pattern of URLs has a budget of requests, which grows with the articles that it shows."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self._spent: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()

    def spend(self, url: str) -> bool:
        """One request is taken from the budget; False where nothing is left."""
        key = pattern(url)
        if self._spent[key] >= self.budget + PER_ARTICLE * self._articles[key]:
            return False
        self._spent[key] += 1
        if len(self._spent) > MOST_PATTERNS:
            self._spent = Counter({one: spent for one, spent in self._spent.items() if spent > 1})
            self._articles = Counter({one: found for one, found in self._articles.items() if one in self._spent})
        return True

    def found_article(self, url: str) -> None:
        self._articles[pattern(url)] += 1
