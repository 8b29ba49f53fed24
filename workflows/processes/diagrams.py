"""The diagrams of one version: its own and those of the processes it calls, and what calls what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.definition import Element, ProcessDefinition
from workflows.errors import DefinitionNotFound
from workflows.processes import definitions
from workflows.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What the board needs to know of one version."""

    processes: tuple[Element, ...]  #: the version's own process first, then those it calls, outermost first
    elements: Mapping[str, Element]  #: by id
    files: Mapping[str, str]  #: process id -> name of its file
    reach: Mapping[str, frozenset[str]]  #: call activity -> processes that a token inside it can be in
    calls: Mapping[str, str]  #: call activity -> the process it calls


def of(uow: UnitOfWork, definition_id: str) -> Drawn:
    """Return the diagrams of one version, kept in memory: versions never change."""
    return uow.installation.keep(
        ("drawn", definition_id), lambda: drawn(definitions.load(uow, definition_id))
    )


def xml(uow: UnitOfWork, definition_id: str, process_id: str) -> bytes:
    """
    Return the BPMN XML that draws a process of the version, with the ids that the record uses.

    Raises:
        DefinitionNotFound: the version has no such process.
    """
    name = of(uow, definition_id).files.get(process_id)
    if name is None:
        raise DefinitionNotFound
    return definitions.load(uow, definition_id).files[name]


def drawn(model: ProcessDefinition) -> Drawn:
    """Read which process stands in which file and what calls what."""
    roots = {name: _root(content) for name, content in model.files.items()}
    files = {e: name for name, root in roots.items() for e in _ids(root, "process")}
    calls = {i: called for root in roots.values() for i, called in _calls(root)}
    order = tuple(_order(model, calls))
    return Drawn(
        processes=tuple(model.elements[key] for key in order),
        elements=model.elements,
        files=files,
        calls=calls,
        reach={i: _reach(called, model, calls) for i, called in calls.items()},
    )


def _root(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _ids(root: etree._Element, name: str) -> list[str]:
    return [str(e.get("id")) for e in root.iter(f"{{*}}{name}") if e.get("id")]


def _calls(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter("{*}callActivity"):
        called = str(element.get("calledElement") or "").rpartition(":")[2]
        if element.get("id") and called:
            yield str(element.get("id")), called


def _order(model: ProcessDefinition, calls: Mapping[str, str]) -> list[str]:
    found = [model.key]
    for key in found:  # grows while we walk: breadth first, so that outer processes come first
        inner = [c for i, c in calls.items() if i in model.elements and model.elements[i].process_id == key]
        found += [c for c in dict.fromkeys(inner) if c not in found and c in model.elements]
    return found


def _reach(called: str, model: ProcessDefinition, calls: Mapping[str, str]) -> frozenset[str]:
    found = [called]
    for key in found:
        inner = (c for i, c in calls.items() if i in model.elements and model.elements[i].process_id == key)
        found += [c for c in dict.fromkeys(inner) if c not in found]
    return frozenset(found)
