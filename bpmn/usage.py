"""What a model names around it: forms, papers, decisions, processes, roles, time limits. Read only, nothing is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from bpmn import dialects
from bpmn.diagram import children, extension, is_bpmn, label, reference
from bpmn.errors import DeploymentInvalid
from bpmn.vocabulary import BPMN
from bpmn.xml import Element, local, read, text_of

UseKind = Literal["form", "paper", "decision", "process", "role"]
_ATTRIBUTES: Final[tuple[tuple[str, UseKind], ...]] = (
    ("form", "form"),
    ("papers", "paper"),
    ("signs", "paper"),
    ("decision", "decision"),
    ("roles", "role"),
    ("starters", "role"),
)
_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, kw_only=True)
class Use:
    """An element that names something."""

    kind: UseKind
    name: str
    element_id: str
    element_name: str | None
    label: str  #: what a person calls the element


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A timer that is a number, not a period of the catalogue, and names no source."""

    text: str
    element_id: str
    element_name: str | None
    label: str


def uses(data: bytes) -> tuple[Use, ...]:
    """Return what a BPMN file names; nothing when it cannot be read."""
    try:
        root = read(data)
    except DeploymentInvalid:
        return ()
    dialects.translate(root)
    return tuple(_uses(root))


def _uses(root: Element) -> Iterator[Use]:
    for element in root.iter(f"{{{BPMN}}}*"):
        identity = _identity(element)
        for attribute, kind in _ATTRIBUTES:
            for name in (extension(element, attribute) or "").split():
                yield Use(kind=kind, name=name, **identity)
        called = reference(element.get("calledElement")) if is_bpmn(element, "callActivity") else ""
        if called:
            yield Use(kind="process", name=called, **identity)


def _identity(element: Element) -> dict[str, Any]:
    return {
        "element_id": str(element.get("id") or ""),
        "element_name": element.get("name"),
        "label": label(element),
    }


def bare_limits(data: bytes) -> tuple[Limit, ...]:
    """
    Return boundary and waiting timers with a plain duration or date and no ``jf:source``, theirs or their activity's.

    Timer start events are cadences, not limits. Nothing when the file cannot be read.
    """
    try:
        root = read(data)
    except DeploymentInvalid:
        return ()
    by_id = {one.get("id"): one for one in root.iter(f"{{{BPMN}}}*")}
    found = (one.getparent() for one in root.iter(f"{{{BPMN}}}timerEventDefinition"))
    events = (
        one for one in found if one is not None and is_bpmn(one, "boundaryEvent", "intermediateCatchEvent")
    )
    return tuple(
        Limit(text=text, **_identity(event))
        for event in events
        if (text := _plain_time(event))
        and not extension(event, "source")
        and not _has_source(by_id.get(event.get("attachedToRef")))
    )


def _plain_time(event: Element) -> str:
    texts = (text_of(one) for name in _TIMES for one in event.iter(f"{{{BPMN}}}{name}"))
    return next((text[:60] for text in texts if text and not text.startswith(("=", "$", "#"))), "")


def _has_source(element: Element | None) -> bool:
    return element is not None and bool(extension(element, "source") or extension(element, "deadline"))


def offered(data: bytes) -> frozenset[str]:
    """Return what a file offers to others: process ids of a diagram, decision ids and names of a table."""
    try:
        root = read(data)
    except DeploymentInvalid:
        return frozenset()
    if root.tag == f"{{{BPMN}}}definitions":
        return frozenset(str(one.get("id")) for one in children(root, "process"))
    decisions = (one for one in root.iter() if isinstance(one.tag, str) and local(one) == "decision")
    return frozenset(name for one in decisions for name in (one.get("id"), one.get("name")) if name)
