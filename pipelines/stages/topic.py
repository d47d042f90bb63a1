"""Let only pages through that are about what the examples are about."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.model import Document, Reason, Rejected
from pipelines.topic import ENOUGH, Topic


@dataclass(frozen=True, slots=True)
class RequireTopic:
    """Documents whose title and kept text are on the topic, or too short to tell, pass; others are rejected with their score."""

    topic: Topic
    enough: float = ENOUGH

    def __call__(self, document: Document) -> Document | Rejected:
        score = self.topic.score(said(document))
        if score is None or score >= self.enough:
            return document
        return Rejected(Reason.OFF_TOPIC, f"score {score:.2f}; {self.enough:.2f} is on the topic {self.topic.id}")


def said(document: Document) -> str:
    """What the topic is told by: the title and the kept text."""
    return "\n".join((document.title or "", *(document.layout.texts[n] for n in document.kept)))
