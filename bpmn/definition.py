"""
A process definition: canonical XML plus the outline that the other layers read.

The files are in our canonical dialect (``docs/engine.md``); ``bpmn.parser`` turns foreign dialects into it.
Element ids are unique over all files of a definition. Nothing here is executed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bpmn.model import Finding, Json

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"  #: namespace of the standard's semantic model
JF = "urn:jingfa:bpmn:1"  #: namespace of our extensions

StartKind = Literal["none", "message", "timer", "signal", "conditional"]


@dataclass(frozen=True, kw_only=True)
class StartEvent:
    """A start event of a process, not of a subprocess."""

    element_id: str
    kind: StartKind = "none"
    event_name: str | None = None  #: message or signal name; condition of a conditional start
    timer: str | None = None  #: ISO text or FEEL, as written
    process_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element of a diagram that a token can visit, or a process or lane that holds some."""

    id: str
    name: str = ""
    type: str = ""  #: BPMN local name, e.g. ``userTask``
    process_id: str = ""
    parent_id: str | None = None  #: the enclosing process or subprocess
    lane: str | None = None  #: name of the innermost lane
    documentation: str = ""
    extensions: Mapping[str, Json] = field(default_factory=dict)  #: ``jf:`` attributes by local name
    attached_to: str | None = None  #: host of a boundary event


@dataclass(frozen=True, kw_only=True)
class SequenceFlow:
    """A sequence flow of a diagram."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None  #: FEEL text, with or without a leading ``=``
    is_default: bool = False
    process_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ProcessDefinition:
    """
    Everything that is known of one deployed model; equal digests run alike.

    ``files`` maps file name to canonical BPMN XML, ``decisions`` file name to DMN XML.
    """

    key: str  #: id of the process that starts when nobody names another
    name: str = ""
    files: Mapping[str, bytes]
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    digest: str = ""
    starts: tuple[StartEvent, ...] = ()
    elements: Mapping[str, Element] = field(default_factory=dict)
    flows: Mapping[str, SequenceFlow] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", digest(self.files, self.decisions))


def digest(files: Mapping[str, bytes], decisions: Mapping[str, bytes]) -> str:
    """Return the SHA-256 (hex) over names and contents of all files, independent of their order."""
    content = hashlib.sha256()
    for kind, group in (("bpmn", files), ("dmn", decisions)):
        for name in sorted(group):
            data = group[name]
            content.update(f"{kind}\0{name}\0{len(data)}\0".encode())
            content.update(data)
    return content.hexdigest()
