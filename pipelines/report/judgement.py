"""What the block classifier saw in each block: its probability of being body, and the features that spoke loudest."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.classifier import Contribution, learned
from pipelines.features import features
from pipelines.model import Document
from pipelines.recipe import recipe, wash
from pipelines.stages.body import SelectBody
from pipelines.templates import NO_TEMPLATES, Templates

LOUDEST = 5


class Judgement(NamedTuple):
    """Of one block."""

    probability: float
    because: tuple[Contribution, ...]  # the loudest first

    def __str__(self) -> str:
        spoke = ", ".join(f"{feature} {value:.3g} ({logit:+.2f})" for feature, value, logit in self.because)
        return f"body with probability {self.probability:.3f}: {spoke}"


def judgements(document: Document, templates: Templates = NO_TEMPLATES) -> tuple[Judgement, ...]:
    """One judgement a block of a document that was washed with these templates; none where the classifier was not asked."""
    stages = recipe(templates)
    before = next(k for k, stage in enumerate(stages) if isinstance(stage, SelectBody))
    unjudged = wash(document.page, stages[:before])
    if not document.probability or not isinstance(unjudged, Document):
        return ()
    classifier = learned()
    inputs = classifier.inputs(features([unjudged]))
    return tuple(
        Judgement(probability, classifier.second.contributions(inputs[:, n], LOUDEST))
        for n, probability in enumerate(document.probability)
    )
