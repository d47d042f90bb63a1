"""Rules are data: each TOML entry under boilerplate/ is one rule, with its reason and its own examples."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pipelines.errors import ConfigurationError
from pipelines.model import Role


class Reach(StrEnum):
    """What a rule removes, from the block or box that meets its conditions."""

    BLOCK = "block"  # the block alone
    BOX = "box"  # the whole box that met the conditions
    LIST = "list"  # the block as a heading, and the list that it opens
    REST = "rest"  # everything from the block to the end of the page's text


@dataclass(frozen=True, slots=True)
class Rule:
    """One boilerplate rule: all its conditions must hold. A rule without `says` is met by boxes.

    `removes` and `keeps` are HTML fragments: of the first, the rule alone removes every block but those inside <main>;
    of the second, none.
    """

    id: str  # family.name
    why: str
    reach: Reach = Reach.BLOCK
    role: Role = Role.BOILERPLATE
    # on a block
    says: str | None = None  # regular expression; matches the block's whole text without decoration around it
    cues: tuple[str, ...] = ()  # literals to find it quickly by: one stands in each text that `says` is meant for
    max_chars: int | None = None  # of a block; None: of a rule without cues, boilerplate.LONGEST_SAYING
    # on a box, or on the boxes around a block
    name: str | None = None  # regular expression found in class and id
    tags: tuple[str, ...] = ()
    max_prose: float | None = None  # share of the page's prose in what is removed
    yields: bool = False  # whether the block classifier may overrule it, as it may overrule every rule met by boxes
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions that this rule sets."""
        return tuple(name for name in CONDITIONS if getattr(self, name) not in (None, ()))


CONDITIONS = ("says", "max_chars", "name", "tags", "max_prose")


@cache
def boilerplate_rules() -> tuple[Rule, ...]:
    """Every boilerplate rule, in the order of the files' names and of the entries in them."""
    folder = files(__package__).joinpath("boilerplate")
    tables = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(rule for table in tables for rule in parse_rules(table.read_text("utf-8"), table.name))


def parse_rules(text: str, file_name: str) -> list[Rule]:
    """The rules of one TOML table. Raises ConfigurationError with the file and the rule's id."""
    family = file_name.removesuffix(".toml")
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(error), where=file_name) from error
    return [_rule(f"{family}.{name}", entry, file_name) for name, entry in entries.items()]


def _rule(rule_id: str, entry: dict[str, object], file_name: str) -> Rule:
    known = {field.name for field in fields(Rule)} - {"id"}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ConfigurationError(
            f"{rule_id}: unknown key {unknown[0]!r}", where=file_name, hint=f"known: {sorted(known)}"
        )
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    try:
        values |= {
            "reach": Reach(str(entry.get("reach", "block"))),
            "role": Role(str(entry.get("role", "boilerplate"))),
        }
        for pattern in ("says", "name"):
            if pattern in entry:
                re.compile(str(entry[pattern]))
        return Rule(id=rule_id, **values)  # type: ignore[arg-type]  # the values' types are what the table's tests check
    except (ValueError, TypeError, re.error) as error:
        raise ConfigurationError(f"{rule_id}: {error}", where=file_name) from error
