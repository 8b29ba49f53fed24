"""
Small numbers of special persons: a count below five can name somebody, so it is hidden, and so is what would give it away.

A hidden number that is the only one in its row is the total less the others. So at least two are hidden, and together
they come to five or more; where no second one can be found, the total goes as well. R06, R13 and R14 work with these
people and see exact numbers (``docs/permissions.md``).

Legal source: ``sources.toml#PIPL``
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
Counts = tuple[int, ...]  #: the numbers of one cell, e.g. how many, of how many, and how many are left

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
    small = {name for name, count in cells.items() if special(name) and is_small((count,))}
    hidden, with_total = hide({name: (count,) for name, count in cells.items()}, small)
    shown = {name: None if name in hidden else count for name, count in cells.items()}
    return Shown(cells=MappingProxyType(shown), total=None if with_total else sum(cells.values()))


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


def hide(cells: Mapping[Key, Counts], small: Collection[Key]) -> tuple[frozenset[Key], bool]:
    """
    Return which cells have to be hidden when the *small* ones are, and whether their total has to go, too.

    The total less what is shown gives the rest: so the smallest further cells go, until what is hidden is more than one
    cell and each of its numbers together is nothing or five and more; where no further cell has anything, the total goes.

    Args:
        cells: Key -> the numbers of one cell, as many in each; the total is their sum by place.

    >>> hide({"a": (2,), "b": (9,), "c": (30,)}, {"a"})[0] == {"a", "b"}, hide({"a": (2,), "b": (0,)}, {"a"})[1]
    (True, True)
    """
    hidden = set(small)
    while hidden and _gives_away([cells[key] for key in hidden]):
        others = [key for key in cells if key not in hidden and max(cells[key])]
        if not others:
            return frozenset(hidden), True
        hidden.add(min(others, key=lambda key: (max(cells[key]), str(key))))
    return frozenset(hidden), False


def is_small(counts: Counts) -> bool:
    """
    Tell whether one of a cell's numbers could name somebody.

    >>> is_small((0, 9)), is_small((9, 4))
    (False, True)
    """
    return any(0 < number < SMALLEST for number in counts)


def _gives_away(hidden: Sequence[Counts]) -> bool:
    return len(hidden) == 1 or is_small(tuple(sum(numbers) for numbers in zip(*hidden, strict=True)))
