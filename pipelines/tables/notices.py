"""What stands on a page in place of an article, by the reason that rejects it: data, read once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.model import Reason


@dataclass(frozen=True, slots=True)
class Notice:
    """How one kind of page says that it holds no article."""

    reason: Reason
    titles: re.Pattern[str]  # matches a whole part of <title>, or a whole heading
    says: re.Pattern[str]  # found in a short block


@dataclass(frozen=True, slots=True)
class Message:
    """How software shows what it has to say in place of any page: two of three tell."""

    titles: re.Pattern[str]  # matches a whole part of <title>, or a whole heading
    back: re.Pattern[str]  # found in a short block that leads back
    boxes: re.Pattern[str]  # matches a whole class or id


@cache
def message() -> Message:
    """The entry of notices.toml that has no reason of its own: what is said tells."""
    entry = tomllib.loads(_text())["message"]
    return Message(_any(entry["titles"]), _any(entry["back"]), _any(entry["boxes"]))


@cache
def notices() -> tuple[Notice, ...]:
    """The kinds of notices.toml in its order: the first that fits wins."""
    return tuple(
        Notice(Reason(name), _any(entry["titles"]), _any(entry["says"]))
        for name, entry in tomllib.loads(_text()).items()
        if name != "message"
    )


@cache
def notices_id() -> str:
    """16 hex digits that change with any entry."""
    return hashlib.sha256(_text().encode()).hexdigest()[:16]


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _text() -> str:
    return files(__package__).joinpath("notices.toml").read_text("utf-8")
