"""
Small numbers of special persons: a count below five can name somebody, so it is hidden, and so is what would give it away.

A hidden number that is the only one in its row is the total less the others. So at least two are hidden, and together
they come to five or more; where no second one can be found, the total goes as well. R06, R13 and R14 work with these
people and see exact numbers (``docs/permissions.md``).

Legal source: ``sources.toml#PIPL``
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)

SMALLEST: Final = 5  #: the smallest count of special persons that is shown
EXACT_ROLES: Final = frozenset({"R06", "R13", "R14"})  #: who sees exact counts
SPECIAL_PROCESSES: Final = "handover-"  #: how the keys of processes about special persons begin
HIDDEN_WORDS: Final = "少于5"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Counts as they may be shown; None = hidden."""

    cells: Mapping[str, int | None] = field(default_factory=dict)
    total: int | None = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was hidden."""
        return self.total is not None and None not in self.cells.values()


def sees_exact(role_codes: Iterable[str]) -> bool:
    """
    Tell whether somebody with these roles sees small counts as they are.

    >>> sees_exact({"R15"}), sees_exact({"R15", "R13"})
    (False, True)
    """
    return not EXACT_ROLES.isdisjoint(role_codes)


def is_special(process_key: str) -> bool:
    """Tell whether a process is about special persons."""
    return process_key.startswith(SPECIAL_PROCESSES)


def suppress(cells: Mapping[str, int], *, special: Callable[[str], bool] = is_special) -> Shown:
    """
    Return one row of counts and its total with small special counts hidden, and what would give them away.

    Args:
        cells: Name -> count; the total is their sum.

        special: Tells which names count special persons.

    >>> dict(suppress({"handover-drug": 2, "dispute": 30, "visit": 9}).cells)
    {'handover-drug': None, 'dispute': 30, 'visit': None}
    >>> suppress({"handover-drug": 2}).total is None
    True
    """
    hidden = {name for name, count in cells.items() if special(name) and 0 < count < SMALLEST}
    if hidden:
        hidden |= _partners(cells, hidden)
    shown = {name: None if name in hidden else count for name, count in cells.items()}
    safe = not hidden or _is_safe(cells, hidden)
    return Shown(cells=MappingProxyType(shown), total=sum(cells.values()) if safe else None)


def suppress_columns(
    rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, name: str = "code"
) -> list[dict[str, object]]:
    """
    Return a table by process with each column suppressed as a row of its own; ``suppressed`` marks a row that lost one.

    >>> suppress_columns([{"code": "handover-drug", "open": 7}, {"code": "dispute", "open": 1}], ["open"])
    [{'code': 'handover-drug', 'open': 7}, {'code': 'dispute', 'open': 1}]
    """
    kept = [dict(row) for row in rows]
    for column in columns:
        counts = {str(row[name]): n for row in rows if isinstance(n := row.get(column), int)}
        shown = suppress(counts).cells
        for row in kept:
            if shown.get(str(row[name]), 0) is None:
                row |= {column: None, "suppressed": True}
    return kept


def _partners(cells: Mapping[str, int], hidden: set[str]) -> set[str]:
    """Return the smallest further cells whose hiding makes the hidden ones safe; empty ones hide nothing."""
    chosen: set[str] = set()
    for name in sorted(cells, key=lambda one: (cells[one], one)):
        if _is_safe(cells, hidden | chosen):
            break
        if name not in hidden and cells[name] > 0:
            chosen.add(name)
    return chosen


def _is_safe(cells: Mapping[str, int], hidden: set[str]) -> bool:
    return len(hidden) > 1 and sum(cells[name] for name in hidden) >= SMALLEST
