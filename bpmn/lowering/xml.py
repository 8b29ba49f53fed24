"""Small questions to canonical XML, and the index of what is declared at the top of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from bpmn.definition import BPMN, JF

_PARSER_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(data: bytes) -> etree._Element:
    """Parse canonical XML (already checked by ``bpmn.parser``)."""
    return etree.fromstring(data, etree.XMLParser(**_PARSER_OPTIONS))  # type: ignore[arg-type]


def local(element: etree._Element) -> str:
    """Return the BPMN local name, or "" for an element of another namespace."""
    name = str(element.tag)
    return name[len(BPMN) + 2 :] if name.startswith(f"{{{BPMN}}}") else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield BPMN children with one of these local names, in document order."""
    return (child for child in element if local(child) in names)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first BPMN child of that name."""
    return element.find(f"{{{BPMN}}}{name}")


def text(element: etree._Element | None) -> str:
    """Return stripped text, "" when absent."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def text_of(element: etree._Element, name: str) -> str:
    """Return the text of the first BPMN child of that name."""
    return text(child(element, name))


def expression(element: etree._Element | None) -> str | None:
    """Return FEEL text without its leading ``=``; None when absent or blank."""
    return plain(text(element)) or None


def plain(source: str) -> str:
    """Strip blanks and the leading ``=`` of a FEEL text."""
    source = source.strip()
    return source[1:].strip() if source.startswith("=") else source


def reference(value: str | None) -> str:
    """Return the local part of a QName reference."""
    return (value or "").strip().rsplit(":", 1)[-1]


def jf(element: etree._Element, name: str) -> str:
    """Return one of our attributes, "" when absent."""
    return str(element.get(f"{{{JF}}}{name}", ""))


def jf_attributes(element: etree._Element) -> dict[str, str]:
    """Return all our attributes by local name."""
    prefix = f"{{{JF}}}"
    return {
        str(key)[len(prefix) :]: str(value)
        for key, value in element.attrib.items()
        if str(key).startswith(prefix)
    }


def jf_elements(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield our extension elements of that name."""
    extensions = child(element, "extensionElements")
    return iter(()) if extensions is None else iter(extensions.findall(f"{{{JF}}}{name}"))


@dataclass
class Declarations:
    """What the other elements of one file refer to by id."""

    roots: dict[str, etree._Element] = field(default_factory=dict)
    variables: dict[str, str] = field(
        default_factory=dict
    )  #: id of a data object, reference or property -> variable

    @classmethod
    def of(cls, root: etree._Element) -> Declarations:
        """Index one file."""
        references: dict[str, list[etree._Element]] = {}
        for element in root.iter(f"{{{BPMN}}}dataObjectReference", f"{{{BPMN}}}dataStoreReference"):
            target = reference(element.get("dataObjectRef") or element.get("dataStoreRef"))
            references.setdefault(target, []).append(element)
        declared = cls(roots={str(e.get("id")): e for e in root if e.get("id")})
        used = _expressions(root)
        for element in root.iter(f"{{{BPMN}}}dataObject", f"{{{BPMN}}}property", f"{{{BPMN}}}dataStore"):
            declared._name([element, *references.pop(str(element.get("id")), ())], used)
        for dangling in references.values():
            declared._name(dangling, used)
        return declared

    def _name(self, elements: list[etree._Element], used: str) -> None:
        variable = _variable(elements, used)
        self.variables.update((str(e.get("id")), variable) for e in elements)


def _expressions(root: etree._Element) -> str:
    names = ("script", "conditionExpression", "condition", "completionCondition", "loopCondition", "from")
    found = [text(e) for name in names for e in root.iter(f"{{{BPMN}}}{name}")]
    attributes = [str(v) for e in root.iter() for k, v in e.attrib.items() if str(k).startswith(f"{{{JF}}}")]
    mappings = [str(v) for e in root.iter(f"{{{JF}}}input", f"{{{JF}}}output") for v in e.attrib.values()]
    return "\n".join([*found, *attributes, *mappings])


def _variable(elements: list[etree._Element], used: str) -> str:
    """
    Name the variable of a data object.

    Models from elsewhere use its name, the name of a reference, or its id in their expressions: the one that
    occurs wins; else the first name, else the id.
    """
    names = [str(e.get("name")) for e in elements if e.get("name")]
    names += [str(e.get("id")) for e in elements if e.get("id")]
    occurring = (n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", used))
    return next(occurring, names[0] if names else "")
