"""The gate shuts: a floor that is broken, or whose measure is gone, is told."""

from __future__ import annotations

import pytest

from benchmarks.quality import MEASURES, Row, compare, figures, floors, holds


@pytest.mark.parametrize(
    ("bounds", "measured", "expected"),
    [
        ({"min": 0.9}, 0.9, True),
        ({"min": 0.9}, 0.8999, False),
        ({"max": 0.06}, 0.06, True),
        ({"max": 0.06}, 0.0601, False),
        ({"min": 1.0, "max": 2.0}, 1.5, True),
        ({"min": 0.9}, float("nan"), False),
    ],
)
def test_bounds_are_included(bounds: dict[str, float], measured: float, expected: bool) -> None:
    assert holds(measured, **bounds) is expected


def test_a_measure_that_is_gone_breaks_its_floor() -> None:
    assert list(compare({"seeds": {"pages_perfect": {"min": 5}}}, {"seeds": {}})) == [
        Row("seeds pages_perfect", "≥ 5", "missing", False)
    ]


def test_figures_are_read_from_the_first_line_and_flat() -> None:
    told = '{"pair_f1": 0.5, "recall": {"exact": 1.0, "trad": 0.75}}\narticle {"pages": 3}\n'
    assert figures(told) == {"pair_f1": 0.5, "recall_exact": 1.0, "recall_trad": 0.75}


def test_every_floor_belongs_to_a_set_that_is_measured() -> None:
    assert floors().keys() == MEASURES.keys()
    assert all(bounds.keys() <= {"min", "max"} for measures in floors().values() for bounds in measures.values())
