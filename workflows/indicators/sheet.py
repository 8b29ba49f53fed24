"""A sheet: every indicator for every town and for all of them, with small numbers of special persons hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from tasks import small_cells
from workflows.indicators.catalogue import INDICATORS, Indicator
from workflows.indicators.records import Item, World

ALL: Final = ""  #: the column of all towns together


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One indicator in one place. ``None`` = hidden."""

    numerator: int | None
    denominator: int | None = None  #: also None where the indicator has none
    values: tuple[float, ...] = ()  #: of measures, ascending
    is_hidden: bool = False

    @property
    def rate(self) -> float | None:
        """The share, 0 to 1; None when it is hidden or nothing was counted."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def mean(self) -> float | None:
        """The mean of a measure."""
        return sum(self.values) / len(self.values) if self.values else None

    def percentile(self, share: int) -> float | None:
        """
        Return the value that *share* per cent of the items do not exceed (nearest rank).

        >>> Cell(numerator=4, values=(1.0, 2.0, 3.0, 10.0)).percentile(50)
        2.0
        """
        return self.values[max(0, ceil(share / 100 * len(self.values)) - 1)] if self.values else None


HIDDEN: Final = Cell(numerator=None, is_hidden=True)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One indicator over all places, the sum under ``ALL``."""

    indicator: Indicator
    cells: Mapping[str, Cell]


def of(world: World, places: Mapping[str, frozenset[str]], *, protects: bool) -> tuple[Line, ...]:
    """
    Count every indicator.

    Args:
        places: Town id -> ids of the units that lie in it; a case belongs to each town that one of its units lies in.
        protects: Hide small numbers of special persons from this reader.
    """
    return tuple(line(indicator, world, places, protects=protects) for indicator in INDICATORS)


def line(indicator: Indicator, world: World, places: Mapping[str, frozenset[str]], *, protects: bool) -> Line:
    """Count one indicator."""
    above = tuple(indicator.numerator(world))
    below = tuple(indicator.denominator(world)) if indicator.denominator else None
    cells = {ALL: _cell(indicator, above, below)}
    for place, units in places.items():
        cells[place] = _cell(indicator, inside(above, units), None if below is None else inside(below, units))
    found = Line(indicator=indicator, cells=cells)
    return suppressed(found) if protects and indicator.is_special else found


def inside(items: Iterable[Item], units: frozenset[str]) -> tuple[Item, ...]:
    """Return the items of one place."""
    return tuple(item for item in items if not item.units.isdisjoint(units))


def _cell(indicator: Indicator, above: Sequence[Item], below: Sequence[Item] | None) -> Cell:
    values = tuple(sorted(i.value for i in above if i.value is not None)) if indicator.kind == "days" else ()
    return Cell(numerator=len(above), denominator=None if below is None else len(below), values=values)


def suppressed(found: Line) -> Line:
    """
    Hide small numbers, then whatever would give a hidden one away (``tasks/small_cells.py``).

    A cell is small when one of its numbers, or what is left between them, is one to four.
    """
    numbers = {place: _numbers(cell) for place, cell in found.cells.items()}
    small = {place for place in numbers if small_cells.is_small(numbers[place])}
    towns = {place: counts for place, counts in numbers.items() if place != ALL}
    hidden, with_total = (small - {ALL}, True) if ALL in small else small_cells.hide(towns, small)
    gone = hidden | ({ALL} if with_total else set())
    return replace(found, cells={p: HIDDEN if p in gone else cell for p, cell in found.cells.items()})


def _numbers(cell: Cell) -> small_cells.Counts:
    above, below = cell.numerator or 0, cell.denominator or 0
    return above, below, max(0, below - above)
