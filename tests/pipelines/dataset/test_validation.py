"""Rows that break a rule are not published, unless by force, which is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.dataset import Dataset, Manifest
from pipelines.errors import QualityError
from pipelines.model import Comment, Earlier, Outcome, Reason, Record, Rejected
from pipelines.recipe import clean
from tests.pipelines.dataset.made import NOW, append, outcome, outcomes, replace


def forced(dataset: Dataset, rows: Iterable[Outcome]) -> Manifest:
    with dataset.locked("crawl", NOW):
        return dataset.append(rows, now=NOW, kind="crawl", segments=(), recipe="r", force=True)


def from_the_future(first: int, end: int) -> Iterator[Outcome]:
    for made in outcomes(first, end):
        result = made.result
        if isinstance(result, Record):
            result = changed(result, published=NOW + timedelta(days=9))
        yield Outcome(made.page, result)


def refused(first: int, end: int, reason: Reason) -> Iterator[Outcome]:
    return (Outcome(outcome(n).page, Rejected(reason, "", "gate")) for n in range(first, end))


def unchanged(first: int, end: int) -> Iterator[Outcome]:
    for n in range(first, end):
        page = outcome(n).page
        visit = changed(page, body=b"", fetched_at=NOW + timedelta(days=1), status=304, repeats=Earlier(page.url, NOW))
        yield clean(visit)


def test_a_breach_stops_the_commit_and_force_is_recorded(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 50))
    before = sorted(map(str, dataset.path.rglob("*")))
    with pytest.raises(QualityError, match=r"(?i)future: documents\.published: .*law\.example.*(.|\n)*--force") as told:
        append(dataset, from_the_future(50, 80))
    assert told.value.exit_code == 3
    assert sorted(map(str, dataset.path.rglob("*"))) == before
    commit = forced(dataset, from_the_future(50, 80))
    assert [breach.partition(":")[0] for breach in commit.forced] == ["future"]
    assert dataset.manifests()[-1].forced == commit.forced
    assert append(dataset, outcomes(80, 90)).forced == ()


def test_a_few_odd_dates_among_many_are_let_pass(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, iter([*outcomes(0, 300), *from_the_future(300, 301)]))


def test_a_source_that_suddenly_rejects_is_told(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 50))
    with pytest.raises(
        QualityError, match=r"(?i)rejects: law\.example:8080: 30 of 30 pages rejected, and 0 of 40 before"
    ):
        append(dataset, refused(50, 80, Reason.CAPTCHA))
    append(dataset, refused(50, 69, Reason.CAPTCHA))  # too few to say so
    append(dataset, refused(80, 120, Reason.LIST))  # no articles to begin with
    append(dataset, refused(50, 69, Reason.CAPTCHA))  # known to be hopeless
    with pytest.raises(QualityError, match="50 of 50"):
        append(dataset, refused(120, 170, Reason.BLOCKED))
    with pytest.raises(QualityError, match="40 of 40"):
        replace(dataset, refused(0, 50, Reason.NO_ARTICLE))  # were published before; every fifth was a list


def test_pages_that_are_as_they_were_speak_for_their_source(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 100))
    gone = list(refused(0, 30, Reason.HTTP_ERROR))
    append(dataset, iter([*gone, *unchanged(30, 100)]))
    with pytest.raises(QualityError, match=r"20 of 28 pages rejected"):
        append(dataset, iter([*refused(30, 55, Reason.HTTP_ERROR), *unchanged(55, 65)]))
    told = dataset.version().rows
    assert (told["documents"] + told["duplicates"], told["sightings"]) == (80, 200)


def test_a_first_run_may_reject_what_it_likes(tmp_path: Path) -> None:
    replace(Dataset(tmp_path / "d"), refused(0, 50, Reason.CAPTCHA))


def test_a_rebuild_of_a_damaged_dataset_is_not_held_up(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    replace(dataset, outcomes(0, 50))
    for file in (dataset.path / "current/sightings").iterdir():
        file.unlink()
    replace(dataset, refused(0, 50, Reason.NO_ARTICLE))
    assert dataset.table("sightings").num_rows == 50


def test_what_is_missing_or_out_of_range_is_told(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    odd = (Outcome(changed(made.page, status=1700), made.result) for made in outcomes(0, 10))
    with pytest.raises(
        QualityError, match=r"(?i)range: documents\.status: 6 rows outside 0 to 999, such as https://law"
    ):
        replace(dataset, odd)
    nameless = [changed(outcome(n).result, comments=(Comment(None),)) for n in (0, 2)]  # type: ignore[arg-type]  # a defect of ours
    rows = [Outcome(outcome(n).page, result) for n, result in zip((0, 2), nameless, strict=True)]
    with pytest.raises(QualityError, match=r"required: comments\.text: 2 rows without it"):
        replace(dataset, iter(rows))


def test_a_document_without_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(QualityError, match=r"range: documents\.chars: 1 rows outside 1 or more"):
        replace(Dataset(tmp_path / "d"), iter([outcome(0, "")]))


def test_a_text_twice_and_a_copy_without_its_document_are_told(tmp_path: Path) -> None:
    from pipelines.dataset.deciding import entries
    from pipelines.dataset.staging import stage
    from pipelines.dataset.validation import Batch, require_valid

    some = list(entries(outcomes(0, 5)))
    first = next(entry for entry in some if entry.table == "documents")
    again = changed(first, row=first.row | {"id": "f" * 32})
    copies = [entry for entry in some if entry.table == "duplicates"]
    for name, rows in (("unique", [*some, again]), ("keepers", copies)):
        folder = tmp_path / name
        folder.mkdir()
        staged = stage(rows, folder, package_version="0")
        with pytest.raises(QualityError, match=f"\n  {name}: "):
            require_valid(Batch(folder, staged, NOW, (), lambda: None))
