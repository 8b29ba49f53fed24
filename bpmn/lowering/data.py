"""Markers, mappings and data associations of activities and events."""

from __future__ import annotations

from lxml import etree

from bpmn.lowering import xml
from bpmn.lowering.model import Repetition, Transfer


def transfers(element: etree._Element, name: str) -> tuple[Transfer, ...]:
    """Return our ``jf:input`` or ``jf:output`` mappings in document order."""
    return tuple(
        Transfer(target=str(e.get("target", "")), source=xml.plain(str(e.get("source", ""))))
        for e in xml.jf_elements(element, name)
    )


def repetition_of(element: etree._Element, declared: xml.Declarations) -> Repetition | None:
    """Return the loop marker of an activity."""
    standard = xml.child(element, "standardLoopCharacteristics")
    if standard is not None:
        return _standard(standard)
    multiple = xml.child(element, "multiInstanceLoopCharacteristics")
    return None if multiple is None else _multiple(element, multiple, declared)


def _standard(marker: etree._Element) -> Repetition:
    return Repetition(
        kind="standard",
        condition=xml.expression(xml.child(marker, "loopCondition")),
        test_before=marker.get("testBefore") in ("true", "1"),
        maximum=xml.plain(str(marker.get("loopMaximum") or xml.jf(marker, "loopMaximum"))) or None,
    )


def _multiple(element: etree._Element, marker: etree._Element, declared: xml.Declarations) -> Repetition:
    return Repetition(
        kind="sequential" if marker.get("isSequential") in ("true", "1") else "parallel",
        cardinality=xml.expression(xml.child(marker, "loopCardinality")),
        collection=_extension(marker, element, "collection") or _input(element, marker, declared),
        element=_extension(marker, element, "element") or _item(marker, "inputDataItem"),
        output_collection=_extension(marker, element, "outputCollection")
        or _output(element, marker, declared),
        output_element=_extension(marker, element, "outputElement") or _item(marker, "outputDataItem"),
        completion=xml.expression(xml.child(marker, "completionCondition")),
    )


def _extension(marker: etree._Element, element: etree._Element, name: str) -> str | None:
    return xml.plain(xml.jf(marker, name) or xml.jf(element, name)) or None


def _item(marker: etree._Element, name: str) -> str | None:
    item = xml.child(marker, name)
    return None if item is None else str(item.get("name") or item.get("id") or "") or None


def _input(element: etree._Element, marker: etree._Element, declared: xml.Declarations) -> str | None:
    reference = xml.text_of(marker, "loopDataInputRef")
    if not reference:
        return None
    for association in xml.children(element, "dataInputAssociation"):
        if xml.text_of(association, "targetRef") == reference:
            return variable(xml.text_of(association, "sourceRef"), element, declared)
    return variable(reference, element, declared)


def _output(element: etree._Element, marker: etree._Element, declared: xml.Declarations) -> str | None:
    reference = xml.text_of(marker, "loopDataOutputRef")
    if not reference:
        return None
    for association in xml.children(element, "dataOutputAssociation"):
        if xml.text_of(association, "sourceRef") == reference:
            return variable(xml.text_of(association, "targetRef"), element, declared)
    return variable(reference, element, declared)


def variable(reference: str, element: etree._Element, declared: xml.Declarations) -> str:
    """Return the variable that a data reference inside *element* stands for."""
    reference = xml.reference(reference)
    for item in (*_items(element, "dataInput", "dataOutput"), *_items_of_marker(element)):
        if item.get("id") == reference:
            return str(item.get("name") or reference)
    return declared.variables.get(reference, reference)


def _items(element: etree._Element, *names: str) -> list[etree._Element]:
    specification = xml.child(element, "ioSpecification")
    holders = [element] if specification is None else [specification, element]
    return [item for holder in holders for item in xml.children(holder, *names)]


def _items_of_marker(element: etree._Element) -> list[etree._Element]:
    """Return the one item that each instance works on, and the one it brings: associations may lead there."""
    marker = xml.child(element, "multiInstanceLoopCharacteristics")
    return [] if marker is None else list(xml.children(marker, "inputDataItem", "outputDataItem"))


def associations(element: etree._Element, declared: xml.Declarations, name: str) -> tuple[Transfer, ...]:
    """
    Return data associations as transfers.

    Drawing tools leave one end open or put a placeholder there; such an association only documents, since
    variables are shared, and transfers nothing.
    """
    found: list[Transfer] = []
    for association in xml.children(element, name):
        found.extend(_assigned(association))
        pair = _pair(association, element, declared)
        found.extend([] if pair is None else [pair])
    return tuple(found)


def _assigned(association: etree._Element) -> list[Transfer]:
    return [
        Transfer(target=xml.plain(xml.text_of(a, "to")), source=xml.plain(xml.text_of(a, "from")))
        for a in xml.children(association, "assignment")
    ]


def _pair(
    association: etree._Element, element: etree._Element, declared: xml.Declarations
) -> Transfer | None:
    source, target = xml.text_of(association, "sourceRef"), xml.text_of(association, "targetRef")
    if (
        not source
        or not target
        or _is_placeholder(target, element)
        or next(xml.children(association, "assignment"), None) is not None
    ):
        return None
    name = variable(target, element, declared)
    if transformation := xml.expression(xml.child(association, "transformation")):
        return Transfer(target=name, source=transformation)
    value = variable(source, element, declared)
    return None if name == value else Transfer(target=name, source=value, is_variable=True)


def _is_placeholder(reference: str, element: etree._Element) -> bool:
    return any(
        p.get("id") == reference and str(p.get("name", "")).startswith("__")
        for p in xml.children(element, "property")
    )


def outputs_declared(element: etree._Element) -> tuple[str, ...]:
    """Return the names of data outputs that an association carries away: local to a visit."""
    carried = {xml.text_of(a, "sourceRef") for a in xml.children(element, "dataOutputAssociation")}
    return tuple(
        str(i.get("name") or i.get("id")) for i in _items(element, "dataOutput") if i.get("id") in carried
    )
