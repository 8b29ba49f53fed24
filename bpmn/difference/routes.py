"""Ways through a process: sequence flows that came, went, lead elsewhere or ask something else."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import child
from bpmn.difference.change import Kind, quoted, turned
from bpmn.difference.elements import Drawn, kind_of
from bpmn.difference.timing import plain
from bpmn.xml import Element, text_of

Told = tuple[Kind, str, str]  #: kind, sentence, element id


def standing(drawn: Drawn, key: str) -> str:
    """Return where a new node stands: after what, and where it leads under which condition."""
    node = drawn.nodes[key]
    host = node.get("attachedToRef")
    after = [drawn.called(one.get("sourceRef") or "") for one in drawn.diagram.incoming(node)]
    parts = [f"附在{drawn.called(host)}上"] if host else [f"接在{'、'.join(after)}之后"] if after else []
    ways = [f"{drawn.called(one.get('targetRef') or '')}{_when(one)}" for one in drawn.diagram.outgoing(node)]
    parts += [f"去往{'、'.join(ways)}"] if ways else []
    return "，".join(parts) or "还没有连线"


def went(drawn: Drawn, key: str) -> str:
    """Return the sentence about a node that was removed."""
    node = drawn.nodes[key]
    before = [drawn.known_as(one.get("sourceRef") or "") for one in drawn.diagram.incoming(node)]
    ways = [drawn.known_as(one.get("targetRef") or "") for one in drawn.diagram.outgoing(node)]
    where = f"，原在{'、'.join(before)}之后" if before else ""
    where += f"，原去往{'、'.join(ways)}" if ways else ""
    return f"删去{kind_of(node)}{drawn.called(key)}{where}"


def of_flows(before: Drawn, after: Drawn) -> Iterator[Told]:
    """
    Yield what changed about the flows between nodes that both states have.

    A flow from or to a new or removed node is told with that node; so is one that only bridges the gap.
    """
    for key, flow in after.flows.items():
        old = before.flows.get(key)
        if old is None:
            if not _touches(after, flow) and not _bridged(before, flow):
                yield Kind.ADDED, f"新增连线：{_way(after, flow)}{_when(flow)}", key
            continue
        yield from _changed(before, after, old, flow)
    for key, flow in before.flows.items():
        if key not in after.flows and not _touches(before, flow) and not _bridged(after, flow):
            yield Kind.REMOVED, f"删去连线：{_way(before, flow)}{_when(flow)}", key


def _changed(before: Drawn, after: Drawn, old: Element, new: Element) -> Iterator[Told]:
    key = new.get("id") or ""
    ends = [(one.get("sourceRef"), one.get("targetRef")) for one in (old, new)]
    if ends[0] != ends[1] and not _touches(before, old) and not _touches(after, new):
        yield Kind.CHANGED, _rerouted(before, after, old, new), key
    way = _way(before, old)
    a, b = (_asked(one) for one in (old, new))
    if a != b:
        yield Kind.CHANGED, turned(f"{way}的条件", a, b), key
    a, b = (" ".join((one.get("name") or "").split()) for one in (old, new))
    if a != b:
        yield Kind.CHANGED, turned(f"{way}的连线文字", quoted(a) if a else "", quoted(b) if b else ""), key


def _rerouted(before: Drawn, after: Drawn, old: Element, new: Element) -> str:
    if old.get("sourceRef") == new.get("sourceRef"):
        target = after.called(new.get("targetRef") or "")
        return f"{_way(before, old)}的连线改为到{target}"
    return f"{_way(before, old)}的连线改为{_way(after, new)}"


def _way(drawn: Drawn, flow: Element) -> str:
    name = " ".join((flow.get("name") or "").split())
    way = f"{drawn.known_as(flow.get('sourceRef') or '')}到{drawn.known_as(flow.get('targetRef') or '')}"
    return f"{way}（{name}）" if name else way


def _when(flow: Element) -> str:
    asked = _asked(flow)
    return f"（条件{asked}）" if asked else ""


def _asked(flow: Element) -> str:
    condition = plain(text_of(child(flow, "conditionExpression")))
    return quoted(condition) if condition else ""


def _touches(drawn: Drawn, flow: Element) -> bool:
    return bool({flow.get("sourceRef"), flow.get("targetRef")} & drawn.passing)


def _bridged(other: Drawn, flow: Element) -> bool:
    """Whether the other state goes the same way through nodes that only it has."""
    source = other.nodes.get(flow.get("sourceRef") or "")
    pending = [] if source is None else [*other.diagram.outgoing(source)]
    seen: set[str] = set()
    while pending:
        target = pending.pop().get("targetRef") or ""
        if target in other.passing and target not in seen:
            seen.add(target)
            pending += other.diagram.outgoing(other.nodes[target])
            if any(
                one.get("targetRef") == flow.get("targetRef")
                for one in other.diagram.outgoing(other.nodes[target])
            ):
                return True
    return False
