"""What a lowered model is made of. Frozen; shared by all instances of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TriggerKind = Literal[
    "none", "message", "timer", "signal", "error", "escalation", "conditional", "terminate", "link"
]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow; a hidden one stands for a link pair or leads to a hidden split and leaves no history."""

    id: str
    source: str
    target: str
    condition: str | None = None  #: FEEL, without the leading ``=``
    is_default: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """The resolved event definition of an event; ``none`` for a plain one."""

    kind: TriggerKind = "none"
    name: str = ""  #: of the message, signal or link
    code: str | None = None  #: of the error or escalation; None throws or catches without one
    timer: Literal["duration", "date", "cycle"] | None = None
    expression: str = ""  #: of the timer or condition
    correlation_key: str | None = None  #: FEEL; None = the business key


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """Standard loop or multi-instance marker. Expressions are FEEL; None = absent."""

    kind: Literal["standard", "parallel", "sequential"]
    condition: str | None = None  #: go on while true (standard loop)
    test_before: bool = False
    maximum: str | None = None
    cardinality: str | None = None
    collection: str | None = None
    element: str | None = None  #: variable that holds one item
    output_collection: str | None = None
    output_element: str | None = None
    completion: str | None = None  #: multi-instance ends early when true


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """``target`` receives the value of ``source`` (a variable's name or FEEL)."""

    target: str
    source: str
    is_variable: bool = False  #: the source is a variable's name, however it is spelt, and no expression


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One ``name = expression`` of a script; ``path`` is the dotted name."""

    path: tuple[str, ...]
    expression: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """One flow node, process, or hidden split. ``children`` of a scope are in document order."""

    id: str
    type: str  #: BPMN local name, or ``implicitSplit``
    name: str = ""
    parent: str | None = None
    lane: str | None = None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[Flow, ...] = ()
    trigger: Trigger = Trigger()
    more: tuple[Trigger, ...] = ()  #: what a throwing event throws besides
    is_hidden: bool = False  #: part of an event that is drawn as one: leaves no history
    is_instantiating: bool = False  #: starts its process when its message comes
    attached_to: str | None = None
    is_interrupting: bool = True
    is_event_subprocess: bool = False
    repetition: Repetition | None = None
    inputs: tuple[Transfer, ...] = ()
    outputs: tuple[Transfer, ...] = ()
    associations_in: tuple[Transfer, ...] = ()
    associations_out: tuple[Transfer, ...] = ()
    declares: tuple[str, ...] = ()  #: variables local to a visit: data objects of a subprocess, data outputs
    all_in: bool = False
    all_out: bool = False
    nothing_in: bool = False  #: a call passes nothing beside its mappings, even when it has none
    nothing_out: bool = False
    script: str = ""
    called: str = ""  #: process id that a call activity calls
    extensions: Mapping[str, str] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    boundary: tuple[str, ...] = ()  #: boundary events attached here, in document order

    @property
    def origin(self) -> str:
        """The element of the diagram that this node stands for."""
        return self.id.split("/", 1)[0]


@dataclass(frozen=True, kw_only=True)
class Program:
    """All nodes of a definition by id; ``processes`` in document order."""

    nodes: Mapping[str, Node]
    processes: tuple[str, ...]
