"""A dataset on disk: what is in it, and the ways in which it grows: append, replace and rewrite."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Unpack

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset import journal, learned, lock, manifest, places, tombstones
from pipelines.dataset.content_id import NOTHING
from pipelines.dataset.deciding import Texts, caught_up, entries, new_index, rules, synonyms_of
from pipelines.dataset.kept import Kept
from pipelines.dataset.made import Made, Making, Remaking, manifest_of
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.privacy import private, require_same
from pipelines.dataset.reading import Version, open_dataset, require_current_schema, require_table
from pipelines.dataset.rows import Entry, storable
from pipelines.dataset.schema import SCHEMA_VERSION
from pipelines.dataset.staging import Staged, stage
from pipelines.dataset.validation import Batch, require_valid
from pipelines.dedup.fold import FOLD_VERSION, content_hash
from pipelines.dedup.index import Index
from pipelines.dedup.synonyms import Synonyms, packaged
from pipelines.durable import synced
from pipelines.errors import ConfigurationError, TaoxiError
from pipelines.model import Outcome, Page, Rejected
from pipelines.parts.holding import Holding
from pipelines.personal.privacy import NO_PRIVACY
from pipelines.recipe import BATCH_PAGES, clean_many
from pipelines.recipe import recipe as stages_of
from pipelines.sources import read
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic

logger = logging.getLogger(__name__)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Dataset:
    """The dataset in a folder, which need not exist before it is locked. Only the holder of its lock may write."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.captures = self.path / places.CAPTURES
        self._folder = self.path / places.MANIFESTS
        self._kept = Kept(self.path)

    def manifests(self) -> list[Manifest]:
        """All commits, oldest first."""
        return [manifest.read(manifest.place(self._folder, number)) for number in manifest.numbers(self._folder)]

    def last(self) -> Manifest | None:
        """The newest commit, None before the first."""
        known = manifest.numbers(self._folder)
        return manifest.read(manifest.place(self._folder, known[-1])) if known else None

    def lineage(self) -> list[Manifest]:
        """The commits behind the current rows, oldest first."""
        known = manifest.numbers(self._folder)
        return manifest.lineage(self._folder, known[-1]) if known else []

    def sources(self) -> list[Path]:
        """The files that the rows were made from, in capture order, and after them the captures not yet committed.

        Raises ConfigurationError where one is missing: a rebuild without it would lose its rows.
        """
        named = [segment.file for commit in self.lineage() for segment in commit.segments]
        paths = [Path(name) if "/" in name else self.captures / name for name in dict.fromkeys(named)]
        if missing := [path for path in paths if not path.exists()]:
            hint = "run this in the folder where the dataset was built, or name its sources"
            raise ConfigurationError("is missing, and the dataset was made from it", where=str(missing[0]), hint=hint)
        return paths + self.uncommitted()

    def uncommitted(self) -> list[Path]:
        """The captures that no current commit names, by name."""
        named = {segment.file for commit in self.lineage() for segment in commit.segments}
        return sorted(path for path in self.captures.glob("[!.]*.warc*") if path.name not in named)

    def version(self, number: int | str | None = None) -> Version:
        """The newest version, or the one with this number or content id. Raises as `open_dataset`."""
        return open_dataset(self.path, number)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of a table, of one commit even while a writer replaces them; with `columns`, only these."""
        require_table(name, self.path)
        if not places.is_dataset(self.path):
            raise TaoxiError("holds no rows yet", where=str(self.path), hint="run taoxi crawl or taoxi build first")
        return self.version().to_arrow(name, columns)

    @contextmanager
    def locked(self, command: str, now: datetime) -> Iterator[None]:
        """This process alone may write, and what a killed run left behind is mended. Raises LockedError."""
        try:
            places.lay_out(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        with lock.held(self.path, command, now):
            journal.mend(self.path)
            yield

    def templates(self) -> Templates:
        """The site templates that the current rows were made with. Raises ConfigurationError where they are missing."""
        last = self.last()
        return learned.kept(self.path, last.templates) if last else NO_TEMPLATES

    def topic(self) -> Topic:
        """The topic that the current rows are on. Raises as `templates`."""
        last = self.last()
        return learned.kept_topic(self.path, last.topic) if last else NO_TOPIC

    def synonyms(self) -> Synonyms:
        """The synonyms that the current rows were decided with, or the package's. Raises as `templates`."""
        last = self.last()
        told = synonyms_of(last.decided_by) if last else None
        return packaged() if told is None else learned.kept_synonyms(self.path, told)

    def privacy(self) -> Mapping[str, str]:
        """What of people is left out of the current rows, as their manifest says it."""
        last = self.last()
        return last.privacy if last else {}

    def obeys(self) -> bool:
        """Whether pages whose publishers opt out are left out of the current rows; of a new dataset they are."""
        last = self.last()
        return last.obeys_opt_outs if last else True

    def require_current(self) -> None:
        """Rows of this taoxi can follow those that are there. Raises ConfigurationError where a migration has to come first."""
        last = self.last()
        if last is None:
            return
        require_current_schema(Version(self.path, [last]))
        if last.fold_version != FOLD_VERSION or last.decided_by != rules(self.synonyms()):
            hint = f"rebuild it: taoxi build {self.path}"
            raise ConfigurationError("was written by another version of taoxi", where=str(self.path), hint=hint)

    def held(self) -> Iterator[Page]:
        """The pages that the newest commit holds back: the next one is to read them first.

        Raises ConfigurationError where their capture is missing.
        """
        last = self.last()
        waiting = last.held if last else ()
        files = [self.captures / name for name in dict.fromkeys(place.file for place in waiting)]
        if missing := [path for path in files if not path.exists()]:
            raise ConfigurationError("is missing, and holds parts of articles", where=str(missing[0]))
        return (page for page in read(files) if page.capture in waiting)

    def append(self, outcomes: Iterable[Outcome], **told: Unpack[Making]) -> Manifest:
        """The rows are added in one commit; before that returns, or where it raises, readers see those before.

        Raises QualityError where the rows break a rule of `validation`, unless `force`.
        """
        made = self._made(told)
        last = self.last()
        if last is None:
            return self._commit(outcomes, made, None, None)
        self.require_current()
        learned.require_same(self.path, last.templates, made.templates)
        learned.require_same_topic(self.path, last.topic, made.topic)
        require_same(self.path, last.privacy, made.privacy)
        return self._commit(outcomes, made, last, last)

    def replace(self, outcomes: Iterable[Outcome], **told: Unpack[Remaking]) -> Manifest:
        """The rows stand in place of all before them, at one blow; those before stay on disk until `vacuum`.

        Where those before tell more of people, they are removed. Raises as `append`.
        """
        return self._commit(outcomes, self._made(told), self.last(), None)

    def _made(self, told: Remaking | Making) -> Made:
        templates, topic = told.get("templates", NO_TEMPLATES), told.get("topic", NO_TOPIC)
        obeys = told.get("obeys", True)
        synonyms: Synonyms | None = told.get("synonyms")  # type: ignore[assignment]  # of Remaking alone
        return Made(
            told["now"],
            told["kind"],
            tuple(told["segments"]),
            told["recipe"],
            templates,
            topic,
            told.get("privacy", NO_PRIVACY),
            told.get("holding") or Holding(stages=stages_of(templates, topic, obeys)),
            synonyms or self.synonyms(),
            told.get("force", False),
            obeys,
        )

    def is_forgotten(self) -> Callable[[Outcome], bool]:
        """Whether a page is to leave no row: its address, host or text was forgotten."""
        forgotten = tombstones.read(self.path)

        def gone(outcome: Outcome) -> bool:
            result = outcome.result
            if forgotten.page(outcome.page.url):
                return True
            if isinstance(result, Rejected):
                return False
            if any(map(forgotten.page, result.parts)):
                return True
            return forgotten.hashes and forgotten.text(content_hash(storable(result.text) or "").hex())

        return gone

    def captured(self) -> Texts:
        """Id and text of each page that the captures give, in their order. Raises where captures are missing."""
        templates, topic, obeys = self.templates(), self.topic(), self.obeys()
        files = [path for path in self.sources() if path not in set(self.uncommitted())]
        pages = read(files)
        some = iter(lambda: list(islice(pages, BATCH_PAGES)), [])
        outcomes = (outcome for batch in some for outcome in clean_many(batch, templates, topic, obeys))
        for outcome in Holding(stages=stages_of(templates, topic, obeys)).through(outcomes):
            if not isinstance(outcome.result, Rejected):
                yield outcome.page.id, storable(outcome.result.text) or ""

    def _commit(
        self, outcomes: Iterable[Outcome], made: Made, last: Manifest | None, onto: Manifest | None
    ) -> Manifest:
        """The rows follow those of `onto`, or stand in a new snapshot."""
        package, sequence = version("taoxi"), onto.sequence + 1 if onto else 0
        content_id = onto.content_id if onto else NOTHING
        with self.writing() as folder, self._index(folder, onto, made.synonyms) as index:
            learned.keep(self.path, made.templates)
            learned.keep_topic(self.path, made.topic)
            learned.keep_synonyms(self.path, made.synonyms)
            rows = private(entries(outcomes, index, made.holding, self.is_forgotten()), made.privacy)
            staged = stage(rows, folder, content_id=content_id, package_version=package, sequence=sequence)
            kept = self._kept.documents(onto) if onto else ()
            batch = Batch(folder, staged, made.created_at, kept, lambda: self.version() if last else None)
            commit = manifest_of(staged, made, last, onto, package, require_valid(batch, force=made.force))
            if onto is None:
                complete(index, commit.content_id)
            self._publish(folder, commit)
            if onto is not None:
                _follow(index, commit)
        return commit

    @contextmanager
    def _index(self, folder: Path, onto: Manifest | None, synonyms: Synonyms) -> Iterator[Index]:
        """The index that knows the rows of `onto`, or a new one in the staging folder."""
        if onto is None:
            own = new_index(folder / places.INDEX, synonyms)
        else:
            own = caught_up(self.path, onto, synonyms, self.version, self.captured)
        with own as index:
            yield index

    def rewrite(
        self,
        rows: Iterable[Entry],
        last: Manifest,
        change: Callable[[Staged, Manifest], Mapping[str, Any]],
        *,
        now: datetime,
        kind: str,
        folder: Path,
        index: Index | None = None,
    ) -> Manifest:
        """The rows stand in place of those of `last`, whose manifest they keep but for what `change` gives.

        `folder` is what `writing` gave; what else is staged in it is published with the rows. So is the `index` there,
        which decided the rows anew.
        """
        package = version("taoxi")
        staged = stage(rows, folder, package_version=package)
        fresh = replace(
            last,
            number=last.number + 1,
            parent=last.number,
            snapshot=last.snapshot + 1,
            kind=kind,
            created_at=now,
            package_version=package,
            schema_version=SCHEMA_VERSION,
            rows=staged.rows,
            parts=staged.parts,
            content_id=staged.content_id,
            sequence=0,
            forced=(),
            decided_by=rules(index.synonyms) if index else last.decided_by,
            format=manifest.FORMAT,
        )
        commit = replace(fresh, **change(staged, fresh))
        if index:
            complete(index, commit.content_id)
        self._publish(folder, commit)
        return commit

    def _publish(self, folder: Path, commit: Manifest) -> None:
        journal.carry_out(self.path, journal.seal(self.path, folder, commit))

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A folder to stage a commit in; where writing fails before the commit counts, the dataset is as before."""
        folder = self.path / f"{places.TEMPORARY}{(manifest.numbers(self._folder) or [0])[-1] + 1:06}"
        try:
            folder.mkdir()
            yield folder
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            counts = bool(journal.unfinished(self.path))
            with suppress(OSError, TaoxiError):  # the first fault is the one to tell; the next run mends the rest
                journal.mend(self.path)
            if isinstance(error, OSError):
                raise self._unwritable(error, counts=counts) from error
            raise

    def _unwritable(self, error: OSError, *, counts: bool = False) -> TaoxiError:
        told = error.strerror or str(error)
        if counts:
            hint = "mend the cause; the next taoxi command on it carries out the commit"
            return TaoxiError(f"a commit could not be carried out ({told})", where=str(self.path), hint=hint)
        full = error.errno in FULL
        hint = (
            "make room, and run the same command again" if full else "make it writable, and run the same command again"
        )
        where = str(error.filename or self.path)
        return TaoxiError(f"could not be written ({told}); the dataset is as it was before", where=where, hint=hint)


def complete(index: Index, content_id: str) -> None:
    """The new index knows the rows of this content id, and is ready to be published with them."""
    index.commit(content_id)
    index.close()
    synced(index.folder)


def _follow(index: Index, commit: Manifest) -> None:
    """The index knows the published commit, too; where that fails, the next run sees to it."""
    try:
        index.commit(commit.content_id)
    except (OSError, TaoxiError) as error:
        logger.warning("%s: the index could not be written (%s): the next run does it", index.folder, error)
