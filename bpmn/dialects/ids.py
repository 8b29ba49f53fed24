"""
Ids and order: what BPMN leaves optional and the engine needs, and what it need not read.

Flow elements and event definitions without an id get one; children stand in the order of the schema, so that only
real faults remain for the check against it. Dangling prefixes of references are left to the lint.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from lxml import etree

from bpmn.diagram import is_bpmn
from bpmn.dialects.expressions import WHERE
from bpmn.dialects.notes import Notes
from bpmn.dialects.values import constant
from bpmn.vocabulary import ARTIFACTS, BPMN, EVENT_DEFINITIONS, FLOW_ELEMENTS, RESOURCE_ROLES
from bpmn.xml import Element, local, text_of

_NEED_IDS: Final = FLOW_ELEMENTS | EVENT_DEFINITIONS | {"process", "participant", "lane", "messageFlow"}
_FIRST: Final = [
    "documentation",
    "extensionElements",
    "auditing",
    "monitoring",
    "categoryValueRef",
    "incoming",
    "outgoing",
    "ioSpecification",
    "property",
]
_RANKS: Final = {
    **{name: rank for rank, name in enumerate(_FIRST)},
    **dict.fromkeys(("dataInput", "dataOutput"), 20),
    "dataInputAssociation": 21,
    "dataOutputAssociation": 22,
    **dict.fromkeys(("inputSet", "outputSet"), 23),
    **dict.fromkeys(RESOURCE_ROLES, 24),
    **dict.fromkeys(("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"), 25),
    **dict.fromkeys(EVENT_DEFINITIONS | {"eventDefinitionRef"}, 26),
    "laneSet": 27,
    **dict.fromkeys(FLOW_ELEMENTS, 28),
    "script": 28,
    "completionCondition": 29,
    **dict.fromkeys(ARTIFACTS, 30),
    "correlationSubscription": 32,
    "supports": 33,
}
_OWNERS: Final = FLOW_ELEMENTS | {"process", "sequenceFlow"}


def translate(root: Element, notes: Notes) -> None:
    """Add missing ids and put children in schema order, in place."""
    _bare(root)
    _number(root, notes)
    _pair_links(root)
    _fix_names(root)
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in _OWNERS:
            _arrange(element)
    _put_imports_first(root)


def _put_imports_first(root: Element) -> None:
    """Imports and extensions stand before everything that a file defines."""
    for name in ("extension", "import"):
        for element in reversed(root.findall(f"{{{BPMN}}}{name}")):
            root.insert(0, element)


def _bare(root: Element) -> None:
    """Take the documentation out of expressions, which may mix text and elements: it is no part of their text."""
    for element in root.iter(*(f"{{{BPMN}}}{name}" for name in WHERE)):
        etree.strip_elements(element, f"{{{BPMN}}}documentation", with_tail=False)


def _number(root: Element, notes: Notes) -> None:
    taken = {str(one.get("id")) for one in root.iter() if isinstance(one.tag, str) and one.get("id")}
    numbers = count(1)
    for element in root.iter(f"{{{BPMN}}}*"):
        if local(element) in _NEED_IDS and not (element.get("id") or "").strip():
            identifier = next(name for n in numbers if (name := f"{local(element)}_{n}") not in taken)
            element.set("id", identifier)
            taken.add(identifier)
            if local(element) not in EVENT_DEFINITIONS:
                notes.noted(element, "missing-ids", "模型中有元素没有标识（id），导入时已自动编号。")


def _pair_links(root: Element) -> None:
    """Links may name each other by id instead of by a common name: give the throwing end its partner's name."""
    links = {str(one.get("id")): one for one in root.iter(f"{{{BPMN}}}linkEventDefinition")}
    for link in links.values():
        target = link.find(f"{{{BPMN}}}target")
        partner = links.get(text_of(target).rpartition(":")[2]) if target is not None else None
        if partner is not None and (name := partner.get("name") or partner.get("id")):
            partner.set("name", name)
            link.set("name", name)


def _fix_names(root: Element) -> None:
    """Names written as an expression that is nothing but a string are that string."""
    for element in root.iter(*(f"{{{BPMN}}}{one}" for one in ("message", "signal", "callActivity"))):
        for attribute in ("name", "calledElement"):
            if (value := element.get(attribute)) and value[0] in "=$#":
                element.set(attribute, constant(value))


def _arrange(element: Element) -> None:
    ranked = [(_rank(element, one), place) for place, one in enumerate(element)]
    if ranked != sorted(ranked):
        members = list(element)
        element[:] = [members[place] for _, place in sorted(ranked)]


def _rank(owner: Element, member: Element) -> int:
    if not is_bpmn(member):
        return 34
    if is_bpmn(owner, "process") and local(member) in RESOURCE_ROLES:
        return 31
    return _RANKS.get(local(member), 28)
