"""Decision tables compared cell by cell; other boxed expressions as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final, TypeVar

from bpmn.decisions import reading
from bpmn.decisions.model import (
    Boxed,
    Decision,
    DecisionTable,
    HitPolicy,
    InputClause,
    Literal,
    OutputClause,
    Place,
    Rule,
)
from bpmn.difference.change import Area, Change, Kind, quoted, turned
from bpmn.difference.timing import plain
from bpmn.errors import DeploymentInvalid

HITS: Final = {
    HitPolicy.UNIQUE: "只许一条命中",
    HitPolicy.FIRST: "取第一条命中的",
    HitPolicy.PRIORITY: "取结果优先级最高的",
    HitPolicy.ANY: "可以多条命中但结果须相同",
    HitPolicy.COLLECT: "收集全部命中的",
    HitPolicy.RULE_ORDER: "按规则次序列出全部命中的",
    HitPolicy.OUTPUT_ORDER: "按结果次序列出全部命中的",
}
Column = TypeVar("Column", InputClause, OutputClause)


def of_tables(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Return the changes between two sets of DMN files (name -> content), decision by decision."""
    old, new = _decisions(before), _decisions(after)
    keys = [*new, *(key for key in old if key not in new)]
    return tuple(change for key in keys for change in _decision(old.get(key), new.get(key)))


Filed = tuple[str, Decision]


def _decisions(files: Mapping[str, bytes]) -> dict[str, Filed]:
    found: dict[str, Filed] = {}
    for name, data in files.items():
        others = {one: content for one, content in files.items() if one != name}
        try:
            nodes = reading.definitions(data, file=name, imports=others).nodes
        except DeploymentInvalid:
            continue  # the checks of the pack say what is wrong with it
        found |= {node.id: (name, node) for node in nodes.values() if isinstance(node, Decision)}
    return found


def named(decision: Decision) -> str:
    """Return a decision as sentences name it."""
    return f"决策表{quoted(decision.label or decision.name)}"


def _decision(old: Filed | None, new: Filed | None) -> Iterator[Change]:
    if old is None or new is None:
        yield from _whole(old, new)
        return
    file, after = new
    before = old[1]
    who = named(before)
    for text, element in [*_own(who, before, after), *_logic(who, before.logic, after.logic)]:
        kind = (
            Kind.ADDED
            if text.startswith(f"{who}新增")
            else Kind.REMOVED
            if text.startswith(f"{who}删去")
            else Kind.CHANGED
        )
        yield Change(area=Area.DECISION, kind=kind, text=text, file=file, element_ids=(after.id, *element))


def _whole(old: Filed | None, new: Filed | None) -> Iterator[Change]:
    for filed, kind, word in ((new, Kind.ADDED, "新增"), (old, Kind.REMOVED, "删去")):
        if filed is not None:
            file, one = filed
            yield Change(
                area=Area.DECISION, kind=kind, text=f"{word}{named(one)}", file=file, element_ids=(one.id,)
            )


Told = tuple[str, tuple[str, ...]]


def _own(who: str, before: Decision, after: Decision) -> Iterator[Told]:
    if named(before) != named(after):
        yield f"{who}改名为{quoted(after.label or after.name)}", ()
    if before.type_ref != after.type_ref:
        yield turned(f"{who}的结果类型", _or(before.type_ref), _or(after.type_ref)), ()
    gone, come = (
        sorted(set(a) - set(b))
        for a, b in ((before.requires, after.requires), (after.requires, before.requires))
    )
    if gone or come:
        yield (
            turned(
                f"{who}所需的输入",
                "、".join(quoted(one) for one in gone),
                "、".join(quoted(one) for one in come),
            ),
            (),
        )


def _logic(who: str, before: Boxed, after: Boxed) -> Iterator[Told]:
    if not isinstance(before, DecisionTable) or not isinstance(after, DecisionTable):
        a, b = written(before), written(after)
        if a != b:
            yield turned(f"{who}的算法", quoted(a), quoted(b)), ()
        return
    if (before.hit_policy, before.aggregation) != (after.hit_policy, after.aggregation):
        yield turned(f"{who}的命中方式", _hit(before), _hit(after)), ()
    yield from _columns(who, "条件列", before.inputs, after.inputs)
    yield from _columns(who, "结果列", before.outputs, after.outputs)
    yield from _rules(who, before, after)


def _hit(table: DecisionTable) -> str:
    total = f"，{table.aggregation.value}" if table.aggregation else ""
    return quoted(f"{HITS[table.hit_policy]}（{table.hit_policy.value}{total}）")


def title(column: InputClause | OutputClause) -> str:
    """Return what a column is called."""
    if isinstance(column, InputClause):
        return quoted(column.label or column.expression.text)
    return quoted(column.label or column.name or "结果")


def _columns(who: str, kind: str, before: Sequence[Column], after: Sequence[Column]) -> Iterator[Told]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    for key, column in new.items():
        if key not in old:
            yield f"{who}新增{kind}{title(column)}", (key,)
            continue
        for what, read in _FACETS.items():
            a, b = read(old[key]), read(column)
            if a != b:
                yield turned(f"{who}的{kind}{title(old[key])}的{what}", _or(a), _or(b)), (key,)
    yield from ((f"{who}删去{kind}{title(column)}", (key,)) for key, column in old.items() if key not in new)


def _cell(literal: Literal) -> str:
    """Return a cell as people read it: a text without its quotation marks, yes and no in words."""
    text = _text(literal)
    inner = text[1:-1]
    if text[:1] == text[-1:] == '"' and len(text) > 1 and '"' not in inner:
        return quoted(inner)
    return {"true": "“是”", "false": "“否”", "": "不限", "-": "不限"}.get(text) or quoted(text)


def _text(literal: Literal | None) -> str:
    return "" if literal is None else plain(literal.text)


_FACETS: Final[Mapping[str, Any]] = {
    "名称": lambda one: one.label,
    "变量": lambda one: one.name if isinstance(one, OutputClause) else "",
    "算式": lambda one: _text(one.expression) if isinstance(one, InputClause) else "",
    "类型": lambda one: (one.expression.type_ref if isinstance(one, InputClause) else one.type_ref) or "",
    "允许值": lambda one: _text(one.allowed),
    "默认值": lambda one: _text(one.default) if isinstance(one, OutputClause) else "",
}


def _rules(who: str, before: DecisionTable, after: DecisionTable) -> Iterator[Told]:
    old, new = {one.id: one for one in before.rules}, {one.id: one for one in after.rules}
    for key, rule in new.items():
        if key not in old:
            yield f"{who}新增第{rule.number}条规则：{_said(after, rule)}", (key,)
            continue
        yield from ((text, (key,)) for text in _cells(who, before, after, old[key], rule))
    for key, rule in old.items():
        if key not in new:
            yield f"{who}删去第{rule.number}条规则：{_said(before, rule)}", (key,)
    yield from _moved(who, [key for key in old if key in new], [key for key in new if key in old], old, new)


def _said(table: DecisionTable, rule: Rule) -> str:
    """Return a whole rule: ``当“金额”为“> 5”时，“层级”为“区”``."""
    asked = [
        f"{title(c)}为{_cell(cell)}"
        for c, cell in zip(table.inputs, rule.inputs, strict=False)
        if _text(cell) not in ("", "-")
    ]
    gives = [f"{title(c)}为{_cell(cell)}" for c, cell in zip(table.outputs, rule.outputs, strict=False)]
    return f"{'当' + '、'.join(asked) + '时' if asked else '其余情况'}，{'、'.join(gives)}"


def _cells(who: str, a: DecisionTable, b: DecisionTable, old: Rule, new: Rule) -> Iterator[str]:
    where = f"{who}第{old.number}条规则的"
    yield from _column_cells(where + "条件", a.inputs, b.inputs, old.inputs, new.inputs)
    yield from _column_cells(where + "结果", a.outputs, b.outputs, old.outputs, new.outputs)
    if old.annotations != new.annotations:
        yield turned(f"{where}依据", _or("；".join(old.annotations)), _or("；".join(new.annotations)))


def _column_cells(
    where: str, a: Sequence[Column], b: Sequence[Column], old: Sequence[Literal], new: Sequence[Literal]
) -> Iterator[str]:
    before = {column.id: cell for column, cell in zip(a, old, strict=False)}
    for column, cell in zip(b, new, strict=False):
        if column.id in before and _text(before[column.id]) != _text(cell):
            yield turned(f"{where}{title(column)}", _cell(before[column.id]), _cell(cell))


def _moved(
    who: str, was: list[str], now: list[str], old: Mapping[str, Rule], new: Mapping[str, Rule]
) -> Iterator[Told]:
    """One sentence for each rule that has to move to get from one order to the other."""
    order = list(was)
    for place, key in enumerate(now):
        if order[place] != key:
            # What stands here came later before: either it moved up, or its neighbour moved down.
            mover = order[place] if place + 1 < len(order) and order[place + 1] == key else key
            order.remove(mover)
            target = now.index(mover)
            order.insert(target, mover)
            yield f"{who}的第{old[mover].number}条规则移到第{new[mover].number}条", (mover,)


def written(box: Boxed) -> str:
    """Return a boxed expression as text, without the places it stands in."""
    return str(_stripped(box)) if not isinstance(box, Literal) else plain(box.text)


def _stripped(value: Any) -> Any:
    if isinstance(value, Place):
        return None
    if isinstance(value, Literal):
        return plain(value.text)
    if isinstance(value, tuple):
        return [_stripped(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            _stripped(getattr(value, one.name)) for one in fields(value) if one.name not in ("place", "id")
        ]
    return value


def _or(text: str | None) -> str:
    return quoted(text) if text else ""


__all__ = ["named", "of_tables", "title", "written"]
