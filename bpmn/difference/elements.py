"""One process of a model as the comparison sees it: its elements by id, their steps and what they are called."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property

from bpmn.diagram import Diagram, event_definitions, is_bpmn, reference
from bpmn.difference.change import quoted
from bpmn.vocabulary import ACTIVITIES, FLOW_NODES, chinese
from bpmn.xml import Element, local


@dataclass(frozen=True)
class Drawn:
    """
    A process with the file it stands in.

    ``later`` is the same process in the other state: what both have is called as it is called there, so that renaming
    one thing is no change of everything that refers to it. ``passing`` are nodes that only one state has.
    """

    diagram: Diagram
    process: Element
    later: Drawn | None = None
    passing: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The process id."""
        return self.process.get("id") or ""

    @property
    def name(self) -> str:
        """What people call the process."""
        return " ".join((self.process.get("name") or self.id).split())

    @cached_property
    def nodes(self) -> dict[str, Element]:
        """Flow nodes by id, those of subprocesses included, in document order."""
        return {one.get("id") or "": one for one in self.process.iter("{*}*") if local(one) in FLOW_NODES}

    @cached_property
    def flows(self) -> dict[str, Element]:
        """Sequence flows by id."""
        return {one.get("id") or "": one for one in self.process.iter("{*}sequenceFlow")}

    @cached_property
    def lanes(self) -> dict[str, Element]:
        """Lanes by id."""
        return {one.get("id") or "": one for one in self.process.iter("{*}lane")}

    @cached_property
    def lane_ids(self) -> dict[str, str]:
        """Node id -> id of the innermost lane that lists it."""
        return {
            (entry.text or "").strip(): lane_id
            for lane_id, lane in self.lanes.items()
            for entry in lane
            if is_bpmn(entry, "flowNodeRef")
        }

    @cached_property
    def steps(self) -> dict[str, int]:
        """Activity id -> its number on the way from the start, from 1."""
        order = [one for one in self._walk() if local(one) in ACTIVITIES]
        return {one.get("id") or "": number for number, one in enumerate(order, start=1)}

    def _walk(self) -> list[Element]:
        found: dict[Element, None] = {}
        pending = deque(self.diagram.beginnings(self.process))
        while pending:
            node = pending.popleft()
            if node in found or node.get("id") not in self.nodes:
                continue
            found[node] = None
            inner = self.diagram.beginnings(node) if is_bpmn(node, "subProcess") else []
            pending.extend([*inner, *self.diagram.successors(node)])
        found.update(dict.fromkeys(self.nodes.values()))
        return list(found)

    def called(self, node_id: str) -> str:
        """Return a node as sentences name it: ``第3步“受理审核”``, ``“同意？”``, ``汇合处（Merge_1）``."""
        node = self.nodes.get(node_id)
        if node is None:
            return quoted(node_id)
        name = " ".join((node.get("name") or "").split())
        shown = quoted(name) if name else self._nameless(node)
        step = self.steps.get(node_id)
        return f"第{step}步{shown}" if step else shown

    def _nameless(self, node: Element) -> str:
        kind = kind_of(node)
        if local(node).endswith("Gateway") and len(self.diagram.outgoing(node)) < 2:
            kind = "汇合处"
        return f"{kind}（{node.get('id')}）"

    def known_as(self, node_id: str) -> str:
        """Return a node that another one refers to, as the later state calls it."""
        later = self.later
        return later.called(node_id) if later and node_id in later.nodes else self.called(node_id)

    def lane_name(self, node_id: str) -> str:
        """Return the name of the lane around a node, empty without one."""
        lane_id = self.lane_ids.get(node_id, "")
        lane = (self.later.lanes if self.later else {}).get(lane_id, self.lanes.get(lane_id))
        return "" if lane is None else lane.get("name") or lane_id

    def referred(self, holder: Element, attribute: str) -> Element | None:
        """Return the root element (message, signal, error) that *holder* refers to."""
        target = reference(holder.get(attribute))
        own = self.diagram.by_id.get(target)
        return own if self.later is None else self.later.diagram.by_id.get(target, own)

    def leads_to(self, flow: Element) -> str:
        """Return the id of the node that *flow* reaches in the end, through nodes that only one state has."""
        target = flow.get("targetRef") or ""
        for _ in self.passing:
            onward = self.diagram.outgoing(self.nodes[target]) if target in self.nodes else []
            if target not in self.passing or len(onward) != 1:
                break
            target = onward[0].get("targetRef") or ""
        return target


def kind_of(node: Element) -> str:
    """
    Return what a node is, in words: ``用户任务``, ``定时边界事件``.
    """
    definitions = event_definitions(node)
    kind = chinese(local(node))
    if not definitions:
        return kind
    if len(definitions) > 1:
        return f"多重{kind}"
    return chinese(local(definitions[0])).removesuffix("事件") + kind
