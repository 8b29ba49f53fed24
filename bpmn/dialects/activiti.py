"""Activiti and Flowable: an error reference that names no error *is* the error code."""

from __future__ import annotations

from bpmn.diagram import reference
from bpmn.dialects import camunda
from bpmn.dialects.notes import Notes
from bpmn.vocabulary import BPMN
from bpmn.xml import Element


def translate(root: Element, notes: Notes) -> None:
    """Declare the errors that these tools refer to by code alone; files of other tools are left alone."""
    if not camunda.is_used(root):
        return
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
