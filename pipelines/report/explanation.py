"""What a page's blocks became, and why: the value behind `taoxi explain`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.model import METADATA, Block, Comment, Document, Page, Rejected
from pipelines.recipe import recipe, wash
from pipelines.report.judgement import Judgement, judgements
from pipelines.stages.topic import said
from pipelines.tables.reasons import OF_FAMILIES, OF_REJECTIONS, family, whys
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic, Why

UNKNOWN_RULE = "a rule that this version does not know"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one rule removed from a page."""

    rule: str
    why: str
    blocks: int
    characters: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page's document, and the rejection where there is one; a page that could not be parsed has no document."""

    page: Page
    document: Document | None
    rejected: Rejected | None
    templates: Templates = NO_TEMPLATES
    judgements: tuple[Judgement, ...] = ()  # of the blocks; none where the classifier was not asked
    topic: Topic = NO_TOPIC

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in page order; none where the page could not be parsed."""
        return self.document.blocks if self.document else ()

    @property
    def on_topic(self) -> Why | None:
        """The topic's score of what is kept, and the words for and against it; None where there is nothing to tell."""
        return self.topic.why(said(self.document)) if self.document else None

    def why(self, rule: str) -> str:
        """The sentence that says why a rule removes blocks; of a site template what it was learned from."""
        template = self.templates.of_id.get(rule)
        return template.why if template else why(rule)


def explain(page: Page, templates: Templates = NO_TEMPLATES, topic: Topic = NO_TOPIC) -> Explanation:
    """The page's document after the whole recipe, or after the stages before the one that rejected it."""
    stages = recipe(templates, topic)
    outcome = wash(page, stages)
    if isinstance(outcome, Document):
        return Explanation(page, outcome, None, templates, judgements(outcome, templates), topic)
    names = [type(stage).__name__ for stage in stages]
    if outcome.stage not in names:  # it was rejected before there was a document
        return Explanation(page, None, outcome)
    so_far = wash(page, stages[: names.index(outcome.stage)])
    if not isinstance(so_far, Document):
        return Explanation(page, None, outcome, templates)
    return Explanation(page, so_far, outcome, templates, judgements(so_far, templates), topic)


def tallies(explanation: Explanation) -> tuple[Tally, ...]:
    """What each rule removed, the one that removed most characters first."""
    texts: dict[str, list[str]] = {}
    for block in explanation.blocks:
        if block.removed_by:
            texts.setdefault(block.removed_by, []).append(block.text)
    found = (
        Tally(rule, explanation.why(rule), len(removed), sum(map(len, removed))) for rule, removed in texts.items()
    )
    return tuple(sorted(found, key=lambda tally: (-tally.characters, tally.rule)))


def why(rule: str) -> str:
    """The sentence that says why a rule removes blocks."""
    return whys().get(rule) or OF_FAMILIES.get(family(rule), UNKNOWN_RULE)


def verdict(explanation: Explanation) -> str:
    """Whether the page is published, in words: the reason, the stage and what it measured."""
    rejected = explanation.rejected
    if rejected is None:
        return "kept"
    told = ": ".join(part for part in (rejected.stage, rejected.detail) if part)
    return f"rejected, {rejected.reason}: {OF_REJECTIONS[rejected.reason]}" + (f" ({told})" if told else "")


def facts(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    """What was found out about the page, as (name, value) for people; "—" where the page tells nothing."""
    told = [("url", explanation.page.url), ("outcome", verdict(explanation))]
    if document := explanation.document:
        told += [
            ("kind", document.kind),
            *((name, _told(value, document.provenance.get(name))) for name, value in _metadata(document).items()),
            ("comments", str(len(document.comments))),
            ("script", document.script or "—"),
            ("encoding", document.encoding),
            ("text stood in", document.layout.embedded or "the page"),
        ]
    if on_topic := explanation.on_topic:
        words = (
            f"{name} {' '.join(found)}" for name, found in (("for", on_topic[1]), ("against", on_topic[2])) if found
        )
        told.append(("topic", "; ".join((f"{on_topic.score:.2f}", *words))))
    return tuple(told)


def _metadata(document: Document) -> dict[str, str | None]:
    """The fields of METADATA as text."""
    return {
        "title": document.title,
        "published": moment(document.published, document.published_has_time),
        "modified": moment(document.modified, has_clock(document.modified)),
        "author": document.author,
        "source": document.source,
        "section": document.section,
        "canonical": document.canonical,
    }


def _told(value: str | None, rule: str | None) -> str:
    return f"{value} ({rule})" if value and rule else value or "—"


def as_data(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON can hold it; what the page does not tell is null."""
    rejected, document = explanation.rejected, explanation.document
    row: dict[str, Any] = {
        "url": explanation.page.url,
        "status": "rejected" if rejected else "kept",
        "reason": rejected.reason if rejected else None,
        "why": OF_REJECTIONS[rejected.reason] if rejected else None,
        "stage": rejected.stage if rejected else None,
        "detail": rejected.detail if rejected else None,
        "kind": document.kind if document else None,
        **(_metadata(document) if document else dict.fromkeys(METADATA)),
        "provenance": dict(document.provenance) if document else {},
        "comments": [comment_data(comment) for comment in document.comments] if document else [],
        "script": document.script if document else None,
        "encoding": document.encoding if document else None,
    }
    row["topic"] = on_topic._asdict() if (on_topic := explanation.on_topic) else None
    judged = explanation.judgements or (None,) * len(explanation.blocks)
    row["blocks"] = [
        _block(block, explanation) | _judged(judgement)
        for block, judgement in zip(explanation.blocks, judged, strict=True)
    ]
    row["rules"] = [
        {"rule": tally.rule, "why": tally.why, "blocks": tally.blocks, "characters": tally.characters}
        for tally in tallies(explanation)
    ]
    return row


def counted(number: int, noun: str) -> str:
    """The number and its noun: 1 block, 2 blocks."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def moment(when: datetime | None, with_time: bool) -> str | None:
    """ISO 8601: with a zone where a time of day is told, else the date alone."""
    if when is None:
        return None
    return when.isoformat() if with_time else when.date().isoformat()


def has_clock(when: datetime | None) -> bool:
    """Whether a moment is another than midnight, which is taken for a date alone."""
    return when is not None and bool(when.hour or when.minute)


def comment_data(comment: Comment) -> dict[str, str | None]:
    """A comment for JSON; a time of midnight is taken for a date alone."""
    published = moment(comment.published, has_clock(comment.published))
    return {"author": comment.author, "role": comment.role, "published": published, "text": comment.text}


def _block(block: Block, explanation: Explanation) -> dict[str, Any]:
    return {
        "removed_by": block.removed_by,
        "why": explanation.why(block.removed_by) if block.removed_by else None,
        "role": block.role,
        "level": block.level,
        "text": block.text,
    }


def _judged(judgement: Judgement | None) -> dict[str, Any]:
    """The classifier's probability that a block is body, and what spoke for and against it."""
    if judgement is None:
        return {"probability": None, "because": []}
    return {
        "probability": judgement.probability,
        "because": [{"feature": name, "value": value, "logit": logit} for name, value, logit in judgement.because],
    }
