"""
Global tasks: a call activity that calls one *is* that task (BPMN 2.0, 10.3.6), so it becomes it.

Its id, name, markers and boundary events stay; what the task does comes from the global one. Global tasks that nobody
calls are declarations and run nothing.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from bpmn.diagram import children, reference
from bpmn.dialects.notes import Notes
from bpmn.vocabulary import BPMN, RESOURCE_ROLES
from bpmn.xml import Element, local

TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}  #: global task -> the task that a call of it becomes
_ATTRIBUTES: Final = {"implementation": "implementation", "scriptLanguage": "scriptFormat"}
_CONTENT: Final = RESOURCE_ROLES | {"extensionElements", "script", "rendering"}


def translate(root: Element, notes: Notes) -> None:
    """Turn calls of the file's global tasks into these tasks, in place."""
    found = {str(one.get("id")): one for one in children(root, *TASKS) if one.get("id")}
    for call in list(root.iter(f"{{{BPMN}}}callActivity")):
        called = found.get(reference(call.get("calledElement")))
        if called is not None:
            _become(call, called)
            notes.understood(
                call, f"调用全局任务「{called.get('name') or called.get('id')}」，即办理该任务。"
            )


def _become(call: Element, called: Element) -> None:
    call.tag = f"{{{BPMN}}}{TASKS[local(called)]}"
    del call.attrib["calledElement"]
    for key, value in called.attrib.items():
        name = _ATTRIBUTES.get(str(key), str(key) if str(key).startswith("{") else None)
        if name is not None and call.get(name) is None:
            call.set(name, str(value))
    if not call.get("name") and called.get("name"):
        call.set("name", str(called.get("name")))
    present = {local(one) for one in call if isinstance(one.tag, str)}
    call.extend(_copy(one) for one in children(called) if local(one) in _CONTENT - present)


def _copy(part: Element) -> Element:
    """Copy what the task consists of, without the ids that are the global task's."""
    copy = deepcopy(part)
    for one in copy.iter(f"{{{BPMN}}}*"):
        one.attrib.pop("id", "")
    return copy
