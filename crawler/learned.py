"""Which learned tables a run takes: the one that is told, else the one that its dataset, or its sources, were made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged
from pipelines.dedup.synonyms import read as read_synonyms
from pipelines.templates import NO_TEMPLATES, Templates, read
from pipelines.topic import NO_TOPIC, Topic
from pipelines.topic import read as read_topic

if TYPE_CHECKING:
    from crawler.inherited import Inherited
    from pipelines.dataset import Dataset

NONE = "none"  # on the command line: no table, whatever the dataset was made with
PACKAGE = "package"  # the one that taoxi comes with


def synonyms_for(told: str | None, dataset: Inherited) -> Synonyms:
    """The synonyms of a build. Raises ConfigurationError where they cannot be read."""
    if told is None:
        return dataset.synonyms()
    return packaged() if told == PACKAGE else NO_SYNONYMS if told == NONE else read_synonyms(Path(told))


def templates_for(told: str | None, dataset: Dataset | Inherited | None = None) -> Templates:
    """The site templates of a run. Raises ConfigurationError where they cannot be read."""
    if told is not None:
        return NO_TEMPLATES if told == NONE else read(Path(told))
    return dataset.templates() if dataset else NO_TEMPLATES


def topic_for(told: str | None, dataset: Dataset | Inherited | None = None) -> Topic:
    """The topic of a run. Raises ConfigurationError where it cannot be read."""
    if told is not None:
        return NO_TOPIC if told == NONE else read_topic(Path(told))
    return dataset.topic() if dataset else NO_TOPIC
