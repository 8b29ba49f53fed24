"""
Ids that two files of one definition share: the later file gives way.

Tools number their elements alike (``StartEvent_1``), and a definition needs unique ids over all of its files. Process
ids are never renamed, since calls name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bpmn.diagram import is_bpmn
from bpmn.vocabulary import BPMN
from bpmn.xml import Element, local

_REFERENCES: Final = frozenset(
    [
        "sourceRef",
        "targetRef",
        "attachedToRef",
        "messageRef",
        "signalRef",
        "errorRef",
        "escalationRef",
        "dataObjectRef",
        "dataStoreRef",
        "processRef",
        "default",
        "operationRef",
        "bpmnElement",
        "itemSubjectRef",
        "structureRef",
    ]
)
_TEXTS: Final = frozenset(
    [
        "incoming",
        "outgoing",
        "flowNodeRef",
        "sourceRef",
        "targetRef",
        "eventDefinitionRef",
        "loopDataInputRef",
        "loopDataOutputRef",
        "dataInputRefs",
        "dataOutputRefs",
        "categoryValueRef",
    ]
)


def separate(roots: Sequence[Element]) -> None:
    """Rename ids in later files of *roots* that an earlier file has, with everything that refers to them, in place."""
    taken: set[str] = set()
    for number, root in enumerate(roots):
        own = [str(one.get("id")) for one in root.iter() if isinstance(one.tag, str) and one.get("id")]
        processes = {str(one.get("id")) for one in root.iter(f"{{{BPMN}}}process")}
        clashing = (set(own) & taken) - processes
        if clashing:
            _rename(root, {old: _free(f"{old}_{number + 1}", taken | set(own)) for old in sorted(clashing)})
        taken |= {str(one.get("id")) for one in root.iter() if isinstance(one.tag, str) and one.get("id")}


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _rename(root: Element, names: dict[str, str]) -> None:
    for element in root.iter("{*}*"):
        for attribute, value in element.attrib.items():
            if str(attribute) == "id" or str(attribute) in _REFERENCES:
                prefix, colon, name = str(value).rpartition(":")
                if name in names:
                    element.set(attribute, prefix + colon + names[name])
        if is_bpmn(element) and local(element) in _TEXTS and (element.text or "").strip() in names:
            element.text = names[(element.text or "").strip()]
