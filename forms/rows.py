"""
Which row of the case a row of a submission shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.model import Value
from forms.field import Field
from forms.tree import Tree

ROW_NAME = "__row"  #: hidden number, from 0, of the row of the case that a row shows


def originals(field: Field, rows: Sequence[Tree], known: Value) -> list[Mapping[str, Value]]:
    """Return for each row the row of the case that it shows, {} for a new one: fields not in the form are kept."""
    stored = known if isinstance(known, list) else []
    is_fixed = field.settings.get("allowAddRemove", True) is False
    taken: set[int] = set()
    originals: list[Mapping[str, Value]] = []
    for index, row in enumerate(rows):
        told = str(row.get(ROW_NAME, index if is_fixed else ""))
        number = int(told) if told.isascii() and told.isdigit() and len(told) <= 4 else len(stored)
        original = stored[number] if number < len(stored) and number not in taken else {}
        taken.add(number)
        originals.append(original if isinstance(original, Mapping) else {})
    return originals
