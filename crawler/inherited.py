"""What decides the rows of a build where no option does: what its own dataset, and those that it is made from, agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from crawler.privacy import Told
from crawler.state import read_state
from pipelines.dataset import Dataset, learned
from pipelines.dataset.deciding import synonyms_of
from pipelines.dedup.synonyms import Synonyms, packaged
from pipelines.errors import ConfigurationError
from pipelines.personal.privacy import HASH_NAMES, MASK_PERSONAL, VERSION
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic

T = TypeVar("T")
ON, OFF = "on", "off"
OPTIONS = {  # what decides rows → what says it on the command line
    "site templates": "--templates FILE|none",
    "topic": "--topic FILE|none",
    "synonyms": "--synonyms FILE|package|none",
    "masking of personal data": "--mask-personal or --no-mask-personal",
    "key of hashed names": "--hash-names or --no-hash-names",
    "obeying of opt-outs": "--obey-opt-outs or --no-obey-opt-outs",
}
TEMPLATES, TOPIC, SYNONYMS, MASKING, NAMES, OPT_OUTS = OPTIONS


class Inherited:
    """How the rows of these datasets were decided. What is asked for raises ConfigurationError where they differ in it."""

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        self._ways = {one.path: ways_of(one) for one in datasets}

    def templates(self) -> Templates:
        return self._table(TEMPLATES, learned.kept, NO_TEMPLATES)

    def topic(self) -> Topic:
        return self._table(TOPIC, learned.kept_topic, NO_TOPIC)

    def synonyms(self) -> Synonyms:
        return self._table(SYNONYMS, learned.kept_synonyms, packaged())

    def obeys(self) -> bool:
        return self._agreed(OPT_OUTS)[1] != OFF

    def privacy(self, told: Told) -> dict[str, str]:
        """What of people is left out, as manifests say it, but for what is told otherwise."""
        masks = told.mask is None and self._agreed(MASKING)[1] == ON
        key = self._agreed(NAMES)[1] if told.names is None else ""
        return ({MASK_PERSONAL: VERSION} if masks else {}) | ({HASH_NAMES: key} if key else {})

    def _table(self, name: str, kept: Callable[[Path, str], T], otherwise: T) -> T:
        """The table with the id that all agree on, which lies in each of them; `otherwise` where none has a say."""
        path, table = self._agreed(name)
        return otherwise if path is None else kept(path, table)

    def _agreed(self, name: str) -> tuple[Path | None, str]:
        """What all say that have a say, and one of them; None and "" where none has."""
        found: dict[str, Path] = {}
        for path, ways in self._ways.items():
            if name in ways:
                found.setdefault(ways[name], path)
        if len(found) > 1:
            each = ", ".join(f"{path} has {way or 'none'}" for way, path in found.items())
            raise ConfigurationError(f"the datasets differ in the {name}: {each}", hint=f"say it: {OPTIONS[name]}")
        return next(((path, way) for way, path in found.items()), (None, ""))


def ways_of(dataset: Dataset) -> Mapping[str, str]:
    """What decided the dataset's rows, by `OPTIONS`; what is to decide them, where its crawl came to no commit.

    Tables are told by their ids, "" = none. What is not known yet is left out.
    """
    if last := dataset.last():
        synonyms = synonyms_of(last.decided_by)
        tables = {TEMPLATES: last.templates, TOPIC: last.topic}
        return tables | _told(packaged().id if synonyms is None else synonyms, last.privacy, obeys=last.obeys_opt_outs)
    if (state := read_state(dataset.path)) is None:
        return {}
    topic = {} if state.topic is None else {TOPIC: state.topic}
    return {TEMPLATES: state.templates} | topic | _told(packaged().id, state.privacy, obeys=True)


def _told(synonyms: str, privacy: Mapping[str, str], *, obeys: bool) -> dict[str, str]:
    return {
        SYNONYMS: synonyms,
        MASKING: ON if MASK_PERSONAL in privacy else OFF,
        NAMES: privacy.get(HASH_NAMES, ""),
        OPT_OUTS: ON if obeys else OFF,
    }
