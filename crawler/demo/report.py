"""The demo's table: one row for each capability, its measured value beside its target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One capability: its measured value (None = nothing to measure) and its target. Only counted rows decide."""

    capability: str
    measured: str
    value: float | None
    target: float
    counted: bool = True

    @property
    def ok(self) -> bool:
        return self.value is not None and self.value >= self.target

    @property
    def verdict(self) -> str:
        return ("ok" if self.ok else "MISSED") if self.counted else "not yet"


@dataclass(frozen=True, slots=True)
class Report:
    """The table of capabilities."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every counted capability reached its target."""
        return all(row.ok for row in self.rows if row.counted)

    def row(self, capability: str) -> Row:
        return next(row for row in self.rows if row.capability == capability)

    def __str__(self) -> str:
        lines = [("capability", "measured", "target", "")]
        lines += [(row.capability, row.measured, f"{row.target:g}", row.verdict) for row in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
        return "\n".join("  ".join(cells).rstrip() for cells in padded)


def ratio(part: float, whole: float) -> float | None:
    """The share; None of nothing."""
    return part / whole if whole else None


def shown(part: float, whole: float) -> str:
    """The ratio as the table tells it."""
    value = ratio(part, whole)
    return "nothing to measure" if value is None else f"{value:.3f} ({part:g} of {whole:g})"
