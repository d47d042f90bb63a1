"""The duplicates' index: greedy leaders in capture order, over all texts that were ever kept.

A text is a copy of the earliest kept text that it matches (of one with other numbers only where it matches none else),
and else is kept. It is compared with kept texts only, never with copies: there are no chains, and the answers are the
same whether the texts come in one run or in a hundred.

    with Index(folder) as index:
        decisions = index.decide([("a", "…"), ("b", "…")])
        index.commit()

The folder holds SQLite (what was decided on each folded text), a file of the kept texts, and sorted runs of their keys.
Memory does not grow with it. What was not committed never was, whenever the process dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from pipelines.dedup.database import NAME, Database
from pipelines.dedup.features import Text, texts_of
from pipelines.dedup.fold import FOLD_VERSION
from pipelines.dedup.kept import SignatureFile, TextCache, TextFile
from pipelines.dedup.pairs import RULES_VERSION, Judgement
from pipelines.dedup.runs import Runs
from pipelines.dedup.sketch import SKETCH_VERSION
from pipelines.dedup.synonyms import Synonyms, packaged, parse
from pipelines.dedup.turn import Decision, Turn
from pipelines.errors import ConfigurationError, TaoxiError

VERSION = "1"

TEXTS, SIGNATURES = "texts.u16", "signatures.u8"
VERSIONS = {"index": VERSION, "fold": FOLD_VERSION, "sketch": SKETCH_VERSION, "rules": RULES_VERSION}


class Index:
    """The index in a folder, which is made where it is not there. One process at a time.

    `synonyms` are fixed when the index is made (default: those of the package); later ones have to be the same. Raises
    ConfigurationError where the index is of another version or other synonyms, LockedError where another run holds it.
    With `durable` off, a power cut may damage the index: for one that is thrown away after its run. A text that
    comes again under the id of a kept text is that one again, or where not `repeatable` a copy of it. `observe` is told
    every pair that is alike, with its judgement.
    """

    def __init__(
        self,
        folder: Path,
        synonyms: Synonyms | None = None,
        *,
        durable: bool = True,
        repeatable: bool = True,
        observe: Callable[[Text, Text, Judgement], None] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._durable, self._observe, self._repeatable = durable, observe, repeatable
        self._closed = False
        self._database = Database(folder, durable=durable)
        try:
            about = self._database.about()
            self.synonyms = self._agreed(about, synonyms)
            self.count = about.get("count", 0)  # kept texts
            self.oversized = about.get("oversized", 0)  # keys that more texts have than LARGEST_BUCKET
            self.commits = about.get("commits", 0)
            self.mark = about.get("mark", "")  # what the last commit was told
            self._file = TextFile(folder / TEXTS, about.get("text_bytes", 0))
            self._signatures = SignatureFile(folder / SIGNATURES, self.count)
            names = self._database.runs()
            self._sweep(names)
            self._runs = Runs(folder, names, about.get("next_run", 0))
        except (OSError, ValueError) as error:
            self._database.close()
            hint = "remove the folder and run again: the index is made anew from the texts"
            raise TaoxiError(f"the index lacks a file ({error})", where=str(folder), hint=hint) from error
        except BaseException:
            self._database.close()
            raise
        self._cache = TextCache(self._file, self.synonyms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def decide(self, batch: Sequence[tuple[Any, str | None]]) -> list[Decision]:
        """One decision for each (id, text), in their order, which is the capture order.

        A text without a letter or digit (None, too) is kept and stands for no other. The answers do not depend on how
        the texts are cut into batches; some thousand at a time are fastest.
        """
        texts, keys = texts_of([text or "" for _, text in batch], self.synonyms)
        turn = Turn(self, [own for own, _ in batch], texts, keys)
        decisions = turn.decided()
        self._database.add(turn.kept_rows, turn.fresh_seen)
        self._signatures.append(turn.kept_texts)
        if turn.entries:
            new_keys, ordinals = zip(*turn.entries, strict=True)
            self._runs.add(np.concatenate(new_keys), np.repeat(np.array(ordinals, np.uint64), list(map(len, new_keys))))
        return decisions

    def commit(self, mark: str = "") -> None:
        """All decisions so far count, and survive the process and a power cut. `mark` is the caller's name for them."""
        self._runs.store()
        if self._durable:
            self._file.sync()
            self._signatures.sync()
        self.commits += 1
        self.mark = mark
        self._database.name_runs(self._runs.files)
        self._database.tell(
            {
                "count": self.count,
                "oversized": self.oversized,
                "commits": self.commits,
                "mark": mark,
                "text_bytes": self._file.size,
                "next_run": self._runs.next_number,
            }
        )
        self._database.commit()
        self._runs.settle()

    def close(self) -> None:
        """Nothing more is written; what was not committed is gone."""
        if self._closed:
            return
        self._closed = True
        self._file.close()
        self._signatures.close()
        self._database.close()

    def _agreed(self, about: dict[str, Any], synonyms: Synonyms | None) -> Synonyms:
        """The synonyms of the index, which is of this version."""
        if not about:
            own = packaged() if synonyms is None else synonyms
            self._database.tell(VERSIONS | {"synonyms": own.text})
            return own
        hint = f"make it anew: remove the folder {self.folder} and run again"
        for name, version in VERSIONS.items():
            if about.get(name) != version:
                told = f"the index was written by another version ({name} {about.get(name)!r}, not {version!r})"
                raise ConfigurationError(told, where=str(self.folder), hint=hint)
        own = parse(about["synonyms"], f"{self.folder / NAME}")
        if synonyms is not None and synonyms.id != own.id:
            told = f"the index was made with other synonyms ({own.id or 'none'}, not {synonyms.id or 'none'})"
            raise ConfigurationError(told, where=str(self.folder), hint=hint)
        return own

    def _sweep(self, names: Iterable[str]) -> None:
        """Runs that no commit names are gone."""
        for path in self.folder.glob("run-*.u64"):
            if path.name not in names:
                path.unlink()
