"""A topic on disk: JSON that people can read, the same bytes for the same topic.

{"version": 1, "examples": 5, "worth": 0.0206, "features": {"逾期": 3.1, "还款": 2.9}}
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from pipelines.durable import write_whole
from pipelines.errors import ConfigurationError
from pipelines.topic.profile import NO_TOPIC, VERSION, Topic


@lru_cache(maxsize=4)
def parse(text: str, where: str = "topic") -> Topic:
    """The topic in this text. Raises ConfigurationError where it is none that this version can read."""
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"version {told['version']!r}, not {VERSION}")
        weights = {str(feature): float(weight) for feature, weight in told["features"].items()}
        if weights and not (float(told["worth"]) > 0 and min(weights.values()) > 0 and "" not in weights):
            raise ValueError("weights and worth have to be above 0")
        return Topic(weights, float(told["worth"]), int(told["examples"])) if weights else NO_TOPIC
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "taoxi crawl --like FILE writes one to DATASET/tables/topic-ID.json"
        raise ConfigurationError(f"no topic ({error!r})", where=where, hint=hint) from error


def read(path: Path) -> Topic:
    """The topic in the file. Raises ConfigurationError where there is none."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("no topic (not UTF-8)", where=str(path)) from error


def write(topic: Topic, path: Path) -> None:
    """The file holds the topic, whole: a reader sees what was there before, or this."""
    write_whole(path, topic.text)
