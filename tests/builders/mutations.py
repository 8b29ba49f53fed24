"""
Edits of a pack written as data: what ``tests/**/*_edits.yaml`` and ``*_faults.yaml`` hold.

One edit is a mapping: ``file`` and one of ``set`` (attributes of ``element`` or settings of a form ``field``, null removes),
``text`` (of the child ``of`` of an element), ``drop`` (an element with its flows, a field, or the whole file), ``insert``
(XML beside an element, a field behind another), ``replace`` (text by text) or ``write`` (the whole file).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

import bpmn

LIBRARY = Path(bpmn.__file__).parent / "library"
JF = "urn:jingfa:bpmn:1"
B = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPACES = {"jf": JF, "bpmn": B, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}

Files = dict[str, bytes]


def shipped(pack: str) -> Files:
    """Read a shipped pack: path -> content."""
    folder = LIBRARY / pack
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }


def edited(files: Mapping[str, bytes], edits: Iterable[Mapping[str, Any]]) -> Files:
    """Return *files* with all edits made; an edit that changes nothing is a mistake of the test."""
    found = dict(files)
    for edit in edits:
        before = dict(found)
        _edit(found, edit)
        assert found != before, f"changes nothing: {edit}"
    return found


def _edit(files: Files, edit: Mapping[str, Any]) -> None:
    name = edit["file"]
    if "write" in edit:
        files[name] = edit["write"].encode()
    elif "replace" in edit:
        old, new = edit["replace"]
        text = files[name].decode()
        assert old in text, f"not in {name}: {old}"
        files[name] = text.replace(old, new, 1).encode()
    elif "field" in edit:
        files[name] = _form(files[name], edit)
    elif "element" in edit:
        files[name] = _xml(files[name], edit)
    else:
        del files[name]


def _form(data: bytes, edit: Mapping[str, Any]) -> bytes:
    schema = json.loads(data)
    holder, place = _found(schema, edit["field"])
    if edit.get("drop"):
        del holder[place]
    elif "insert" in edit:
        holder.insert(place + 1, edit["insert"])
    elif "move" in edit:
        holder.insert(edit["move"], holder.pop(place))
    else:
        for path, value in edit["set"].items():
            _put(holder[place], path.split("."), value)
    return json.dumps(schema, ensure_ascii=False, indent=1).encode()


def _found(holder: Any, key: str) -> tuple[list[Any], int]:
    for place, one in enumerate(holder.get("components", [])):
        if key in (one.get("id"), one.get("key"), one.get("path")):
            return holder["components"], place
        inner = _found(one, key) if one.get("components") else None
        if inner is not None and inner[1] >= 0:
            return inner
    return [], -1


def _put(target: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        target = target.setdefault(name, {})
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value


def _xml(data: bytes, edit: Mapping[str, Any]) -> bytes:
    root = etree.fromstring(data)
    element = root.xpath("//*[@id=$id]", id=edit["element"])[0]
    if edit.get("drop"):
        _drop(root, element)
    elif "insert" in edit:
        _insert(element, edit)
    elif "text" in edit:
        element.find(edit.get("of", f"bpmn:{edit.get('child', '')}"), SPACES).text = edit["text"]
    elif "remove" in edit:
        element.remove(element.find(edit["remove"], SPACES))
    for name, value in edit.get("set", {}).items():
        key = name if ":" not in name else f"{{{SPACES[name.split(':')[0]]}}}{name.split(':')[1]}"
        if value is None:
            element.attrib.pop(key, None)
        else:
            element.set(key, str(value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _insert(element: etree._Element, edit: Mapping[str, Any]) -> None:
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    holder = etree.fromstring(f"<x {spaces}>{edit['insert']}</x>")
    parent = element if edit.get("inside") else element.getparent()
    for one in list(holder):
        parent.append(one)


def _drop(root: etree._Element, element: etree._Element) -> None:
    """Take out an element, the flows that end in it, and what refers to them."""
    gone = {element.get("id")}
    gone |= {
        f.get("id")
        for f in root.iter(f"{{{B}}}sequenceFlow")
        if {f.get("sourceRef"), f.get("targetRef")} & gone
    }
    for one in list(root.iter()):
        refers = (
            one.text in gone
            if etree.QName(one).localname in ("incoming", "outgoing", "flowNodeRef")
            else False
        )
        if one.get("id") in gone or one.get("bpmnElement") in gone or refers:
            one.getparent().remove(one)
