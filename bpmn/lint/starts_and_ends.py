"""Where a process or subprocess begins and ends."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import (
    Catalogue,
    Diagram,
    children,
    event_definitions,
    is_bpmn,
    is_event_subprocess,
    is_instantiating,
    label,
)
from bpmn.model import Finding
from bpmn.vocabulary import FLOW_NODES
from bpmn.xml import Element, local


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report scopes without content, without a start, with an ambiguous start or without any end."""
    for scope in diagram.scopes:
        if local(scope) in ("transaction", "adHocSubProcess"):
            continue
        nodes = [one for one in children(scope) if local(one) in FLOW_NODES]
        if not nodes:
            yield _empty(diagram, scope)
            continue
        starts = [one for one in nodes if is_bpmn(one, "startEvent")]
        yield from _starts(diagram, scope, starts)
        yield from _ends(diagram, scope, nodes)


def _empty(diagram: Diagram, scope: Element) -> Finding:
    busy = [one for one in diagram.processes if any(local(inner) in FLOW_NODES for inner in one)]
    if is_bpmn(scope, "process") and busy:
        return diagram.warning(
            scope,
            "black-box",
            f"{label(scope)}里没有内容，按外部单位看待。",
            "无需处理；如应执行，请画出内容。",
        )
    return diagram.error(
        scope, "empty-scope", f"{label(scope)}里没有任何活动和事件。", "请画出内容，或删去它。"
    )


def _starts(diagram: Diagram, scope: Element, starts: list[Element]) -> Iterator[Finding]:
    if not starts:
        yield from _implicit_start(diagram, scope)
        return
    plain = [
        one for one in starts if not event_definitions(one) and one.find("{*}eventDefinitionRef") is None
    ]
    if is_event_subprocess(scope):
        if len(starts) > 1 or plain:
            yield diagram.error(
                scope,
                "event-subprocess-start",
                f"{label(scope)}须有且只有一个带触发条件的开始事件。",
                "请为开始事件选择消息、定时、信号、错误等类型。",
            )
    elif is_bpmn(scope, "subProcess") and (len(starts) > 1 or not plain):
        yield diagram.error(
            scope,
            "subprocess-start",
            f"{label(scope)}须有且只有一个普通的开始事件。",
            "请只保留一个不带触发条件的开始事件。",
        )
    elif len(plain) > 1:
        yield diagram.warning(
            plain[1],
            "several-starts",
            f"{label(scope)}有 {len(plain)} 个普通开始事件，启动时不指明就从{label(plain[0])}开始。",
            "建议只保留一个普通开始事件，其余改为消息、信号或定时开始。",
        )


def _implicit_start(diagram: Diagram, scope: Element) -> Iterator[Finding]:
    """Without start events, whatever no flow enters begins (13.3.4); an event subprocess always needs its event."""
    begins = diagram.beginnings(scope)
    if is_event_subprocess(scope) or not begins:
        yield diagram.error(
            scope, "missing-start", f"{label(scope)}没有开始事件。", "请加一个开始事件并连到第一步。"
        )
    elif not any(is_instantiating(one) for one in begins):
        yield diagram.warning(
            scope,
            "implicit-start",
            f"{label(scope)}没有开始事件，从没有来路的{label(begins[0])}{'等' if len(begins) > 1 else ''}开始。",
            "建议加上开始事件，使起点一目了然。",
        )


def _ends(diagram: Diagram, scope: Element, nodes: list[Element]) -> Iterator[Finding]:
    ends = [one for one in nodes if is_bpmn(one, "endEvent")]
    last = [one for one in nodes if not diagram.successors(one) and not is_event_subprocess(one)]
    if not ends and not last:
        yield diagram.warning(
            scope,
            "missing-end",
            f"{label(scope)}没有结束，会一直循环下去。",
            "请加一个结束事件和通向它的分支。",
        )
    elif not ends:
        yield diagram.warning(
            scope,
            "no-end-event",
            f"{label(scope)}没有结束事件，最后一步办完即结束。",
            "建议在最后加上结束事件，使结果一目了然。",
        )
