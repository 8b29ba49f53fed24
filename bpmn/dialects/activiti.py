"""
Activiti and Flowable: an error reference that names no error *is* the error code.

Activiti 7 names the connector that does a service task in the standard's own ``implementation``.
"""

from __future__ import annotations

import re
from typing import Final

from bpmn.diagram import extension, reference
from bpmn.dialects import camunda
from bpmn.dialects.notes import Notes, set_extension
from bpmn.vocabulary import BPMN, NEUTRAL_IMPLEMENTATIONS
from bpmn.xml import Element

_CONNECTOR: Final = re.compile(r"[\w.:-]{1,200}")


def translate(root: Element, notes: Notes) -> None:
    """Declare the errors that these tools refer to by code alone; files of other tools are left alone."""
    if not camunda.is_used(root):
        return
    if any("http://activiti.org/bpmn" in one.nsmap.values() for one in root.iter(root.tag)):
        _connectors(root, notes)
    known = {str(one.get("id")) for one in root.findall(f"{{{BPMN}}}error")}
    for definition in root.iter(f"{{{BPMN}}}errorEventDefinition"):
        code = reference(definition.get("errorRef"))
        if code and code not in known:
            root.insert(
                0, root.makeelement(f"{{{BPMN}}}error", {"id": code, "name": code, "errorCode": code})
            )
            known.add(code)
            event = definition.getparent()
            notes.understood(definition if event is None else event, f"错误代码「{code}」。")


def _connectors(root: Element, notes: Notes) -> None:
    for task in root.iter(f"{{{BPMN}}}serviceTask"):
        name = (task.get("implementation") or "").strip()
        if (
            _CONNECTOR.fullmatch(name)
            and name.lower() not in NEUTRAL_IMPLEMENTATIONS
            and extension(task, "operation") is None
        ):
            del task.attrib["implementation"]
            set_extension(task, "operation", name)
            notes.understood(task, f"连接器「{name}」作为作业类型，由同名处理程序完成。")
