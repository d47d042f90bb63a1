"""The topic: learned once from example pages, kept as a table with an id, and used to tell pages that are about other things."""

from __future__ import annotations

from pipelines.topic.profile import ENOUGH, NO_TOPIC, Topic, Why, learn
from pipelines.topic.table import read, write

__all__ = ["ENOUGH", "NO_TOPIC", "Topic", "Why", "learn", "read", "write"]
