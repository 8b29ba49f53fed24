"""Script tasks: assignments ``name = FEEL``, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import feel
from bpmn.diagram import Catalogue, Diagram, child, is_bpmn, label
from bpmn.errors import Invalid
from bpmn.lowering import assignments
from bpmn.model import Finding
from bpmn.xml import Element, text_of

_REMEDY = "请写成「名称 = FEEL 表达式」，一行一条；其他工作请改用服务任务。"


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report script tasks in other languages, without assignments, or whose FEEL does not compile."""
    for task in diagram.nodes:
        if is_bpmn(task, "scriptTask"):
            yield from _script(diagram, task)


def _script(diagram: Diagram, task: Element) -> Iterator[Finding]:
    text = text_of(child(task, "script"))
    if task.get("scriptFormat"):
        return  # refused by the import, which names the language
    if not text:
        yield diagram.error(task, "empty-script", f"{label(task)}没有脚本。", _REMEDY)
        return
    try:
        for one in assignments(text):
            feel.compile(one.expression)
    except Invalid as reason:
        yield diagram.error(task, "bad-script", f"{label(task)}的脚本有误：{reason.message}", _REMEDY)
