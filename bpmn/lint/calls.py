"""Call activities: a known target, and no recursion without a way out."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label, reference
from bpmn.model import Finding
from bpmn.xml import Element


def check(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Report calls that lead nowhere or never return."""
    for call in diagram.nodes:
        if not is_bpmn(call, "callActivity"):
            continue
        target = reference(call.get("calledElement"))
        if not target or "${" in target or "#{" in target or target.startswith("="):
            yield _unnamed(diagram, call)
        elif target not in catalogue.processes:
            yield diagram.error(
                call,
                "unknown-call",
                f"{label(call)}调用的流程 {target} 不在上传的文件中，也没有部署。",
                "请把被调用的流程一并上传，或改正 calledElement。",
            )
    yield from _recursion(diagram, catalogue)


def _unnamed(diagram: Diagram, call: Element) -> Finding:
    if call.get("calledElement"):
        return diagram.error(
            call,
            "dynamic-call",
            f"{label(call)}的被调用流程是表达式，部署时无法核对。",
            "请写固定的流程标识，需要时用排他网关分开。",
        )
    return diagram.error(
        call, "missing-call", f"{label(call)}没有说明调用哪个流程。", "请填写 calledElement。"
    )


def _recursion(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    for process in diagram.processes:
        chain = unavoidable_cycle(process, catalogue)
        if chain:
            yield diagram.error(
                process,
                "endless-recursion",
                f"{label(process)}每次执行都必然再次调用自己（{' → '.join(chain)}），永远结束不了。",
                "请加一个不经过该调用就能结束的分支。",
                witness=chain,
            )


def unavoidable_cycle(process: Element, catalogue: Catalogue) -> list[str]:
    """
    Return the chain of process ids by which *process* must call itself, empty where it need not.

    Calls that every path of a process passes are followed; one that can be avoided ends the chain.
    """
    begin = str(process.get("id"))
    seen: dict[str, str] = {}
    pending = [begin]
    while pending:
        current = pending.pop()
        for target in _unavoidable(catalogue.processes.get(current, process if current == begin else None)):
            if target == begin:
                return [*_chain(seen, current, begin), begin]
            if target not in seen:
                seen[target] = current
                pending.append(target)
    return []


def _chain(seen: dict[str, str], last: str, begin: str) -> list[str]:
    chain = [last]
    while chain[0] != begin:
        chain.insert(0, seen[chain[0]])
    return chain


def _unavoidable(process: Element | None) -> Iterator[str]:
    if process is None:
        return
    inner = Diagram(_root(process))
    starts = list(children(process, "startEvent"))
    for call in children(process, "callActivity"):
        # Without this call, does any path from a start still come to rest somewhere?
        kept = _without(inner, starts, call)
        if starts and not any(not inner.successors(one) for one in kept):
            yield reference(call.get("calledElement"))


def _without(diagram: Diagram, starts: list[Element], call: Element) -> set[Element]:
    found, pending = set(starts), list(starts)
    while pending:
        for one in diagram.successors(pending.pop()):
            if one not in found and one is not call:
                found.add(one)
                pending.append(one)
    return found


def _root(process: Element) -> Element:
    root = process.getparent()
    return process if root is None else root
