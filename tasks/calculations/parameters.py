"""Choosing a parameter set by region, year or date, and refusing where there is none: nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar

from bpmn.deadlines.lawpack_lists import ParameterSet
from bpmn.errors import Invalid

Sets = Mapping[str, ParameterSet]


class ParameterMissing(Invalid):
    """测算所需的参数尚未录入，已暂停测算。请政策编辑员录入后重新测算。"""

    bpmn_code: ClassVar[str] = "E-PARAM-MISSING"  #: the business error of the diagrams

    def __init__(self, what: Iterable[str]) -> None:
        self.missing = tuple(dict.fromkeys(what))
        super().__init__(
            f"测算所需的参数尚未录入：{'、'.join(self.missing)}。请政策编辑员录入后重新测算，系统不会用其他年度代替。"
        )


def on_date(sets: Sets, kind: str, day: date) -> ParameterSet:
    """
    Return the set of *kind* that applies on *day*.

    Raises:
        ParameterMissing: no set covers the day.
    """
    found = [entry for entry in sets.values() if entry.kind == kind and entry.is_valid_on(day)]
    if not found:
        raise ParameterMissing([f"E-PARAM-MISSING({kind},{day.isoformat()})"])
    return max(found, key=lambda entry: entry.valid_from or date.min)


def of_year(sets: Sets, kind: str, region: str, year: int) -> ParameterSet | None:
    """Return the set of *kind* with the statistics of *year* in *region*; None when nobody entered it."""
    for entry in sets.values():
        if (entry.kind, entry.region, entry.year) == (kind, region, year):
            return entry
    return None


def amount(entry: ParameterSet, key: str) -> Decimal:
    """
    Return the number *key* of a set.

    Raises:
        ParameterMissing: the set does not have it.
    """
    value = entry.values.get(key)
    if not isinstance(value, Decimal):
        raise ParameterMissing([f"E-PARAM-MISSING({entry.id},{key})"])
    return value
