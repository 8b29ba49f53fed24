"""Boxed expressions of the XML to the values of ``bpmn.decisions.model``. Refuses by name what does not run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.decisions import grids
from bpmn.decisions.model import (
    Boxed,
    BoxedContext,
    BoxedList,
    Conditional,
    ContextEntry,
    Filter,
    FunctionDefinition,
    Invocation,
    Iterator,
    Literal,
    Place,
    Relation,
    Typed,
)
from bpmn.decisions.source import Source, child, children, local
from bpmn.xml import Element

REFUSED: Final = frozenset({"decisionTableWithCrosstab", "textualDecision", "importedValues"})
_TYPED_WITHIN: Final = frozenset({"literalExpression", "functionDefinition"})
FEEL_LANGUAGES: Final = ("feel", "http://www.omg.org/spec/feel", "https://www.omg.org/spec/dmn")


def text(element: Element | None) -> str:
    """Return the ``text`` child's content, empty where there is none."""
    node = child(element, "text") if element is not None else None
    return (node.text or "").strip() if node is not None else ""


def boxed(element: Element, source: Source, place: Place) -> Boxed | None:
    """Read any boxed expression; None when it was refused."""
    reader = EXPRESSIONS.get(local(element))
    if reader is None:
        kind = local(element)
        source.refuse(
            "unsupported-expression",
            element,
            f"{place.label}用了不支持的表达式 {kind}。",
            "请改用决策表或 FEEL 表达式。",
        )
        return None
    box = reader(element, source, place)
    if box is None or local(element) in _TYPED_WITHIN:
        return box
    return _typed(box, element.get("typeRef"), place)


def first(element: Element | None, source: Source, place: Place) -> Boxed | None:
    """Read the one expression inside a wrapping element."""
    if element is None:
        return None
    nodes = [node for node in element if local(node) not in {"variable", "description", "extensionElements"}]
    if not nodes:
        source.refuse(
            "no-logic", element, f"{place.label}有一处没有填写表达式。", "请填写，不需要时填 null。"
        )
        return None
    return boxed(nodes[0], source, place)


def is_feel(language: str | None) -> bool:
    """Whether an expression language is FEEL, or not given (then it is FEEL)."""
    return not language or language.lower().startswith(FEEL_LANGUAGES)


def literal(element: Element, source: Source, place: Place) -> Literal | None:
    """Read a literal expression."""
    language = element.get("expressionLanguage")
    if not is_feel(language) or child(element, "importedValues") is not None:
        source.refuse(
            "expression-language",
            element,
            f"{place.label}的表达式语言是 {language or '外部文件'}，不能执行。",
            "请改写为 FEEL。",
        )
        return None
    return Literal(text=text(element), place=place, type_ref=element.get("typeRef"))


def _context(element: Element, source: Source, place: Place) -> BoxedContext | None:
    entries = [_entry(node, source, place) for node in children(element, "contextEntry")]
    known = tuple(entry for entry in entries if entry is not None)
    return BoxedContext(entries=known, place=place) if len(known) == len(entries) else None


def _entry(element: Element, source: Source, place: Place) -> ContextEntry | None:
    variable = child(element, "variable")
    name = " ".join(variable.get("name", "").split()) if variable is not None else None
    value = first(
        element, source, Place(element_id=place.element_id, label=f"{place.label}的「{name or '结果'}」")
    )
    reference = variable.get("typeRef") if variable is not None else None
    return ContextEntry(name=name or None, type_ref=reference, value=value) if value is not None else None


def _invocation(element: Element, source: Source, place: Place) -> Invocation | None:
    called = next((node for node in element if local(node) in EXPRESSIONS), None)
    function_ = boxed(called, source, place) if called is not None else None
    bindings: list[tuple[str, Boxed]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        given = next((node for node in binding if local(node) in EXPRESSIONS), None)
        value = boxed(given, source, place) if given is not None else Literal(text="null", place=place)
        if parameter is not None and value is not None:
            bindings.append((" ".join(parameter.get("name", "").split()), value))
    if function_ is None:
        source.refuse(
            "no-logic", element, f"{place.label}的调用没有写被调用的函数。", "请填写业务知识的名称。"
        )
        return None
    return Invocation(called=function_, bindings=tuple(bindings), place=place)


def _list(element: Element, source: Source, place: Place) -> BoxedList | None:
    items = [boxed(node, source, place) for node in element if local(node) in EXPRESSIONS]
    known = tuple(item for item in items if item is not None)
    return BoxedList(items=known, place=place) if len(known) == len(items) else None


def _relation(element: Element, source: Source, place: Place) -> Relation | None:
    columns = tuple(" ".join(node.get("name", "").split()) for node in children(element, "column"))
    types = tuple(node.get("typeRef") for node in children(element, "column"))
    rows: list[tuple[Boxed, ...]] = []
    for row in children(element, "row"):
        cells = [boxed(node, source, place) for node in row if local(node) in EXPRESSIONS]
        pairs = zip(cells, types, strict=False)
        known = tuple(_typed(cell, type_, place) for cell, type_ in pairs if cell is not None)
        if len(cells) != len(columns) or len(known) != len(columns):
            source.refuse(
                "ragged-relation",
                element,
                f"{place.label}的关系表有一行与列数不符。",
                "请补齐每一格，空格填 null。",
            )
            return None
        rows.append(known)
    return Relation(columns=columns, rows=tuple(rows), place=place)


def _typed(box: Boxed, reference: str | None, place: Place) -> Boxed:
    return Typed(value=box, type_ref=reference, place=place) if reference else box


def function(element: Element, source: Source, place: Place) -> FunctionDefinition | None:
    """Read a boxed function; kinds other than FEEL (Java, PMML) are refused."""
    kind = element.get("kind") or element.get("{http://www.drools.org/kie/dmn/1.1}kind") or "FEEL"
    if kind.upper().removeprefix("F").removeprefix("EEL"):
        source.refuse(
            "function-kind", element, f"{place.label}的函数类型是 {kind}，不能执行。", "请改写为 FEEL 函数。"
        )
        return None
    parameters = tuple(
        (" ".join(node.get("name", "").split()), node.get("typeRef"))
        for node in children(element, "formalParameter")
    )
    body = next((node for node in element if local(node) in EXPRESSIONS), None)
    logic = boxed(body, source, place) if body is not None else Literal(text="null", place=place)
    return FunctionDefinition(parameters=parameters, body=logic, place=place) if logic is not None else None


def _conditional(element: Element, source: Source, place: Place) -> Conditional | None:
    if_, then, otherwise = (first(child(element, name), source, place) for name in ("if", "then", "else"))
    if if_ is None or then is None or otherwise is None:
        source.refuse(
            "no-logic", element, f"{place.label}的条件表达式不完整。", "请填写 如果、那么、否则 三部分。"
        )
        return None
    return Conditional(if_=if_, then=then, otherwise=otherwise, place=place)


def _filter(element: Element, source: Source, place: Place) -> Filter | None:
    in_, match = first(child(element, "in"), source, place), first(child(element, "match"), source, place)
    return Filter(source=in_, match=match, place=place) if in_ is not None and match is not None else None


def _iterator(element: Element, source: Source, place: Place) -> Iterator | None:
    kind = local(element)
    in_ = first(child(element, "in"), source, place)
    body = first(child(element, "return" if kind == "for" else "satisfies"), source, place)
    if in_ is None or body is None:
        return None
    name = element.get("iteratorVariable", "item")
    return Iterator(kind=kind, variable=name, source=in_, body=body, place=place)


EXPRESSIONS: Final[dict[str, Callable[[Element, Source, Place], Boxed | None]]] = {
    "literalExpression": literal,
    "decisionTable": grids.table,
    "context": _context,
    "invocation": _invocation,
    "list": _list,
    "relation": _relation,
    "functionDefinition": function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "every": _iterator,
    "some": _iterator,
}
