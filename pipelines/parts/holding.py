"""Parts wait at a commit until their article is complete or the run ends; then they go on as one outcome.

What goes in is a stream of outcomes in capture order, what comes out depends on that stream alone: so the live crawl, any
number of increments and every rebuild give the same rows. Rows are written once, hence the rules:

- A page that is whole goes through at once. A part waits, and shows in no table while it waits.
- An article is complete when every part is there that any of its parts links to. It goes on at the place of the part that
  came last: the joined record with the first part's page, and after it a rejection `joined` for each other part, so that
  every page still has one row.
- A run ends when its crawl says so, when the next run's captures begin (a capture's file is named after its run), or with
  the sources of a build. What still waits then goes on with `parts_missing` told, earliest first. It is never taken up
  again: should the missing part come with a later run, that run fetches all parts anew, and the article is a new row.
- A run that was interrupted has not ended. Its commit names what waits (`held` in the manifest); the commit that resumes
  it reads these pages first, which brings the holding back to where it was.
- Of two captures of one part the later counts; the earlier is `joined`, too.
- What waits is bounded. Beyond `most` bytes the article that has waited longest goes on as it is, its reason told in
  `parts_missing` as for any other: the run goes on, and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pipelines.model import Capture, Document, Outcome, Page, Part, Reason, Record, Rejected, Stage
from pipelines.parts.address import FIRST, WHOLE
from pipelines.parts.join import join
from pipelines.recipe import RECIPE, wash
from pipelines.render import record
from pipelines.stages.gate import RequireArticle

MOST_BYTES = 64 << 20  # of page bodies that wait
OUR_CAPTURE = re.compile(r"(\d{8}T\d{6,12}Z)-\d+\.warc\.gz")
Watch = Callable[[Iterable[Outcome]], Iterable[Outcome]]
Group = dict[int, Outcome]  # parts by number, in order of arrival


class Holding:
    """Outcomes pass `through`, once; afterwards `held` are the captures of the pages that wait for the run to go on."""

    def __init__(
        self,
        *,
        ended: bool = True,
        most: int = MOST_BYTES,
        stages: Sequence[Stage] = RECIPE,
        watch: Watch = lambda outcomes: outcomes,
    ) -> None:
        """`ended`: the run ends with the stream. `most`: bytes of pages that may wait. `stages`: the run's recipe.

        `watch` sees the outcomes that go on.
        """
        self._ended, self._most, self._stages, self._watch = ended, most, stages, watch
        self._groups: dict[str, Group] = {}  # the one that has waited longest first
        self._came: dict[str, int] = {}  # page id → its turn
        self._bytes, self._run = 0, ""
        self.counts = dict.fromkeys(("joined", "incomplete", "early"), 0)

    @property
    def held(self) -> tuple[Capture, ...]:
        """The places of the pages that wait, in order of arrival."""
        pages = (outcome.page for group in self._groups.values() for outcome in group.values())
        places = sorted((self._came[page.id], page.capture) for page in pages if page.capture)
        return tuple(place for _, place in places)

    def through(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes with parts joined; `counts` then tells of articles over several pages.

        joined: how many went on; incomplete: of these, how many with a part missing; early: of these, how many because
        too much waited.
        """
        return iter(self._watch(self._through(outcomes)))

    def _through(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for turn, outcome in enumerate(outcomes):
            run = run_of(outcome.page)
            if run != self._run:
                yield from self._all()
                self._run = run
            part = outcome.result.part
            if part is None:
                yield outcome
                continue
            yield from self._hold(outcome, part, turn)
            while self._bytes > self._most:
                self.counts["early"] += 1
                yield from self._released(self._oldest())
        if self._ended:
            yield from self._all()

    def _hold(self, outcome: Outcome, part: Part, turn: int) -> Iterator[Outcome]:
        group = self._groups.setdefault(part.article, {})
        if earlier := group.pop(part.number, None):
            self._forget(earlier)
            yield _joined_with(earlier.page, outcome.page, "captured again as")
        group[part.number] = outcome
        self._came[outcome.page.id] = turn
        if earlier:
            self._groups = dict(sorted(self._groups.items(), key=self._waits_since))
        self._bytes += len(outcome.page.body)
        if not missing(group):
            yield from self._released(part.article)

    def _all(self) -> Iterator[Outcome]:
        while self._groups:
            yield from self._released(self._oldest())

    def _oldest(self) -> str:
        return next(iter(self._groups))

    def _waits_since(self, item: tuple[str, Group]) -> int:
        """The turn of the group's earliest page."""
        return self._came[next(iter(item[1].values())).page.id]

    def _released(self, article: str) -> Iterator[Outcome]:
        group = self._groups.pop(article)
        came = sorted(group.values(), key=lambda outcome: self._came[outcome.page.id])
        for outcome in came:
            self._forget(outcome)
        result = joined(group, self._stages)
        if isinstance(result, Rejected):
            yield from came
            return
        self.counts["joined"] += 1
        self.counts["incomplete"] += bool(result.parts_missing)
        first, *others = in_order(group)
        yield Outcome(first.page, result)
        yield from (_joined_with(outcome.page, first.page, "a part of") for outcome in others)

    def _forget(self, outcome: Outcome) -> None:
        self._bytes -= len(outcome.page.body)
        self._came.pop(outcome.page.id, None)


def run_of(page: Page) -> str:
    """The run that captured the page, as the name of our capture files tells it; "" for other files."""
    return run_named(page.capture.file) if page.capture else ""


def run_named(file: str) -> str:
    """The run in the name of one of our capture files; "" for other names."""
    match = OUR_CAPTURE.fullmatch(file)
    return match[1] if match else ""


def in_order(group: Group) -> list[Outcome]:
    """The parts in order, and a view of the whole article after them."""
    return [group[number] for number in sorted(group, key=lambda number: (number == WHOLE, number))]


def missing(group: Group) -> tuple[str, ...]:
    """The parts that are not there: their URLs, or their numbers where no part links to them."""
    told = {FIRST: ""}
    for outcome in in_order(group):
        told |= {number: url for number, url in _others(outcome) if number not in told or not told[number]}
    here = {outcome.page.url for outcome in group.values()}
    last = max(*told, *group)
    wanted = [number for number in (*sorted(told), *range(2, last)) if number != WHOLE]
    gone = {n: told.get(n, "") for n in wanted if n not in group and told.get(n) not in here}
    if WHOLE in told and WHOLE not in group:
        gone[WHOLE] = told[WHOLE]
    count = max((outcome.result.part.count for outcome in group.values() if outcome.result.part), default=0)
    known = sum(number != WHOLE for number in group) + sum(number != WHOLE for number in gone)
    unknown = [f"{number}/{count}" for number in range(known + 1, count + 1)]
    return (*(gone[n] or str(n or 1) for n in sorted(gone)), *unknown)


def _others(outcome: Outcome) -> tuple[tuple[int, str], ...]:
    return outcome.result.part.others if outcome.result.part else ()


def joined(group: Group, stages: Sequence[Stage] = RECIPE) -> Record | Rejected:
    """The record of an article whose parts these are; the first part's rejection where none is an article."""
    parts = in_order(group)
    if not any(isinstance(outcome.result, Record) for outcome in parts):
        result = parts[0].result
        return result if isinstance(result, Rejected) else Rejected(Reason.NO_ARTICLE)
    try:
        result = _record([outcome.page for outcome in parts], stages)
    except Exception as error:  # a defect of ours must not end the run: the pages go on one by one
        return Rejected(Reason.FAULT, f"{type(error).__name__}: {error}", "parts")
    if isinstance(result, Rejected):
        return result
    whole = WHOLE in group and isinstance(group[WHOLE].result, Record)
    told = () if whole else missing(group)
    return replace(result, part=None, parts=tuple(outcome.page.url for outcome in parts), parts_missing=told)


def _record(pages: list[Page], stages: Sequence[Stage]) -> Record | Rejected:
    """The record of the pages as one: each is washed anew up to the gate, since what waits keeps no document.

    The gate judges the whole: parts too short for an article may make one, and parts that pass may make none.
    """
    gate = next(n for n, stage in enumerate(stages) if isinstance(stage, RequireArticle))
    washed = [wash(page, stages[:gate]) for page in pages]
    document: Document | Rejected = join([one for one in washed if isinstance(one, Document)])
    for stage in stages[gate:]:
        if isinstance(document, Rejected):
            return document
        document = stage(document)
    return document if isinstance(document, Rejected) else record(document)


def _joined_with(page: Page, other: Page, how: str) -> Outcome:
    return Outcome(page, Rejected(Reason.JOINED, f"{how} {other.url}", "parts"))
