"""How a benchmark prints: one table, each row a figure with its goal and whether it was reached."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure; ``goal`` and ``met`` only where there is a goal."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def at_most(what: str, value: float, limit: float, unit: str = "×") -> Row:
    """Return the row of a figure that must not be larger than *limit*."""
    return Row(what=what, figure=f"{value:,.2f} {unit}", goal=f"≤ {limit:g} {unit}", met=value <= limit)


def at_least(what: str, value: float, limit: float, unit: str = "×") -> Row:
    """Return the row of a figure that must not be smaller than *limit*."""
    return Row(what=what, figure=f"{value:,.2f} {unit}", goal=f"≥ {limit:g} {unit}", met=value >= limit)


def show(title: str, rows: Iterable[Row]) -> bool:
    """Print the table; tells whether every goal was reached."""
    rows = tuple(rows)
    print(f"\n{title}")
    columns = [max(_width(getattr(row, name)) for row in rows) for name in ("what", "figure", "goal")]
    for row in rows:
        cells = [
            _pad(row.what, columns[0]),
            _pad(row.figure, columns[1], right=True),
            _pad(row.goal, columns[2]),
        ]
        print("  " + "  ".join([*cells, {True: "reached", False: "MISSED", None: ""}[row.met]]).rstrip())
    return all(row.met is not False for row in rows)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int, *, right: bool = False) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap
