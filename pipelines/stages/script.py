"""Tell the script that the article is written in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.model import Document
from pipelines.script import detect_script


@dataclass(frozen=True, slots=True)
class TellScript:
    """The document says whether its kept text is simplified ("Hans"), traditional ("Hant") or neither ("")."""

    def __call__(self, document: Document) -> Document:
        return replace(document, script=detect_script("\n".join(document.layout.texts[n] for n in document.kept)))
