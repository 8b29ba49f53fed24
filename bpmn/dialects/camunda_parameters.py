"""Camunda 7: ``inputOutput`` with its literal, expression, list and map parameters; scripts inside are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bpmn.diagram import extensions
from bpmn.dialects import juel
from bpmn.dialects.notes import Notes, add_extension, has_target
from bpmn.dialects.values import feel_of
from bpmn.vocabulary import ACTIVITIES, CATCH_EVENTS, TASKS, THROW_EVENTS
from bpmn.xml import Element, local, text_of

_KINDS: Final = {"inputParameter": "input", "outputParameter": "output"}
_OWNERS: Final = {
    "input": ACTIVITIES | THROW_EVENTS,  #: what a throwing event reads is what it carries
    "output": ACTIVITIES | CATCH_EVENTS,
}
_MAX_DEPTH: Final = 20


def read(owner: Element, block: Element, notes: Notes, *, is_connector: bool = False) -> None:
    """
    Turn the parameters of *block* into ``jf:input`` and ``jf:output`` of *owner*.

    Output parameters of a task stand beside its results there, which leave it all the same; only a connector's
    results stay inside.
    """
    for parameter in block:
        if isinstance(parameter.tag, str) and (kind := _KINDS.get(local(parameter))):
            if local(owner) not in _OWNERS[kind]:
                _misplaced(owner, notes)
                return
            if kind == "output" and local(owner) in TASKS and not is_connector:
                _let_results_out(owner)
            _parameter(owner, parameter, kind, notes)


def _let_results_out(owner: Element) -> None:
    if not extensions(owner, "allOut"):
        add_extension(owner, "allOut")


def _misplaced(owner: Element, notes: Notes) -> None:
    notes.refused(
        owner,
        "parameters-on-event",
        "这里不能带这种输入输出参数：引擎在活动上映射输入和输出，在抛出事件上映射输入，在捕获事件上映射输出。",
        "请在前面加一个脚本任务来计算这些变量。",
    )


def _parameter(owner: Element, parameter: Element, kind: str, notes: Notes) -> None:
    name = parameter.get("name") or ""
    try:
        feel = _value(parameter, 0)
    except juel.NotTranslatable as reason:
        notes.refused(
            owner,
            "expression-not-translatable",
            f"参数「{name}」不能照原意翻译：{reason.message}",
            "请改写为 FEEL，或改用 FEEL 脚本任务计算该变量。",
        )
        return
    if not has_target(owner, kind, name):
        add_extension(owner, kind, target=name, source=f"={feel}")
        notes.understood(owner, f"{'输入' if kind == 'input' else '输出'}参数「{name}」。")


def _value(holder: Element, depth: int) -> str:
    """Return FEEL for the content of a parameter, list item or map entry."""
    if depth > _MAX_DEPTH:
        raise juel.NotTranslatable("列表或映射嵌套过深。")
    content = next((one for one in holder if isinstance(one.tag, str)), None)
    if content is None:
        text = text_of(holder)
        return feel_of(text, literal=True) if text else "null"
    return _structure(content, depth)


def _structure(content: Element, depth: int) -> str:
    kind = local(content)
    if kind == "list":
        return "[" + ", ".join(_item(one, depth + 1) for one in content if isinstance(one.tag, str)) + "]"
    if kind == "map":
        entries = [one for one in content if isinstance(one.tag, str)]
        return (
            "{"
            + ", ".join(f"{juel.quoted(one.get('key') or '')}: {_value(one, depth + 1)}" for one in entries)
            + "}"
        )
    raise juel.NotTranslatable(f"参数由 {kind}（{content.get('scriptFormat') or '代码'}）计算得出。")


def _item(content: Element, depth: int) -> str:
    return (
        feel_of(text_of(content), literal=True)
        if local(content) in ("value", "null")
        else _structure(content, depth)
    )


ELEMENTS: Final[dict[str, Callable[[Element, Element, Notes], None]]] = {
    "inputOutput": read,
}  #: extension element -> how it is taken over
