"""robots.txt as RFC 9309 has it, read as Google's open-source parser reads what webmasters really write.

Source: RFC 9309, and google/robotstxt for what it leaves open: a missing colon, misspelt names, products with a space,
escapes in any case, `index.html` for its folder. Unlike it we obey Crawl-delay, so that is a rule as well, behind which
another group begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.paths import escaped, fits

MOST_BYTES = 500 << 10  # RFC 9309, 2.5: what is behind may be ignored
MOST_LINE = 2083 * 8 - 1
LINE_ENDS = re.compile(r"\r\n|\r|\n")
PRODUCT = re.compile(r"[A-Za-z_-]*")
NUMBER = re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+", re.ASCII)
INDEX = re.compile(r"(.*/)index\.htm[^/]*", re.DOTALL)
NAMES = (  # the first that a line's name begins with
    ("agent", ("user-agent", "useragent", "user agent")),
    ("allow", ("allow",)),
    ("disallow", ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")),
    ("delay", ("crawl-delay", "crawldelay", "crawl delay")),
    ("sitemap", ("sitemap", "site-map")),
)


@dataclass(slots=True)
class Group:
    """What is said to one agent: patterns, with whether they allow, and seconds between two requests."""

    rules: list[tuple[str, bool]] = field(default_factory=list)
    delay: float | None = None

    def allows(self, path: str) -> bool:
        """The longest pattern that fits decides, of two of a length the one that allows."""
        best, allowed = 0, True
        for pattern, allows in self.rules:
            length = len(pattern.encode())
            if (length > best or (length == best and allows)) and fits(pattern, path):
                best, allowed = length, allows
        return allowed


class RobotsTxt:
    """The rules of one host's robots.txt."""

    def __init__(self, text: str) -> None:
        self._lines = list(_lines(text[:MOST_BYTES].removeprefix("\ufeff")))
        self._groups: dict[str, Group] = {}
        self.sitemaps = [value for name, value in self._lines if name == "sitemap" and value]

    def allowed(self, url: str, agent: str) -> bool:
        """The agent, a product name without version, may ask for the URL."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self._group(agent).allows(path)

    def crawl_delay(self, agent: str) -> float | None:
        """The seconds between two requests that the agent is asked for."""
        return self._group(agent).delay

    def _group(self, agent: str) -> Group:
        if agent not in self._groups:
            self._groups[agent] = _group(self._lines, agent.lower())
        return self._groups[agent]


def _group(lines: list[tuple[str, str]], agent: str) -> Group:
    """All that is said to the agent, in whatever groups, and if it is not named at all, to everybody."""
    own, everybody = Group(), Group()
    named = is_named = is_everybody = ruled = False
    for name, value in lines:
        if name == "agent":
            if ruled:
                ruled = is_named = is_everybody = False
            if value == "*" or re.match(r"\*\s", value):
                is_everybody = True
            elif agent and product(value) == agent:
                named = is_named = True
        elif name != "sitemap":
            ruled = True
            for group in [own] * is_named + [everybody] * (is_everybody and not is_named):
                _add(group, name, value)
    return own if named else everybody


def _add(group: Group, name: str, value: str) -> None:
    if name == "delay":
        group.delay = _seconds(value) if group.delay is None else group.delay
        return
    pattern = escaped(value)
    if pattern:
        group.rules.append((pattern, name == "allow"))
    if name == "allow" and (folder := INDEX.fullmatch(pattern)):
        group.rules.append((folder[1] + "$", True))


def _seconds(value: str) -> float | None:
    """The number at the value's beginning: people write 1,5 and 10s, too."""
    found = NUMBER.match(value)
    return float(found[0].replace(",", ".")) if found else None


def product(value: str) -> str:
    """The product's name at the beginning of a User-agent line's value, in lower case."""
    found = PRODUCT.match(value)
    return found[0].lower() if found else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of the lines that are known, in their order."""
    for line in LINE_ENDS.split(text):
        told = line[:MOST_LINE].partition("#")[0].strip()
        name, colon, value = told.partition(":")
        if not colon:
            words = told.split()
            if len(words) != 2:
                continue
            name, value = words
        key = name.strip().lower()
        kind = next((kind for kind, names in NAMES if key.startswith(names)), None)
        if kind:
            yield kind, value.strip()
