"""The tables that a dataset's rows were made with lie beside them, named by their ids, and are never changed."""

from __future__ import annotations

from pathlib import Path

from pipelines.dedup import synonyms as words
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged
from pipelines.errors import ConfigurationError
from pipelines.templates import NO_TEMPLATES, Templates, read, write
from pipelines.topic import NO_TOPIC, Topic
from pipelines.topic import read as read_topic
from pipelines.topic import write as write_topic

TABLES = "tables"


def place(root: Path, templates: str) -> Path:
    """Where the table of this id lies in a dataset."""
    return root / TABLES / f"templates-{templates}.json"


def keep(root: Path, templates: Templates) -> None:
    """The table lies in the dataset; the empty one need not."""
    if templates.id and not place(root, templates.id).exists():
        write(templates, place(root, templates.id))


def kept(root: Path, templates: str) -> Templates:
    """The dataset's table of this id, "" is the empty one. Raises ConfigurationError where it is missing or changed."""
    if not templates:
        return NO_TEMPLATES
    path = place(root, templates)
    hint = f"restore it, or rebuild with another table: taoxi build {root} --templates FILE|none"
    if not path.exists():
        raise ConfigurationError("is missing, and the dataset was made with it", where=str(path), hint=hint)
    found = read(path)
    if found.id != templates:
        raise ConfigurationError("was changed, and the dataset was made with it", where=str(path), hint=hint)
    return found


def require_same(root: Path, made_with: str, templates: Templates) -> None:
    """Rows are added with the table of the rows before them. Raises ConfigurationError."""
    if made_with != templates.id:
        told = " and this run has ".join(
            f"templates {one}" if one else "no templates" for one in (made_with, templates.id)
        )
        hint = f"rebuild it: taoxi build {root} --templates {'FILE' if templates.id else 'none'}"
        raise ConfigurationError(f"was made with {told}", where=str(root), hint=hint)


def place_of_synonyms(root: Path, synonyms: str) -> Path:
    """Where the table of this id lies in a dataset."""
    return root / TABLES / f"synonyms-{synonyms}.json"


def keep_synonyms(root: Path, synonyms: Synonyms) -> None:
    """The table lies in the dataset, the package's too, which the next version may change; the empty one need not."""
    path = place_of_synonyms(root, synonyms.id)
    if synonyms.id and not path.exists():
        words.write(synonyms, path)


def kept_synonyms(root: Path, synonyms: str) -> Synonyms:
    """The table of this id: the empty one, the package's, or the dataset's. Raises ConfigurationError where there is none."""
    for known in (NO_SYNONYMS, packaged()):
        if synonyms == known.id:
            return known
    path = place_of_synonyms(root, synonyms)
    hint = f"restore it, or rebuild with another table: taoxi build {root} --synonyms FILE|package|none"
    if not path.exists():
        raise ConfigurationError("is missing, and the dataset was made with it", where=str(path), hint=hint)
    found = words.read(path)
    if found.id != synonyms:
        raise ConfigurationError("was changed, and the dataset was made with it", where=str(path), hint=hint)
    return found


def place_of_topic(root: Path, topic: str) -> Path:
    """Where the topic of this id lies in a dataset."""
    return root / TABLES / f"topic-{topic}.json"


def keep_topic(root: Path, topic: Topic) -> None:
    """The topic lies in the dataset; none need not."""
    path = place_of_topic(root, topic.id)
    if topic.id and not path.exists():
        write_topic(topic, path)


def kept_topic(root: Path, topic: str) -> Topic:
    """The dataset's topic of this id, "" is none. Raises ConfigurationError where it is missing or changed."""
    if not topic:
        return NO_TOPIC
    path = place_of_topic(root, topic)
    hint = f"restore it, or rebuild with another topic: taoxi build {root} --topic FILE|none"
    if not path.exists():
        raise ConfigurationError("is missing, and the dataset was made with it", where=str(path), hint=hint)
    found = read_topic(path)
    if found.id != topic:
        raise ConfigurationError("was changed, and the dataset was made with it", where=str(path), hint=hint)
    return found


def require_same_topic(root: Path, made_with: str, topic: Topic) -> None:
    """Rows are added on the topic of the rows before them. Raises ConfigurationError."""
    if made_with != topic.id:
        told = " and this run has ".join(f"topic {one}" if one else "no topic" for one in (made_with, topic.id))
        hint = f"rebuild it: taoxi build {root} --topic {'FILE' if topic.id else 'none'}"
        raise ConfigurationError(f"was made with {told}", where=str(root), hint=hint)
