"""Small numbers of special persons stay hidden, also from whoever subtracts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.small_cells import SMALLEST
from workflows.indicators.catalogue import BY_ID
from workflows.indicators.sheet import ALL, Cell, Line, suppressed

TOWNS = ("a", "b", "c", "d")


def line(*numbers: int) -> Line:
    """Return a line of counts by town with their sum."""
    cells = {town: Cell(numerator=n) for town, n in zip(TOWNS, numbers, strict=False)}
    return Line(indicator=BY_ID["K22-L"], cells={**cells, ALL: Cell(numerator=sum(numbers))})


def hidden(found: Line) -> set[str]:
    """Return the places whose number is hidden."""
    return {place for place, cell in found.cells.items() if cell.is_hidden}


def test_a_single_small_town_takes_another_with_it() -> None:
    """The sum less the other towns would give it away: the smallest other is hidden too."""
    assert hidden(suppressed(line(2, 9, 30, 0))) == {"a", "b"}


def test_where_no_other_town_has_anything_the_sum_goes() -> None:
    """One town alone: its number and the sum are the same."""
    assert hidden(suppressed(line(3, 0, 0, 0))) == {"a", ALL}


def test_a_share_that_leaves_a_small_rest_is_hidden() -> None:
    """Nine of twelve: the three who did not report would be known."""
    cell = Cell(numerator=9, denominator=12)
    found = suppressed(Line(indicator=BY_ID["K22"], cells={"a": cell, ALL: cell}))

    assert hidden(found) == {"a", ALL}


def test_nothing_small_hides_nothing() -> None:
    """Zero is no person."""
    assert hidden(suppressed(line(0, 8, 12, 5))) == set()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_no_difference_gives_a_small_number_away(numbers: list[int]) -> None:
    """Whatever the towns have: what is hidden cannot be had from the sum, and is not a small number altogether."""
    found = suppressed(line(*numbers))
    gone = [town for town in TOWNS[: len(numbers)] if found.cells[town].is_hidden]
    rest = sum(numbers[TOWNS.index(town)] for town in gone)

    assert not any(
        0 < (cell.numerator or 0) < SMALLEST for cell in found.cells.values() if not cell.is_hidden
    )
    if gone and not found.cells[ALL].is_hidden:
        assert len(gone) > 1 and rest >= SMALLEST
