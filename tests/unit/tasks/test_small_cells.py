"""Nobody learns that one addict lives in a village."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks import small_cells

NAMES = st.sampled_from([f"{kind}{n}" for kind in ("handover-", "other-") for n in range(4)])


@given(st.dictionaries(NAMES, st.integers(0, 12)))
def test_nothing_small_can_be_worked_out_from_the_total(cells: dict[str, int]) -> None:
    """What is hidden cannot be had by subtracting what is shown: it is two cells and five people at least."""
    shown = small_cells.suppress(cells)
    hidden = [name for name, count in shown.cells.items() if count is None]

    small = [
        n for n, count in cells.items() if small_cells.is_special(n) and 0 < count < small_cells.SMALLEST
    ]
    assert set(small) <= set(hidden)
    if hidden and shown.total is not None:
        known = sum(count for count in shown.cells.values() if count is not None)
        assert len(hidden) > 1 and shown.total - known >= small_cells.SMALLEST


@given(st.dictionaries(NAMES, st.integers(5, 50)))
def test_large_numbers_stay(cells: dict[str, int]) -> None:
    """Without a small count nothing is hidden."""
    assert small_cells.suppress(cells).is_whole


def test_each_column_of_a_table_is_kept_apart() -> None:
    """Two drug cases are hidden in the column where they are two, with the smallest that would give them away."""
    rows = [
        {"code": "handover-drug", "started": 2, "open": 8},
        {"code": "dispute", "started": 40, "open": 40},
        {"code": "visit", "started": 4, "open": 1},
    ]

    found = small_cells.suppress_columns(rows, ["started", "open"])

    assert [row["started"] for row in found] == [None, 40, None]
    assert [row["open"] for row in found] == [8, 40, 1]
