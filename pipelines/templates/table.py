"""Templates: what a site says on page after page, as a table with an id.

On disk the table is JSON that people can read and edit, the same bytes for the same content:

    {"sites": {"x.test": {"pages": 15, "templates": {"欢迎关注我们": 14}}}, "site_kind": "host", "version": 1}

A template is written as `line` gives it: its letters and digits. The id is a hash of these bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pipelines.durable import write_whole
from pipelines.errors import ConfigurationError
from pipelines.stages.lines import letters
from pipelines.templates.site import SiteKind, site_of

VERSION = 1
FAMILY = "template"
PROSE = 20  # letters: shorter lines may be headings, buttons and labels
LATIN_PROSE = 80  # … in Latin letters, which say about a quarter of what 汉字 say
ANYWHERE = "*"  # stands for every site
LONGEST_LINE = 300  # letters: of a longer block the table holds so many, and a hash of all


def line(text: str) -> str:
    """The text as templates are compared: letters and digits in lower case, a long one cut, with a hash of it all.

    Digits count: 年利率7.2% and 年利率5.4% are two lines, for what differs only there may be an article's figures.
    """
    own = letters(text)
    return own if len(own) <= LONGEST_LINE else f"{own[:LONGEST_LINE]}#{_hash(own)}"


def is_prose(line: str) -> bool:
    """Whether a line is too long for a heading, a button or a label."""
    return len(line) >= (LATIN_PROSE if line.isascii() else PROSE)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Template:
    """A line that stands on `pages` of the `of` articles of a site that were looked at."""

    site: str
    line: str
    pages: int
    of: int

    @property
    def id(self) -> str:
        """The id of the rule that removes it."""
        return f"{FAMILY}.{_hash(f'{self.site} {self.line}')}"

    @property
    def share(self) -> float:
        return self.pages / self.of

    @property
    def why(self) -> str:
        """The evidence, in words."""
        of = "all sites" if self.site == ANYWHERE else self.site
        return f"seen on {self.pages} of {self.of} pages of {of}"


@dataclass(frozen=True, eq=False)
class Templates:
    """The templates of sites. Two tables of one id are the same."""

    site_kind: SiteKind = SiteKind.HOST
    sites: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)  # site → line → template

    @cached_property
    def text(self) -> str:
        """The table as it stands on disk."""
        sites = {
            name: {"pages": next(iter(known.values())).of, "templates": {one.line: one.pages for one in known.values()}}
            for name, known in self.sites.items()
            if known
        }
        told = {"version": VERSION, "site_kind": self.site_kind, "sites": sites}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @cached_property
    def id(self) -> str:
        """16 hex digits; "" of the empty table."""
        return _hash(self.text) if any(self.sites.values()) else ""

    @cached_property
    def of_id(self) -> Mapping[str, Template]:
        """Each template by its rule's id."""
        return {one.id: one for known in self.sites.values() for one in known.values()}

    def on(self, url: str) -> Mapping[str, Template]:
        """The templates of the page's site and of all sites, by their lines."""
        if not self.sites:
            return {}
        own, others = self.sites.get(site_of(url, self.site_kind)), self.sites.get(ANYWHERE, {})
        return {**others, **own} if own else others

    def __repr__(self) -> str:
        return f"Templates({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Templates) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:  # a worker that is sent the table again and again reads it once
        return parse, (self.text,)


NO_TEMPLATES = Templates()


@lru_cache(maxsize=4)
def parse(text: str, where: str = "templates") -> Templates:
    """The table in this text. Raises ConfigurationError where it is none that this version can read."""
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"version {told['version']!r}, not {VERSION}")
        sites = {str(name): _site(str(name), told["sites"][name]) for name in sorted(told["sites"])}
        return Templates(SiteKind(told["site_kind"]), sites)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "taoxi learn templates DATASET writes one"
        raise ConfigurationError(f"no table of templates ({error!r})", where=where, hint=hint) from error


def _site(name: str, told: dict[str, Any]) -> dict[str, Template]:
    of = int(told["pages"])
    found = {line: Template(name, line, int(pages), of) for line, pages in sorted(told["templates"].items())}
    if any(not 0 < one.pages <= of for one in found.values()):
        raise ValueError(f"{name}: a template on more pages than there are, or on none")
    return found


def read(path: Path) -> Templates:
    """The table in the file. Raises ConfigurationError where there is none."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("no table of templates (not UTF-8)", where=str(path)) from error


def write(templates: Templates, path: Path) -> None:
    """The file holds the table, whole: a reader sees what was there before, or this."""
    write_whole(path, templates.text)
