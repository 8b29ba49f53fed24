"""Functions that nobody has: a call of one is null whatever the data, so the condition around it never holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from bpmn import feel
from bpmn.diagram import Catalogue, Diagram, child, is_bpmn, label
from bpmn.errors import Invalid
from bpmn.lint import expressions
from bpmn.lint.expressions import Place
from bpmn.lowering import assignments
from bpmn.model import Finding
from bpmn.xml import text_of

#: What the engine offers beside FEEL's own (``bpmn.deadlines.feel_functions``, ``forms.documents.labels``).
OFFERED: Final = frozenset(
    {
        "add working days",
        "cadence collisions",
        "deadline",
        "deadline share",
        "is working day",
        "label of",
        "last day",
        "month end working day",
        "next holiday patrol",
        "next month end review",
        "next monthly analysis",
        "next monthly sharing",
        "next quarterly meeting",
        "next weekly exchange",
        "next working day",
        "previous working day",
        "working days between",
    }
)


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report calls of functions that are neither FEEL's, nor ours, nor kept in a variable by a script."""
    scripts = list(_scripts(diagram))
    kept = {path[0] for path, _ in scripts}
    for place in (*expressions.places(diagram), *(one for _, one in scripts)):
        for name in sorted(_called(place.text) - OFFERED - kept):
            yield _unknown(diagram, place, name)


def _scripts(diagram: Diagram) -> Iterator[tuple[tuple[str, ...], Place]]:
    for task in diagram.nodes:
        text = text_of(child(task, "script")) if is_bpmn(task, "scriptTask") else ""
        try:
            for one in assignments(text):
                yield one.path, Place(task, "脚本", one.expression, "script")
        except Invalid:
            continue  # another rule says so


def _called(text: str) -> frozenset[str]:
    try:
        return feel.compile(text, names=OFFERED).functions if text else frozenset()
    except Invalid:
        return frozenset()


def _unknown(diagram: Diagram, place: Place, name: str) -> Finding:
    close = difflib.get_close_matches(name, {*feel.BUILTINS, *OFFERED}, 1)
    return diagram.error(
        place.owner,
        "unknown-function",
        f"{label(place.owner)}的{place.what}「{place.text[:100]}」调用了不存在的函数 {name[:60]}，结果总是空。",
        f"是否想写 {close[0]}？" if close else "请改用 FEEL 的内置函数，或在服务任务中算好后写入变量。",
    )
