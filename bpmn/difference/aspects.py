"""
What can be different about one node, aspect by aspect: how it is read from the model, and how a change of it is said.

An aspect reads words; two nodes differ in it when the words differ. One line in ``ASPECTS`` is one aspect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from bpmn.diagram import child, children, extension, extensions, is_true, reference
from bpmn.difference import events
from bpmn.difference.change import narrowed, quoted, regrouped, turned
from bpmn.difference.elements import Drawn, kind_of
from bpmn.difference.names import Names
from bpmn.difference.timing import plain
from bpmn.xml import Element, text_of


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A node where it stands, with the names around it."""

    drawn: Drawn
    node: Element
    names: Names

    @property
    def id(self) -> str:
        """The element id."""
        return self.node.get("id") or ""


class Aspect(NamedTuple):
    """``read`` gives words or an empty text; ``say`` gets who, before, after."""

    read: Callable[[Seen], str]
    say: Callable[[str, str, str], str]


def _of(what: str) -> Callable[[str, str, str], str]:
    return lambda who, before, after: turned(f"{who}的{what}", before, after)


def _set_of(what: str) -> Callable[[str, str, str], str]:
    return lambda who, before, after: regrouped(f"{who}的{what}", before, after)


def _parts_of(what: str, separator: str) -> Callable[[str, str, str], str]:
    return lambda who, before, after: turned(f"{who}的{what}", *narrowed(before, after, separator))


def _our(name: str) -> Callable[[Seen], str]:
    def read(seen: Seen) -> str:
        value = extension(seen.node, name)
        return quoted(plain(value)) if value else ""

    return read


def _codes(name: str, kind: str) -> Callable[[Seen], str]:
    return lambda seen: seen.names.several(getattr(seen.names, kind), extension(seen.node, name) or "")


def _kind(seen: Seen) -> str:
    return kind_of(seen.node)


def _say_kind(who: str, before: str, after: str) -> str:
    return f"{who}由{before}改为{after}"


def _handlers(seen: Seen) -> str:
    return seen.names.handlers(extension(seen.node, "roles") or "", extension(seen.node, "at") or "")


def _say_handlers(who: str, before: str, after: str) -> str:
    if not before:
        return f"{who}改由{after}办理，原来没有写明由谁办理"
    if after and before.partition("（")[2] == after.partition("（")[2] and "（" in before:
        before, after = before.partition("（")[0], after.partition("（")[0]
    return f"{who}由{before}改为{after}办理" if after else f"{who}不再写明由谁办理，原由{before}办理"


def _form(seen: Seen) -> str:
    return seen.names.form(extension(seen.node, "form") or "")


def _decision(seen: Seen) -> str:
    return seen.names.decision(extension(seen.node, "decision") or "")


def _lane(seen: Seen) -> str:
    name = seen.drawn.lane_name(seen.id)
    return quoted(name) if name else ""


def _say_lane(who: str, before: str, after: str) -> str:
    if not before:
        return f"{who}放入泳道{after}"
    return f"{who}由泳道{before}移到泳道{after}" if after else f"{who}移出泳道{before}"


def _host(seen: Seen) -> str:
    host = seen.node.get("attachedToRef")
    return seen.drawn.known_as(host) if host else ""


def _say_host(who: str, before: str, after: str) -> str:
    return f"{who}由附在{before}改为附在{after}"


def _interrupts(seen: Seen) -> str:
    name = {"boundaryEvent": "cancelActivity", "startEvent": "isInterrupting"}.get(kind_name(seen.node), "")
    if not name or (name == "isInterrupting" and seen.node.get(name) is None):
        return ""
    return "发生时中断所在的活动" if is_true(seen.node.get(name), default=True) else "发生时不中断所在的活动"


def _say_interrupts(who: str, before: str, after: str) -> str:
    return f"{who}由{before}改为{after}" if before and after else f"{who}{after or before}"


def kind_name(node: Element) -> str:
    """Return the BPMN local name of a node."""
    return str(node.tag).rpartition("}")[2]


def _script(seen: Seen) -> str:
    return quoted(text_of(child(seen.node, "script"))) if child(seen.node, "script") is not None else ""


def _notes(seen: Seen) -> str:
    return quoted(text) if (text := text_of(child(seen.node, "documentation"))) else ""


def _several(seen: Seen) -> str:
    """Multi-instance in words: one after the other or side by side, over what, until when."""
    loop = child(seen.node, "multiInstanceLoopCharacteristics")
    if loop is None:
        standard = child(seen.node, "standardLoopCharacteristics")
        return (
            "" if standard is None else f"重复办理（条件{quoted(text_of(child(standard, 'loopCondition')))}）"
        )
    parts = ["逐个办理" if is_true(loop.get("isSequential")) else "同时办理"]
    over = extension(loop, "collection") or extension(seen.node, "collection")
    count, until = text_of(child(loop, "loopCardinality")), text_of(child(loop, "completionCondition"))
    parts += [f"对 {plain(over)} 中的每一项"] if over else []
    parts += [f"份数 {plain(count)}"] if count else []
    parts += [f"满足 {plain(until)} 即结束"] if until else []
    into, each = (extension(loop, name) or "" for name in ("outputCollection", "outputElement"))
    parts += [f"结果 {plain(each)} 收入 {into}"] if into else []
    return quoted("，".join(parts))


def _mapped(name: str) -> Callable[[Seen], str]:
    def read(seen: Seen) -> str:
        pairs = [
            f"{one.get('target')} = {plain(one.get('source') or '')}" for one in extensions(seen.node, name)
        ]
        every = extensions(seen.node, "allIn" if name == "input" else "allOut")
        pairs += ["全部" if is_true(one.get("enabled"), default=True) else "都不" for one in every]
        return quoted("；".join(pairs)) if pairs else ""

    return read


def _called(seen: Seen) -> str:
    target = reference(seen.node.get("calledElement"))
    return quoted(seen.names.processes.get(target) or target) if target else ""


def _default(seen: Seen) -> str:
    drawn, flow_id = seen.drawn, seen.node.get("default") or ""
    # A default that was only led elsewhere is told of the flow.
    drawn = drawn.later if drawn.later and flow_id in drawn.later.flows else drawn
    flow = drawn.flows.get(flow_id)
    return "" if flow is None else seen.drawn.known_as(drawn.leads_to(flow))


def _flags(seen: Seen) -> str:
    said = {"isForCompensation": "用于补偿", "triggeredByEvent": "由事件触发"}
    return "、".join(words for name, words in said.items() if is_true(seen.node.get(name)))


def _data(seen: Seen) -> str:
    ends = [
        text_of(end)
        for one in children(seen.node, "dataInputAssociation", "dataOutputAssociation")
        for end in children(one, "sourceRef", "targetRef")
    ]
    return quoted("、".join(ends)) if ends else ""


def _event(read: events.Read) -> Callable[[Seen], str]:
    return lambda seen: read(seen.drawn, seen.node)


ASPECTS: Final[tuple[Aspect, ...]] = (
    Aspect(_kind, _say_kind),
    Aspect(_handlers, _say_handlers),
    Aspect(_lane, _say_lane),
    Aspect(_our("assignee"), _of("指定办理人")),
    Aspect(_our("notBy"), _of("回避步骤（不得由办过这些步骤的人办理）")),
    Aspect(_form, _of("表单")),
    Aspect(_our("priority"), _of("优先级")),
    Aspect(_codes("papers", "papers"), _set_of("制作的文书")),
    Aspect(_codes("signs", "papers"), _set_of("签署的文书")),
    Aspect(_codes("source", "sources"), _set_of("依据")),
    Aspect(_codes("deadline", "deadlines"), _of("期限")),
    Aspect(_our("deadlineFrom"), _of("期限起算点")),
    Aspect(_codes("pauses", "deadlines"), _set_of("中止的期限")),
    Aspect(_codes("extends", "deadlines"), _set_of("延长的期限")),
    Aspect(_our("extendsWhen"), _of("延长条件")),
    Aspect(_our("extendsBy"), _of("延长长度")),
    Aspect(_our("operation"), _of("系统操作")),
    Aspect(_decision, _of("决策表")),
    Aspect(_our("result"), _of("结果变量")),
    Aspect(_called, _of("被调用流程")),
    Aspect(_mapped("input"), _parts_of("输入", "；")),
    Aspect(_mapped("output"), _parts_of("输出", "；")),
    Aspect(_our("correlationKey"), _of("关联键")),
    Aspect(_script, _of("脚本")),
    Aspect(_several, _parts_of("多人多项办理方式", "，")),
    Aspect(_default, _of("默认去向（其余情况）")),
    Aspect(_host, _say_host),
    Aspect(_interrupts, _say_interrupts),
    Aspect(_flags, _of("用途")),
    Aspect(_data, _of("数据关联")),
    Aspect(_notes, _of("说明")),
    *(Aspect(_event(read), _of(what)) for what, read in events.ASPECTS),
)


def differences(before: Seen, after: Seen) -> list[str]:
    """Return one sentence for each aspect in which two states of a node differ, its name first."""
    found: list[str] = []
    who = before.drawn.called(before.id)
    old, new = (" ".join((one.node.get("name") or "").split()) for one in (before, after))
    if old != new:
        found.append(_renamed(who, old, new, after))
    for aspect in ASPECTS:
        a, b = aspect.read(before), aspect.read(after)
        if a != b:
            found.append(aspect.say(after.drawn.called(after.id) if not old else who, a, b))
    return found


def _renamed(who: str, old: str, new: str, after: Seen) -> str:
    if not old:
        return f"给{who}取名{quoted(new)}"
    return f"{who}改名为{quoted(new)}" if new else f"去掉{who}的名称"
