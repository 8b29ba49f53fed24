"""Comparisons that can never come true: of another type, or with a value that no field offers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bpmn.diagram import label
from bpmn.knowledge import FieldFact, Path
from bpmn.model import Finding
from bpmn.proof import reads
from bpmn.proof.network import Network, Process
from bpmn.proof.reads import Compared, Read

WORDS = {"text": "文字", "number": "数字", "boolean": "是或否", "date": "日期", "list": "列表"}


def check(network: Network) -> Iterator[Finding]:
    """Report comparisons of a form's field with what it can never be."""
    for process, read in network.reads():
        for one in reads.comparisons(read.expression.root):
            facts = setters(network, process, one.path)
            if facts:
                yield from _judged(network, process, read, one, facts)


def setters(network: Network, process: Process, path: Path) -> list[FieldFact]:
    """Return what sets exactly *path*; nothing where something else may set it as part of a whole."""
    facts = network.facts(process.id)
    if facts is None or any(len(one.path) < len(path) and path[: len(one.path)] == one.path for one in facts):
        return []
    return [one for one in facts if one.path == path]


def _judged(
    network: Network, process: Process, read: Read, one: Compared, facts: list[FieldFact]
) -> Iterator[Finding]:
    name = ".".join(one.path)
    witness = network.witness(process, read.node) or [str(read.node.get("id"))]
    types = {fact.type for fact in facts if fact.options is None or fact.type != "any"}
    given = type_of(one.value)
    if len(types) == 1 and "any" not in types and given and given not in types:
        yield process.diagram.warning(
            read.owner,
            "compare-wrong-type",
            f"{label(read.owner)}的{read.what}拿「{name}」与{shown(one.value)}比较，但它是{WORDS[types.pop()]}，永远不会相等。",
            "请改为同一种类的值；文字加英文双引号，数字和是否（true、false）不加。",
            witness=witness,
        )
    elif (options := _offered(one, facts)) is not None and one.value not in options:
        listed = "、".join(sorted(options)[:12])
        yield process.diagram.warning(
            read.owner,
            "unknown-option",
            f"{label(read.owner)}的{read.what}拿「{name}」与“{one.value}”比较，但它只会是：{listed}。",
            "请改为表单里有的选项，或在表单中加上这个选项。",
            witness=witness,
        )


def _offered(one: Compared, facts: list[FieldFact]) -> frozenset[str] | None:
    is_text = isinstance(one.value, str) and one.operator in ("=", "!=", "in")
    return closed(facts) if is_text else None


def closed(facts: list[FieldFact]) -> frozenset[str] | None:
    """Return every value that a path can have, None where that is unknown."""
    if any(fact.options is None for fact in facts):
        return None
    return frozenset(one for fact in facts for one in fact.options or ())


def type_of(value: object) -> str:
    """Return the kind of a constant, empty for those that are not compared here."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal | int | float):
        return "number"
    return "text" if isinstance(value, str) else ""


def shown(value: object) -> str:
    """Return a constant as a sentence shows it."""
    return f"“{value}”" if isinstance(value, str) else {True: "true", False: "false"}.get(value, str(value))  # type: ignore[call-overload]
