"""Decision tables of the XML to ``DecisionTable``."""

from __future__ import annotations

from bpmn.decisions.model import (
    Aggregation,
    DecisionTable,
    HitPolicy,
    InputClause,
    Literal,
    OutputClause,
    Place,
    Rule,
)
from bpmn.decisions.source import Source, child, children
from bpmn.xml import Element


def _text(element: Element | None) -> str:
    node = child(element, "text") if element is not None else None
    return (node.text or "").strip() if node is not None else ""


def table(element: Element, source: Source, place: Place) -> DecisionTable | None:
    """Read a decision table; None when it was refused."""
    policy, aggregation = _policy(element, source, place)
    outputs = tuple(_output(node, source, place) for node in children(element, "output"))
    inputs = tuple(
        _input(node, source, place, number) for number, node in enumerate(children(element, "input"), 1)
    )
    rules = tuple(
        _rule(node, source, place, number) for number, node in enumerate(children(element, "rule"), 1)
    )
    if not outputs:
        source.refuse("no-output", element, f"{place.label}的决策表没有输出列。", "请至少添加一个输出列。")
    if aggregation is not None and len(outputs) > 1:
        source.refuse(
            "compound-aggregation",
            element,
            f"{place.label}有多个输出列，不能汇总。",
            "请去掉汇总方式，或只留一个输出列。",
        )
    _widths(rules, len(inputs), len(outputs), element, source, place)
    _unnamed(outputs, element, source, place)
    _priorities(policy, outputs, element, source, place)
    if policy is None:
        return None
    return DecisionTable(
        id=source.id(element),
        place=place,
        hit_policy=policy,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )


def _policy(element: Element, source: Source, place: Place) -> tuple[HitPolicy | None, Aggregation | None]:
    policy, aggregation = element.get("hitPolicy") or "UNIQUE", element.get("aggregation")
    if policy not in tuple(HitPolicy):
        source.refuse(
            "hit-policy",
            element,
            f"{place.label}的命中策略 {policy} 不存在。",
            f"可用：{'、'.join(HitPolicy)}。",
        )
        return None, None
    if aggregation and aggregation not in tuple(Aggregation):
        source.refuse(
            "aggregation",
            element,
            f"{place.label}的汇总方式 {aggregation} 不存在。",
            f"可用：{'、'.join(Aggregation)}。",
        )
        return None, None
    if aggregation and policy != HitPolicy.COLLECT:
        source.refuse(
            "aggregation",
            element,
            f"{place.label}的命中策略 {policy} 不能汇总。",
            "请改用 COLLECT，或去掉汇总方式。",
        )
    return HitPolicy(policy), Aggregation(aggregation) if aggregation else None


def _input(element: Element, source: Source, place: Place, number: int) -> InputClause:
    expression = child(element, "inputExpression")
    label = element.get("label") or _text(expression) or f"第 {number} 列"
    where = Place(element_id=source.id(element), label=f"{place.label}的条件列「{label}」")
    if not _text(expression):
        source.refuse("empty-input", element, f"{where.label}没有写输入表达式。", "请填写要判断的数据名称。")
    reference = expression.get("typeRef") if expression is not None else None
    allowed = child(element, "inputValues")
    return InputClause(
        id=where.element_id,
        label=label,
        expression=Literal(text=_text(expression) or "null", place=where, type_ref=reference),
        allowed=Literal(text=_text(allowed), place=where) if _text(allowed) else None,
    )


def _output(element: Element, source: Source, place: Place) -> OutputClause:
    label = element.get("label") or element.get("name") or "结果"
    where = Place(element_id=source.id(element), label=f"{place.label}的输出列「{label}」")
    allowed, default = child(element, "outputValues"), child(element, "defaultOutputEntry")
    name = element.get("name")
    return OutputClause(
        id=where.element_id,
        label=label,
        name=" ".join(name.split()) if name else None,
        type_ref=element.get("typeRef"),
        allowed=Literal(text=_text(allowed), place=where) if _text(allowed) else None,
        default=Literal(text=_text(default), place=where) if _text(default) else None,
    )


def _rule(element: Element, source: Source, place: Place, number: int) -> Rule:
    where = Place(element_id=source.id(element), label=f"{place.label}的规则 {number}")
    notes = [_text(node) for node in children(element, "annotationEntry")]
    description = child(element, "description")
    if description is not None and description.text and not any(notes):
        notes = [description.text.strip()]
    return Rule(
        id=where.element_id,
        number=number,
        inputs=tuple(
            Literal(text=_text(node) or "-", place=where) for node in children(element, "inputEntry")
        ),
        outputs=tuple(Literal(text=_text(node), place=where) for node in children(element, "outputEntry")),
        annotations=tuple(notes),
    )


def _widths(
    rules: tuple[Rule, ...], inputs: int, outputs: int, element: Element, source: Source, place: Place
) -> None:
    for rule in rules:
        if (len(rule.inputs), len(rule.outputs)) != (inputs, outputs):
            source.refuse(
                "ragged-rule",
                element,
                f"{place.label}的规则 {rule.number} 与表头的列数不符。",
                "请补齐或删去多余的格子。",
            )


def _unnamed(outputs: tuple[OutputClause, ...], element: Element, source: Source, place: Place) -> None:
    names = [output.name for output in outputs]
    if len(outputs) > 1 and (None in names or len(set(names)) < len(names)):
        source.refuse(
            "output-names", element, f"{place.label}的多个输出列须各有不同的名称。", "请给每个输出列命名。"
        )


def _priorities(
    policy: HitPolicy | None,
    outputs: tuple[OutputClause, ...],
    element: Element,
    source: Source,
    place: Place,
) -> None:
    needs_order = policy in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}
    if needs_order and not any(output.allowed for output in outputs):
        source.refuse(
            "no-priority",
            element,
            f"{place.label}按输出值排先后，但没有列出输出值。",
            "请在输出列按先后列出允许的值。",
        )
