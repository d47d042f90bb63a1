"""A dataset is decided with one table of synonyms, which lies beside it: its increments and its index go on with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.dataset import Dataset, measured
from pipelines.dataset.deciding import entries
from pipelines.dataset.forgetting import doomed, forget
from pipelines.dataset.learned import place_of_synonyms
from pipelines.dataset.tombstones import target
from pipelines.dataset.verification import verify
from pipelines.dedup.synonyms import NO_SYNONYMS, of_groups, packaged
from pipelines.errors import ConfigurationError
from pipelines.model import Outcome
from tests.pipelines.dataset.made import NOW, append, contents, outcome
from tests.pipelines.dedup.articles import article

SWAPS = ("甲子丑", "乙寅卯"), ("丙辰巳", "丁午未"), ("戊申酉", "己戌亥"), ("庚天地", "辛玄黄")  # words of no table
OWN = of_groups(SWAPS)


def pages() -> list[Outcome]:
    """An article, and the same in other words, which stand in it again and again; others around them."""
    whole = "".join(
        f"{line}\n" + "".join(f"{one}{n % 7}{one}" for one, _ in SWAPS) for n, line in enumerate(article(1).split("\n"))
    )
    other = whole
    for one, swapped in SWAPS:
        other = other.replace(one, swapped)
    return [outcome(5 * n, text) for n, text in enumerate([article(2), whole, article(3), other, article(2)])]


def rebuilt(dataset: Dataset, **told: object) -> dict[str, int]:
    with dataset.locked("build", NOW):
        done = dataset.replace(iter(pages()[:4]), now=NOW, kind="build", segments=(), recipe="r", **told)  # type: ignore[arg-type]  # synonyms alone
    return {table: done.rows[table] for table in ("documents", "duplicates")}


def test_a_dataset_goes_on_with_its_own_table(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    assert rebuilt(dataset) == {"documents": 4, "duplicates": 0}
    assert dataset.synonyms() == packaged()
    assert rebuilt(dataset, synonyms=OWN) == {"documents": 3, "duplicates": 1}
    assert contents(dataset)["duplicates"][0]["kind"] == "spun"
    assert (dataset.synonyms(), place_of_synonyms(dataset.path, OWN.id).is_file()) == (OWN, True)
    whole = measured(entries(iter(pages()), synonyms=OWN)).content_id
    assert append(dataset, iter(pages()[4:])).content_id == whole
    shutil.rmtree(dataset.path / "index")  # made anew with the same table
    assert append(dataset, iter([])).content_id == whole
    with dataset.locked("forget", NOW):
        forget(dataset, doomed(dataset, [target(pages()[0].page.url)]), now=NOW)
    assert (dataset.synonyms(), list(verify(dataset.version(), deep=True))) == (OWN, [])
    assert rebuilt(dataset) == {
        "documents": 2,
        "duplicates": 1,
    }  # its own, unless told otherwise; one page is forgotten
    assert rebuilt(dataset, synonyms=NO_SYNONYMS) == {"documents": 3, "duplicates": 0}
    assert dataset.synonyms() == NO_SYNONYMS


def test_a_table_that_is_missing_or_changed_is_told(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    rebuilt(dataset, synonyms=OWN)
    path = place_of_synonyms(dataset.path, OWN.id)
    path.write_text(of_groups(SWAPS[:2]).text)
    with pytest.raises(ConfigurationError, match=r"was changed.*\n.*--synonyms"):
        append(dataset, iter(pages()[4:]))
    path.unlink()
    with pytest.raises(ConfigurationError, match=r"is missing.*\n.*--synonyms"):
        append(dataset, iter(pages()[4:]))
    assert rebuilt(dataset, synonyms=packaged()) == {"documents": 4, "duplicates": 0}
