"""What the rows of a commit were made of, and the manifest that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict

from pipelines.dataset.deciding import rules
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.schema import SCHEMA_VERSION
from pipelines.dataset.staging import Staged
from pipelines.dedup.fold import FOLD_VERSION
from pipelines.dedup.synonyms import Synonyms
from pipelines.parts.holding import Holding
from pipelines.personal.privacy import Privacy
from pipelines.sources import Segment
from pipelines.templates import Templates
from pipelines.topic import Topic


class Making(TypedDict):
    """What `Dataset.append` is told of the rows."""

    now: datetime
    kind: str  # as Manifest.kind
    segments: Sequence[Segment]  # the files that they come from
    recipe: str  # its fingerprint
    templates: NotRequired[Templates]
    topic: NotRequired[Topic]
    holding: NotRequired[Holding | None]  # keeps the parts that wait for the run to go on; without one, it ends here
    privacy: NotRequired[Privacy]
    obeys: NotRequired[bool]  # publishers' opt-outs; left away, it does
    force: NotRequired[bool]  # rows that break a rule are published, and the manifest says so


class Remaking(Making):
    """What `Dataset.replace` is told."""

    synonyms: NotRequired[Synonyms | None]  # None: those of the rows before


@dataclass(frozen=True, slots=True)
class Made:
    """What the rows of a commit were made of, and how."""

    created_at: datetime
    kind: str
    segments: tuple[Segment, ...]
    recipe: str
    templates: Templates
    topic: Topic
    privacy: Privacy
    holding: Holding
    synonyms: Synonyms
    force: bool
    obeys: bool


def manifest_of(
    staged: Staged,
    made: Made,
    last: Manifest | None,
    onto: Manifest | None,
    package_version: str,
    forced: tuple[str, ...],
) -> Manifest:
    """The manifest of staged rows that follow those of `onto`, or stand in a new snapshot; `last` is the newest commit."""
    return Manifest(
        number=last.number + 1 if last else 1,
        parent=last.number if last else None,
        snapshot=onto.snapshot if onto else last.snapshot + 1 if last else 1,
        kind=made.kind,
        created_at=made.created_at,
        package_version=package_version,
        schema_version=SCHEMA_VERSION,
        recipe=made.recipe,
        fold_version=FOLD_VERSION,
        segments=made.segments,
        rows=staged.rows,
        parts=staged.parts,
        content_id=staged.content_id,
        templates=made.templates.id,
        topic=made.topic.id,
        in_parts=dict(made.holding.counts),
        held=made.holding.held,
        privacy=made.privacy.told,
        masked=staged.masked,
        sequence=onto.sequence + 1 if onto else 0,
        forced=forced,
        decided_by=rules(made.synonyms),
        obeys_opt_outs=made.obeys,
    )
