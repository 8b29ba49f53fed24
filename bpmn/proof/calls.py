"""Call activities that name what they hand over, and leave out what the called process needs; failures that nobody catches."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, event_definitions, extension, extensions, is_bpmn, label, reference
from bpmn.model import Finding
from bpmn.proof import sets
from bpmn.proof.network import Network, Process, passes_all
from bpmn.xml import Element, local


def check(network: Network) -> Iterator[Finding]:
    """Report calls without a needed input, and operations whose failure has no boundary event."""
    needs = _needs(network)
    for process in network.judged():
        for call, target in process.calls.items():
            if not passes_all(call) and target in network.processes:
                yield from _missing(network, process, call, needs.get(target, {}))
        for node in process.nodes:
            yield from _uncaught(network, process, node)


def _needs(network: Network) -> dict[str, dict[str, Element]]:
    """Process id -> names that it reads and never sets, with where it reads them."""
    found: dict[str, dict[str, Element]] = {}
    for process, read in network.reads(everywhere=True):
        own = network.own.get(process.id)
        for path in read.expression.paths if own is not None else ():
            brought = any(
                fact.path[0] == path[0]
                for one in [read.node, *read.node.iterancestors()]
                for fact in sets.brought(one)
            )
            given = path[0] in network.knowledge.given
            if not brought and not given and not any(fact.path[0] == path[0] for fact in own or ()):
                found.setdefault(process.id, {}).setdefault(path[0], read.owner)
    return found


def _missing(
    network: Network, process: Process, call: Element, needed: dict[str, Element]
) -> Iterator[Finding]:
    handed = {(one.get("target") or "").split(".")[0] for one in extensions(call, "input")}
    handed |= {fact.path[0] for one in [call, *call.iterancestors()] for fact in sets.brought(one)}
    for name, owner in needed.items():
        if name not in handed:
            yield process.diagram.warning(
                call,
                "call-without-input",
                f"{label(call)}没有传入「{name}」，而被调用流程的{label(owner)}要读取它。",
                "请在输入映射中加上它，或改为传入全部数据。",
                witness=[*network.witness(process, call), str(owner.get("id"))],
            )


def _uncaught(network: Network, process: Process, node: Element) -> Iterator[Finding]:
    codes = network.knowledge.failures.get(extension(node, "operation") or "", frozenset())
    if not codes or not is_bpmn(node, "serviceTask", "sendTask", "businessRuleTask"):
        return
    missing = sorted(codes - _caught(process.diagram, node))
    if missing and not _is_caught_outside(network, process):
        yield process.diagram.warning(
            node,
            "failure-not-caught",
            f"{label(node)}可能报错 {'、'.join(missing)}，但没有画出报错以后怎么办：案件会停在这里等运维处理。",
            "请在它的边框上加错误边界事件，连到人工办理的任务。",
            witness=network.witness(process, node),
        )


def _caught(diagram: Diagram, node: Element) -> set[str]:
    hosts = [node, *(one for one in node.iterancestors() if local(one) == "subProcess")]
    events = [event for host in hosts for event in diagram.attached(host)]
    return {code for event in events for code in _codes(diagram, event)}


def _codes(diagram: Diagram, event: Element) -> Iterator[str]:
    for definition in event_definitions(event):
        if local(definition) == "errorEventDefinition":
            target = diagram.by_id.get(reference(definition.get("errorRef")))
            yield "*" if target is None else target.get("errorCode") or target.get("name") or ""


def _is_caught_outside(network: Network, process: Process) -> bool:
    """Whether a call of the process catches errors: then the failure is somebody's there."""
    callers = [
        (one, call)
        for one in network.processes.values()
        for call, to in one.calls.items()
        if to == process.id
    ]
    return bool(callers) and all(_caught(one.diagram, call) for one, call in callers)
