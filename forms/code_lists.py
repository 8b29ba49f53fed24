"""
The law pack's code lists as options of forms and labels of papers.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.deadlines.lawpack_lists import CodeList
from forms.field import Option
from forms.model import CodeLists


def options_of_lists(lists: Mapping[str, CodeList]) -> CodeLists:
    """
    Return the options of each list by its key, for ``Form.parse(code_lists=…)`` and ``documents.labels``.

    An entry that only heads others is no choice; the others carry its name: 邻里·漏水.
    """
    return {key: _options(code_list) for key, code_list in lists.items()}


def _options(code_list: CodeList) -> tuple[Option, ...]:
    heads = {entry.parent for entry in code_list.codes if entry.parent}
    names = {entry.code: entry.name for entry in code_list.codes}
    return tuple(
        Option(
            entry.code,
            f"{names[entry.parent]}·{entry.name}" if entry.parent in names else entry.name,
            entry.retired,
            entry.parent or "",
        )
        for entry in code_list.codes
        if entry.code not in heads
    )
