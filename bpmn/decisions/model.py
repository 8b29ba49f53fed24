"""
What a DMN file says, read but not yet compiled: requirement graph, item definitions, boxed expressions.

Names are the standard's. ``id`` is the XML id, or a made-up one where the file gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bpmn.model import Finding


class HitPolicy(StrEnum):
    """Which of the rules that match give the result (DMN 1.5, 8.2.10)."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    ANY = "ANY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an expression stands, for findings and reasons."""

    element_id: str
    label: str  #: Chinese words, e.g. ``决策「分级」的规则 3``


@dataclass(frozen=True, kw_only=True)
class Literal:
    """A FEEL text."""

    text: str
    place: Place
    type_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class InputClause:
    """A column of conditions."""

    id: str
    label: str
    expression: Literal
    allowed: Literal | None = None  #: unary tests that every input value must meet


@dataclass(frozen=True, kw_only=True)
class OutputClause:
    """A column of results; ``name`` is None where the table has only one."""

    id: str
    label: str
    name: str | None
    type_ref: str | None
    allowed: Literal | None = None  #: also the order of priority
    default: Literal | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row."""

    id: str
    number: int  #: from 1
    inputs: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    """A boxed decision table."""

    id: str
    place: Place
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class ContextEntry:
    """A line of a boxed context; the last one may have no name and is then the result."""

    name: str | None
    type_ref: str | None
    value: Boxed


@dataclass(frozen=True, kw_only=True)
class BoxedContext:
    """Lines that may use the ones above them."""

    entries: tuple[ContextEntry, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """A call with bindings by parameter name."""

    called: Boxed
    bindings: tuple[tuple[str, Boxed], ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class BoxedList:
    """A list of boxed expressions."""

    items: tuple[Boxed, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A table of plain rows: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition:
    """A boxed function; only FEEL bodies run."""

    parameters: tuple[tuple[str, str | None], ...]  #: name, type reference
    body: Boxed
    place: Place


@dataclass(frozen=True, kw_only=True)
class Conditional:
    """Boxed if/then/else (DMN 1.4)."""

    if_: Boxed
    then: Boxed
    otherwise: Boxed
    place: Place


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Boxed filter (DMN 1.4); ``item`` and the item's entries are in scope of the match."""

    source: Boxed
    match: Boxed
    place: Place


@dataclass(frozen=True, kw_only=True)
class Iterator:
    """Boxed for, every or some (DMN 1.4); ``partial`` is in scope of a for's body."""

    kind: str  #: ``for``, ``every`` or ``some``
    variable: str
    source: Boxed
    body: Boxed
    place: Place


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A boxed expression other than a literal whose value must meet a type."""

    value: Boxed
    type_ref: str
    place: Place


Boxed: TypeAlias = (
    Literal
    | Typed
    | DecisionTable
    | BoxedContext
    | Invocation
    | BoxedList
    | Relation
    | FunctionDefinition
    | Conditional
    | Filter
    | Iterator
)


def parts(box: Boxed) -> Iterable[Boxed]:
    """Return the boxed expressions directly inside one."""
    match box:
        case BoxedContext():
            return [entry.value for entry in box.entries]
        case Invocation():
            return [box.called, *(value for _, value in box.bindings)]
        case BoxedList():
            return box.items
        case Relation():
            return [cell for row in box.rows for cell in row]
        case FunctionDefinition():
            return [box.body]
        case Conditional():
            return [box.if_, box.then, box.otherwise]
        case Filter():
            return [box.source, box.match]
        case Iterator():
            return [box.source, box.body]
        case Typed():
            return [box.value]
    return []


@dataclass(frozen=True, kw_only=True)
class FunctionItem:
    """What a function type says: type references of parameters and result."""

    parameters: tuple[str | None, ...]
    result: str | None


@dataclass(frozen=True, kw_only=True)
class ItemDefinition:
    """A named type: a reference, components, or a function; ``allowed`` are unary tests."""

    name: str
    type_ref: str | None = None
    is_collection: bool = False
    allowed: Literal | None = None  #: tests of the value, of each item where it is a collection
    constraint: Literal | None = None  #: tests of the value as a whole (DMN 1.5)
    components: tuple[ItemDefinition, ...] = ()
    function: FunctionItem | None = None


@dataclass(frozen=True, kw_only=True)
class InputData:
    """A value that the caller gives."""

    id: str
    name: str
    type_ref: str | None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A node of the graph with its logic and what it requires (XML ids, imported ones with their namespace)."""

    id: str
    name: str
    label: str
    type_ref: str | None
    logic: Boxed
    requires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BusinessKnowledge:
    """A function that decisions may require."""

    id: str
    name: str
    type_ref: str | None
    logic: FunctionDefinition
    requires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionService:
    """Decisions offered as one function: input data, then input decisions, in order."""

    id: str
    name: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]  #: input decisions
    data: tuple[str, ...]
    type_ref: str | None = None


Node: TypeAlias = InputData | Decision | BusinessKnowledge | DecisionService


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """
    One DMN file.

    Imports are known by the name that the file gives them; those without one (DMN 1.4) by ``#`` and their namespace,
    and what they hold is then named without a prefix.
    """

    name: str
    namespace: str
    file: str
    nodes: Mapping[str, Node]  #: by XML id
    items: Mapping[str, ItemDefinition]  #: by name
    imports: Mapping[str, Definitions] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()  #: what does not keep it from running
