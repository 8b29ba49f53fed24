"""Call activities: a known target, and no recursion without a way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label, reference
from bpmn.model import Finding
from bpmn.xml import Element

_MOST_CALLS: Final = 300  #: of one process that are looked at for recursion; the rule is a courtesy, the engine has its own limit


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
    known = _Calls({**catalogue.processes, **{str(one.get("id")): one for one in diagram.processes}})
    for process in diagram.processes:
        chain = known.cycle(str(process.get("id")))
        if chain:
            yield diagram.error(
                process,
                "endless-recursion",
                f"{label(process)}每次执行都必然再次调用自己（{' → '.join(chain[:10])}），永远结束不了。",
                "请加一个不经过该调用就能结束的分支。",
                witness=chain[:50],
            )


class _Calls:
    """Which calls each process cannot avoid; every file is indexed once."""

    def __init__(self, processes: dict[str, Element]) -> None:
        self.processes = processes
        self.diagrams: dict[Element, Diagram] = {}
        self.found: dict[str, list[str]] = {}

    def cycle(self, begin: str) -> list[str]:
        """Return the chain of ids by which *begin* must call itself, empty where it need not."""
        came: dict[str, str] = {}
        pending = [begin]
        while pending:
            current = pending.pop()
            for target in self.unavoidable(current):
                if target == begin:
                    return [*_chain(came, current, begin), begin]
                if target not in came:
                    came[target] = current
                    pending.append(target)
        return []

    def unavoidable(self, identifier: str) -> list[str]:
        """Return the targets of calls that every path through the process passes."""
        if identifier not in self.found:
            process = self.processes.get(identifier)
            self.found[identifier] = [] if process is None else list(self._of(process))
        return self.found[identifier]

    def _of(self, process: Element) -> Iterator[str]:
        parent = process.getparent()
        root = process if parent is None else parent
        inner = self.diagrams.setdefault(root, Diagram(root))
        starts = children(process, "startEvent")
        for call in children(process, "callActivity")[:_MOST_CALLS]:
            # Without this call, does any path from a start still come to rest somewhere?
            if starts and not any(not inner.successors(one) for one in _without(inner, starts, call)):
                yield reference(call.get("calledElement"))


def _chain(came: dict[str, str], last: str, begin: str) -> list[str]:
    chain = [last]
    while chain[-1] != begin:
        chain.append(came[chain[-1]])
    return chain[::-1]


def _without(diagram: Diagram, starts: list[Element], call: Element) -> set[Element]:
    found, pending = set(starts), list(starts)
    while pending:
        for one in diagram.successors(pending.pop()):
            if one not in found and one is not call:
                found.add(one)
                pending.append(one)
    return found
